using EdgeRuntime.Inference;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference;

public sealed class ModelRefusalTests
{
    static string Refusal(byte[] onnx, ModelContract contract, SessionProfile? profile = null) =>
        Assert.Throws<ModelRefusedException>(() => OnnxModel.Load(onnx, contract, profile ?? new SessionProfile())).Message;

    [Fact]
    public void An_empty_file() =>
        Assert.Equal("The model is empty: the file has no bytes.", Refusal([], Contracts.Score(3)));

    [Fact]
    public void A_file_that_is_something_else()
    {
        string refusal = Refusal("<!DOCTYPE html><html>404</html>"u8.ToArray(), Contracts.Score(3));
        Assert.StartsWith("The model is not a whole ONNX file: at byte ", refusal, StringComparison.Ordinal);
        Assert.Equal("The model is not ONNX: the file holds no graph.", Refusal(new ProtobufBytes().Number(1, 8).ToArray(), Contracts.Score(3)));
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] whole = TinyOnnx.Linear([1, 2, 3], 0);
        for (int length = 1; length < whole.Length; length++)
            Assert.NotEqual("", Refusal(whole[..length], Contracts.Score(3)));
        Assert.Contains("the file is cut off or is not ONNX", Refusal(whole[..(whole.Length / 2)], Contracts.Score(3)), StringComparison.Ordinal);
    }

    [Fact]
    public void Random_damage_never_gets_past_the_scan_as_anything_but_a_refusal_or_a_model()
    {
        const int Seed = 20260102;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
        var random = new Random(Seed);
        byte[] whole = TinyOnnx.Contributions(3);
        int refused = 0;
        for (int round = 0; round < 500; round++)
        {
            byte[] damaged = (byte[])whole.Clone();
            for (int hit = random.Next(1, 4); hit > 0; hit--)
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                OnnxModel.Load(damaged, Contracts.Contributions(3), new SessionProfile()).Dispose();
            }
            catch (ModelRefusedException e)
            {
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 100, 500);
    }

    [Fact]
    public void Weights_in_another_file() => Assert.Equal(
        "The model keeps the weights 'w' in another file; a release's model holds its weights inside. Save it without external data.",
        Refusal(TinyOnnx.ExternalWeights(3), Contracts.Score(3)));

    [Fact]
    public void An_operator_of_somebody_elses_domain() => Assert.Equal(
        "The model uses the operator 'Exec' of the domain 'com.evil', which the runtime does not bring; custom operators are not loaded. Export it with standard ONNX operators.",
        Refusal(TinyOnnx.CustomOperator(3), Contracts.Vector(3)));

    [Fact]
    public void An_operator_that_does_not_exist()
    {
        string refusal = Refusal(TinyOnnx.UnknownOperator(3), Contracts.Vector(3));
        Assert.StartsWith("ONNX Runtime cannot load the model: ", refusal, StringComparison.Ordinal);
        Assert.Contains("Teleport", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void More_features_than_the_release_says() => Assert.Equal(
        "The input 'x' has the shape [batch, 4] in the model, but the release says [batch, 3]; the first may be open, all others must be the same whole numbers.",
        Refusal(TinyOnnx.Linear([1, 2, 3, 4], 0), Contracts.Score(3)));

    [Fact]
    public void Another_name() => Assert.Equal(
        "The model's outputs are [score], the release says [risk]; names and order must be the same.",
        Refusal(TinyOnnx.Linear([1, 2, 3], 0), Contracts.Of(3, ["batch", "1"], output: "risk")));

    [Fact]
    public void Outputs_in_another_order()
    {
        ModelContract contract = Contracts.Contributions(3);
        ModelContract turned = contract with { Outputs = [.. contract.Outputs.Reverse()] };
        Assert.Equal(
            "The model's outputs are [score, t2, contributions], the release says [contributions, t2, score]; names and order must be the same.",
            Refusal(TinyOnnx.Contributions(3), turned));
    }

    [Fact]
    public void Everything_that_differs_is_said_at_once()
    {
        string refusal = Refusal(TinyOnnx.Linear([1, 2, 3, 4], 0), Contracts.Of(3, ["batch", "2"]));
        Assert.Contains("The input 'x' has the shape", refusal, StringComparison.Ordinal);
        Assert.Contains("The output 'score' has the shape [batch, 1] in the model, but the release says [batch, 2]", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_type()
    {
        Assert.Contains("The input 'x' is float64 in the model, but the release says float32.", Refusal(TinyOnnx.DoubleInput(3), Contracts.Vector(3)), StringComparison.Ordinal);
        Assert.Contains("The input 'x' is float64; this version serves float32 only.", Refusal(TinyOnnx.DoubleInput(3), Contracts.Of(3, ["batch", "3"], dtype: "float64")), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_inputs()
    {
        var contract = new ModelContract(
            [new TensorContract("x", "float32", ["batch", "3"]), new TensorContract("y", "float32", ["batch", "3"])],
            [new TensorContract("score", "float32", ["batch", "3"])]);
        Assert.Equal(
            "The model takes 'x' [1, 3], 'y' [1, 3]; this version serves models with one input of the shape [batch, features].",
            Refusal(TinyOnnx.TwoInputs(3), contract));
    }

    [Fact]
    public void A_window_of_rows()
    {
        var contract = new ModelContract([new TensorContract("x", "float32", ["batch", "8", "3"])], [new TensorContract("score", "float32", ["batch", "8", "3"])]);
        Assert.Equal(
            "The model takes 'x' [1, 8, 3]; this version serves models with one input of the shape [batch, features].",
            Refusal(TinyOnnx.Window(8, 3), contract));
    }

    [Fact]
    public void A_profile_that_asks_for_what_there_is_not()
    {
        byte[] onnx = TinyOnnx.Linear([1], 0);
        Assert.Equal(
            "The graph optimisation level 'turbo' does not exist; it must be one of disabled, basic, extended, all.",
            Refusal(onnx, Contracts.Score(1), new SessionProfile { GraphOptimization = "turbo" }));
        Assert.Equal("The session asks for 0 threads; it must be from 1 to 64.", Refusal(onnx, Contracts.Score(1), new SessionProfile { Threads = 0 }));
        Assert.Equal(
            "'abacus' is not an accelerator; it must be one of tensorrt, cuda, directml, cpu.",
            Refusal(onnx, Contracts.Score(1), new SessionProfile { Provider = "abacus" }));
        Assert.Equal(
            $"The loaded ONNX Runtime {OnnxModel.RuntimeVersion} does not offer cuda.",
            Refusal(onnx, Contracts.Score(1), new SessionProfile { Provider = "cuda" }));
    }

    [Fact]
    public void A_batch_of_one_may_be_written_as_open_or_as_one()
    {
        byte[] onnx = TinyOnnx.Linear([1, 2], 0);
        foreach (string batch in new[] { "batch", "N", "1" })
        {
            var contract = new ModelContract([new TensorContract("x", "float32", [batch, "2"])], [new TensorContract("score", "float32", [batch, "1"])]);
            OnnxModel.Load(onnx, contract, new SessionProfile()).Dispose();
        }

        Assert.Contains("the release says [2, 2]", Refusal(onnx, Contracts.Of(2, ["2", "1"]) with { Inputs = [new TensorContract("x", "float32", ["2", "2"])] }), StringComparison.Ordinal);
    }
}
