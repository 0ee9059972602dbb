using System.Diagnostics;
using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry;

public sealed class ReleaseFolderTests
{
    static string Refusal(string folder, bool allowUnsigned = true) =>
        Assert.Throws<ReleaseRefusedException>(() => ReleaseFolder.Open(folder, allowUnsigned)).Message;

    [Fact]
    public void A_release_is_read_whole()
    {
        using var temp = new TempFolder();
        var release = new ReleaseBuilder();
        ServingPlan plan = ReleaseFolder.Open(release.WriteTo(temp["r"]), allowUnsigned: true);

        Assert.Equal(Digest.Of(File.ReadAllBytes(temp["r/serving.yaml"])), plan.Serving);
        Assert.False(plan.Signed);
        Assert.Equal("pump-anomaly 1.0.0", plan.Title);
        Assert.Equal(["golden.csv", "model.onnx", "rules.yaml", "serving.yaml", "simple.onnx"], plan.Files.Keys.Order(StringComparer.Ordinal));
        Assert.True(plan.ModelBytes.Span.SequenceEqual(release.Files["model.onnx"].Bytes));

        ServingManifest manifest = plan.Manifest;
        Assert.Equal("anomaly-score", manifest.TaskType);
        Assert.Equal("The sum of three features", manifest.Description);
        Assert.Equal(("model.onnx", "linear", 1, "extended"), (manifest.Model.File, manifest.Model.Architecture, manifest.Model.Threads, manifest.Model.GraphOptimization));
        Assert.Equal(["cuda", "cpu"], manifest.Model.Providers);
        Assert.True(manifest.Model.RuntimeVersions!.Contains(OnnxModel.RuntimeVersion));
        Assert.Equal(["batch", "3"], Assert.Single(manifest.Model.Inputs).Shape);
        Assert.Equal(("pump", "1.0.0", TimeSpan.FromSeconds(5)), (manifest.Features.PipelineId, manifest.Features.PipelineVersion, manifest.Features.MaxAge));
        Assert.Equal(new string('a', 64), manifest.Features.Pipeline.Hex);
        Assert.Equal([new ColumnSpec("a", "float32", "bar"), new ColumnSpec("b", "float32", "mm/s"), new ColumnSpec("c", "float32", "")], manifest.Features.Columns);
        Assert.Equal(
            new PostprocessingSection
            {
                Threshold = 4.5,
                Hysteresis = 0.5,
                MinDuration = TimeSpan.FromSeconds(3),
                LowConfidenceBelow = 0.6,
                Abstain = true,
                RulesFile = "rules.yaml",
            },
            manifest.Postprocessing);
        Assert.Equal(TimeSpan.FromMilliseconds(100), manifest.Timeout);
        Assert.Equal(
            [
                new FallbackStep(FallbackKind.Previous, null, ""),
                new FallbackStep(FallbackKind.Cached, TimeSpan.FromSeconds(30), ""),
                new FallbackStep(FallbackKind.Model, null, "simple.onnx"),
                new FallbackStep(FallbackKind.Rules, null, "rules.yaml"),
                new FallbackStep(FallbackKind.LowConfidence, null, ""),
            ],
            manifest.Fallback);
        Assert.Equal(
            new BreakerSection
            {
                WindowCalls = 10,
                MinCalls = 3,
                FailureRatio = 0.5,
                SlowCall = TimeSpan.FromMilliseconds(50),
                OpenFor = TimeSpan.FromSeconds(60),
                HalfOpenCalls = 2,
            },
            manifest.Breaker);
        Assert.Equal(("golden.csv", 2, 0.0), (manifest.Golden!.File, manifest.Golden.Rows, manifest.Golden.Tolerance));
        Assert.Equal(0, manifest.Golden.On("cpu"));
        Assert.Equal(1e-5, manifest.Golden.On("cuda"));
        Assert.Null(manifest.Golden.On("directml"));
        Assert.Equal(["shadow", "full"], manifest.AllowedModes);
    }

    [Fact]
    public void An_unsigned_release_loads_only_with_the_switch_that_says_so()
    {
        using var temp = new TempFolder();
        string folder = new ReleaseBuilder().WriteTo(temp["r"]);
        Assert.Equal(
            $"The release 'pump-anomaly 1.0.0' in '{folder}' is not signed, and unsigned releases are not allowed here; sign it (edgehq sign), or set registry.allowUnsigned: true to serve it nevertheless.",
            Refusal(folder, allowUnsigned: false));
    }

