using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Onnx;
using EdgeRuntime.Tests.Kit;
using Microsoft.ML.OnnxRuntime;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference.Onnx;

/// <summary>What is made to harm a box never reaches the runtime.</summary>
public sealed class ModelScanTests
{
    public static TheoryData<string, byte[], string> Hostile => new()
    {
        { "weights outside the release", TinyOnnx.ExternalWeights(2), "The model keeps the weights 'w' in another file" },
        { "an operator that somebody else brings", TinyOnnx.CustomOperator(2), "custom operators are not loaded" },
        { "an engine that names a file", TinyOnnx.EngineContext(), "The model holds an accelerator's prepared engine (EPContext), which may name files outside the release" },
        { "operators of the future", TinyOnnx.OfVersion(8, 27), "The model asks for version 27 of the operators of ai.onnx; the runtime brings 7 to 26." },
        { "operators of long ago", TinyOnnx.OfVersion(8, 6), "The model asks for version 6 of the operators of ai.onnx" },
        { "an unknown domain that no node uses", TinyOnnx.OfVersion(8, 17, "com.evil", 1), "The model asks for operators of the domain 'com.evil'" },
        { "a file version of the future", TinyOnnx.OfVersion(14, 17), "The model is of ONNX file version 14; the runtime reads up to 13." },
        { "weights of a trillion in a few bytes", TinyOnnx.Hollow(packed: false), "The model's tensor 'w' promises more numbers than a file can hold and holds 16 bytes" },
        { "the same, packed", TinyOnnx.Hollow(packed: true), "The model's tensor 'w' promises more numbers than a file can hold and holds 16 bytes" },
        { "five million operators in ten megabytes", TinyOnnx.Crowd(5_000_000), "The model has more than 4000000 operators, weights and names together" },
        { "a thousand dimensions", TinyOnnx.ManyDimensions(), "list of dimensions takes 1000 bytes; at most 640 are read." },
        { "sparse weights", TinyOnnx.Sparse(), "The model keeps weights as sparse tensors" },
        { "a trillion zeros", TinyOnnx.Growing("ConstantOfShape"), "The model's operator 'ConstantOfShape' makes a constant of more than 67108864 numbers ('big')" },
        { "one number, a trillion times", TinyOnnx.Growing("Expand"), "The model's operator 'Expand' makes a constant of more than" },
        { "one tile, a trillion times", TinyOnnx.Growing("Tile"), "The model's operator 'Tile' makes a constant of more than" },
        { "one number, doubled forty times", TinyOnnx.Growing("Concat"), "The model's operator 'Concat' makes a constant of more than" },
        { "functions that double thirty times", TinyOnnx.Functions(30), "The model's functions come to more than 1000000 operators" },
        { "functions that call themselves", TinyOnnx.Functions(2, circular: true), "The model's function 'f0' calls itself" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void What_is_made_to_harm_is_refused_before_the_runtime_sees_it(string what, byte[] model, string sentence)
    {
        string said = Assert.Throws<ModelRefusedException>(() => ModelScan.Check(model)).Message;
        Assert.True(said.Contains(sentence, StringComparison.Ordinal), $"{what}: {said}");
    }

    [Fact]
    public void What_is_not_made_to_harm_passes()
    {
        foreach (byte[] model in (byte[][])[TinyOnnx.Linear([1, 2], 0), TinyOnnx.Contributions(3), TinyOnnx.Loop(2, 3), TinyOnnx.Failing(2), TinyOnnx.Perceptron(1, 4, 8, 1), TinyOnnx.Functions(3)])
            ModelScan.Check(model);
    }

    /// <summary>Whatever a file holds, looking at it ends in a sentence or in nothing.</summary>
    [Fact]
    public void Any_bytes_changed_anywhere_are_refused_in_a_sentence_or_pass()
    {
        var random = new Random(20261125);
        byte[][] models = [TinyOnnx.Perceptron(1, 4, 8, 1), TinyOnnx.Loop(2, 3), TinyOnnx.Functions(3), TinyOnnx.Growing("Expand"), TinyOnnx.Contributions(3)];
        int refused = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] model = (byte[])models[i % models.Length].Clone();
            for (int changes = random.Next(1, 5); changes > 0; changes--)
                model[random.Next(model.Length)] = (byte)random.Next(256);
            try
            {
                ModelScan.Check(random.Next(4) == 0 ? model.AsSpan(0, random.Next(model.Length)) : model);
            }
            catch (ModelRefusedException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 5_000, 19_999);
    }

    public static TheoryData<string, int> Edges => new() { { "", 7 }, { "", 26 }, { "ai.onnx.ml", 5 }, { "com.microsoft", 1 } };

    /// <summary>Else a newer runtime would be refused models that it knows.</summary>
    [Theory]
    [MemberData(nameof(Edges))]
    public void The_limits_are_those_of_the_runtime(string domain, int version)
    {
        (byte[] last, byte[] beyond) = domain.Length == 0
            ? (TinyOnnx.OfVersion(8, version), TinyOnnx.OfVersion(8, version == 7 ? 6 : version + 1))
            : (TinyOnnx.OfVersion(8, 17, domain, version), TinyOnnx.OfVersion(8, 17, domain, version + 1));
        ModelScan.Check(last);
        using (new InferenceSession(last))
            Assert.Throws<ModelRefusedException>(() => ModelScan.Check(beyond));
        if (version != 7 && domain != "com.microsoft")
            Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(beyond));
    }

    [Fact]
    public void The_file_version_is_that_of_the_runtime()
    {
        using (new InferenceSession(TinyOnnx.OfVersion(OpsetLimits.IrMax, 17)))
            Assert.Throws<OnnxRuntimeException>(() => new InferenceSession(TinyOnnx.OfVersion(OpsetLimits.IrMax + 1, 17)));
    }

    [Fact]
    public void A_release_that_states_other_operators_than_the_model_has_is_refused()
    {
        byte[] model = TinyOnnx.Linear([1, 2], 0);
        ModelScan.Check(model, new Dictionary<string, int> { ["ai.onnx"] = 17 });
        Assert.Equal(
            "The release says that the model uses version 18 of ai.onnx; the model says 17.",
            Assert.Throws<ModelRefusedException>(() => ModelScan.Check(model, new Dictionary<string, int> { ["ai.onnx"] = 18 })).Message);
        Assert.Equal(
            "The release says that the model uses version 5 of ai.onnx.ml; the model does not use that domain.",
            Assert.Throws<ModelRefusedException>(() => ModelScan.Check(model, new Dictionary<string, int> { ["ai.onnx.ml"] = 5 })).Message);
    }
}
