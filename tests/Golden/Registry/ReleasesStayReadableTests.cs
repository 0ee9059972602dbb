using EdgeRuntime.Facts;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Registry;

/// <summary>Releases lie in plants for years: one that was served once is read for ever, with the same identity and the same meaning.</summary>
public sealed class ReleasesStayReadableTests
{
    static readonly string Folder = Path.Combine(TestData.Repository, "tests", "Golden", "Registry", "release-v1");

    [Fact]
    public void The_first_version_of_serving_yaml_is_read_as_it_was()
    {
        ServingPlan plan = ReleaseFolder.Open(Folder, allowUnsigned: true);
        Assert.Equal("sha256:047b03ff973970ea86fff36deb9b5935644dd825615c94fd322a100de089985e", plan.Serving.ToString());
        Assert.Equal("pump-anomaly 1.0.0", plan.Title);
        ServingManifest manifest = plan.Manifest;
        Assert.Equal("sha256:dfbe3b86dfc125fecb80b84b9fd2778be7a7c62385718850878e16ab2de7ccdc", Digest.Of(plan.ModelBytes.Span).ToString());
        Assert.Equal(["golden.csv", "model.onnx", "rules.yaml", "simple.onnx"], manifest.Files.Select(f => f.Path));
        Assert.Equal(["golden", "weights", "rules", "fallback"], manifest.Files.Select(f => f.Role));
        Assert.Equal("x float32 [batch, 3]", Text(Assert.Single(manifest.Model.Inputs)));
        Assert.Equal("score float32 [batch, 1]", Text(Assert.Single(manifest.Model.Outputs)));
        Assert.Equal("1 extended cuda,cpu >=1.31.1 <1.32", $"{manifest.Model.Threads} {manifest.Model.GraphOptimization} {string.Join(',', manifest.Model.Providers)} {manifest.Model.RuntimeVersions}");
        Assert.Equal("a [bar], b [mm/s], c []", string.Join(", ", manifest.Features.Columns.Select(c => $"{c.Name} [{c.Unit}]")));
        Assert.Equal(TimeSpan.FromSeconds(5), manifest.Features.MaxAge);
        Assert.Equal((4.5, 0.5, TimeSpan.FromSeconds(3), 0.6, true, "rules.yaml"), Numbers(manifest.Postprocessing));
        Assert.Equal(TimeSpan.FromMilliseconds(100), manifest.Timeout);
        Assert.Equal("Previous, Cached 00:00:30, Model simple.onnx, Rules rules.yaml, LowConfidence", string.Join(", ", manifest.Fallback.Select(Text)));
        Assert.Equal((10, 3, 0.5, 2), (manifest.Breaker.WindowCalls, manifest.Breaker.MinCalls, manifest.Breaker.FailureRatio, manifest.Breaker.HalfOpenCalls));
        Assert.Equal((0, 1e-5), (manifest.Golden!.On("cpu"), manifest.Golden.On("cuda")));
    }

    static string Text(TensorSpec tensor) => $"{tensor.Name} {tensor.DType} [{string.Join(", ", tensor.Shape)}]";

    static string Text(FallbackStep step) => $"{step.Kind} {step.MaxAge?.ToString("c")}{step.File}".TrimEnd();

    static (double, double, TimeSpan, double, bool, string) Numbers(PostprocessingSection p) =>
        (p.Threshold, p.Hysteresis, p.MinDuration, p.LowConfidenceBelow, p.Abstain, p.RulesFile);
}