    [Fact]
    public void Every_file_missing_is_named()
    {
        using var temp = new TempFolder();
        Assert.Equal($"The release folder '{temp["none"]}' does not exist.", Refusal(temp["none"]));
        Directory.CreateDirectory(temp["empty"]);
        Assert.Equal($"The file '{temp["empty/serving.yaml"]}' of the release does not exist.", Refusal(temp["empty"]));
        new ReleaseBuilder().WriteTo(temp["r"]);
        File.Delete(temp["r/simple.onnx"]);
        Assert.Equal($"The file '{temp["r/simple.onnx"]}' of the release does not exist.", Refusal(temp["r"]));
    }

    [Fact]
    public void One_bit_in_any_file_is_found_and_both_digests_are_said()
    {
        using var temp = new TempFolder();
        var release = new ReleaseBuilder();
        release.WriteTo(temp["r"]);
        foreach ((string name, (string _, byte[] bytes)) in release.Files)
        {
            byte[] changed = (byte[])bytes.Clone();
            changed[^1] ^= 1;
            File.WriteAllBytes(temp[$"r/{name}"], changed);
            Assert.Equal($"The file '{temp[$"r/{name}"]}' is not the one of the release: expected {Digest.Of(bytes)}, found {Digest.Of(changed)}.", Refusal(temp["r"]));
            File.WriteAllBytes(temp[$"r/{name}"], bytes);
        }

        ReleaseFolder.Open(temp["r"], allowUnsigned: true);
    }

    [Fact]
    public void A_file_of_another_size_is_refused_before_it_is_read()
    {
        using var temp = new TempFolder();
        var release = new ReleaseBuilder();
        release.WriteTo(temp["r"]);
        int size = release.Files["model.onnx"].Bytes.Length;
        using (FileStream grown = File.OpenWrite(temp["r/model.onnx"]))
            grown.SetLength(3L << 30);
        Assert.Equal($"The file '{temp["r/model.onnx"]}' is not the one of the release: expected {size} bytes, found {3L << 30}.", Refusal(temp["r"]));
        using (FileStream emptied = File.OpenWrite(temp["r/model.onnx"]))
            emptied.SetLength(0);
        Assert.Equal($"The file '{temp["r/model.onnx"]}' is empty.", Refusal(temp["r"]));
        using (FileStream huge = File.OpenWrite(temp["r/serving.yaml"]))
            huge.SetLength((1 << 20) + 1);
        Assert.Equal($"The file '{temp["r/serving.yaml"]}' has 1048577 bytes; at most 1048576 are read.", Refusal(temp["r"]));
    }

    [Fact]
    public void A_link_is_refused_wherever_it_leads()
    {
        using var temp = new TempFolder();
        new ReleaseBuilder().WriteTo(temp["r"]);
        File.Move(temp["r/model.onnx"], temp["model.onnx"]);
        File.CreateSymbolicLink(temp["r/model.onnx"], temp["model.onnx"]);
        Assert.Equal($"The file '{temp["r/model.onnx"]}' is a link; a release holds plain files only.", Refusal(temp["r"]));
        File.Move(temp["r/serving.yaml"], temp["serving.yaml"]);
        File.CreateSymbolicLink(temp["r/serving.yaml"], temp["serving.yaml"]);
        Assert.Equal($"The file '{temp["r/serving.yaml"]}' is a link; a release holds plain files only.", Refusal(temp["r"]));
    }

    [Fact(Timeout = 120_000)]
    public async Task A_pipe_in_place_of_a_file_does_not_make_the_start_wait()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Named pipes lie in folders on Linux only.");
        using var temp = new TempFolder();
        new ReleaseBuilder().WriteTo(temp["r"]);
        File.Delete(temp["r/model.onnx"]);
        using (Process made = Process.Start("mkfifo", [temp["r/model.onnx"]]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal($"The file '{temp["r/model.onnx"]}' is empty.", await Task.Run(() => Refusal(temp["r"]), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Files_that_the_release_does_not_name_are_not_looked_at()
    {
        using var temp = new TempFolder();
        new ReleaseBuilder().WriteTo(temp["r"]);
        File.WriteAllText(temp["r/notes.txt"], "for the shift");
        Assert.False(ReleaseFolder.Open(temp["r"], allowUnsigned: true).Files.ContainsKey("notes.txt"));
    }

    [Fact]
    public void The_identity_is_the_bytes_of_serving_yaml_and_nothing_less()
    {
        using var temp = new TempFolder();
        Digest one = ReleaseFolder.Open(new ReleaseBuilder().WriteTo(temp["one"]), true).Serving;
        Digest two = ReleaseFolder.Open(new ReleaseBuilder { Edit = text => text + "# a comment\n" }.WriteTo(temp["two"]), true).Serving;
        Assert.NotEqual(one, two);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(temp["two/serving.yaml"]))), two.Hex);
    }
}
