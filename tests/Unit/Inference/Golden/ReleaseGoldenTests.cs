using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Golden;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference.Golden;

public sealed class ReleaseGoldenTests
{
    [Fact]
    public void What_a_release_says_of_its_model_is_enough_to_load_it_and_check_its_golden_rows()
    {
        string folder = Directory.CreateTempSubdirectory("release").FullName;
        try
        {
            ServingPlan plan = ReleaseFolder.Open(new ReleaseBuilder().WriteTo(folder), allowUnsigned: true);
            ServingManifest manifest = plan.Manifest;
            var contract = new ModelContract([.. manifest.Model.Inputs.Select(Contract)], [.. manifest.Model.Outputs.Select(Contract)]);
            var profile = new SessionProfile { Threads = manifest.Model.Threads, GraphOptimization = manifest.Model.GraphOptimization };
            using OnnxModel model = OnnxModel.Load(plan.ModelBytes, contract, profile);
            GoldenResult result = GoldenRun.Check(
                model,
                plan.Files[manifest.Golden!.File].Span,
                manifest.Golden.Tolerance,
                [.. manifest.Features.Columns.Select(c => c.Name)],
                manifest.Golden.Rows);
            Assert.True(result.Passed, result.Sentence);
            Assert.Equal(2, result.Rows);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static TensorContract Contract(TensorSpec tensor) => new(tensor.Name, tensor.DType, tensor.Shape);
}
