using EdgeRuntime.Inference;

namespace EdgeRuntime.Tests.Unit.Inference;

/// <summary>What releases say about the models of TinyOnnx.</summary>
static class Contracts
{
    internal static ModelContract Of(int features, string[] shape, string input = "x", string output = "score", string dtype = "float32") =>
        new([new TensorContract(input, dtype, ["batch", $"{features}"])], [new TensorContract(output, dtype, shape)]);

    internal static ModelContract Score(int features) => Of(features, ["batch", "1"]);

    internal static ModelContract Vector(int features) => Of(features, ["batch", $"{features}"]);

    internal static ModelContract Contributions(int features) => new(
        [new TensorContract("x", "float32", ["batch", $"{features}"])],
        [new TensorContract("score", "float32", ["batch", "1"]), new TensorContract("t2", "float32", ["batch"]), new TensorContract("contributions", "float32", ["batch", $"{features}"])]);
}
