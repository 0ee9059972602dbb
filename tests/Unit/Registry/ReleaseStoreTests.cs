using EdgeRuntime.Facts;
using EdgeRuntime.Registry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry;

public sealed class ReleaseStoreTests
{
    [Fact]
    public void What_was_served_is_read_again_after_its_folder_is_gone()
    {
        using var temp = new TempFolder();
        ServingPlan plan = ReleaseFolder.Open(new ReleaseBuilder().WriteTo(temp["r"]), allowUnsigned: true);
        var store = new ReleaseStore(temp["releases"]);
        Assert.False(store.Has(plan.Serving));
        store.Keep(plan);
        Directory.Delete(temp["r"], recursive: true);
        Assert.True(store.Has(plan.Serving));

        ServingPlan kept = new ReleaseStore(temp["releases"]).Open(plan.Serving);
        Assert.Equal(plan.Serving, kept.Serving);
        Assert.Equal(plan.Title, kept.Title);
        Assert.Equal(plan.Files.Keys.Order(), kept.Files.Keys.Order());
        foreach ((string name, ReadOnlyMemory<byte> bytes) in plan.Files)
            Assert.True(bytes.Span.SequenceEqual(kept.Files[name].Span), name);
        Assert.Equal([plan.Serving.Hex], Directory.GetFileSystemEntries(temp["releases"]).Select(e => Path.GetFileName(e)));
    }

    [Fact]
    public void Keeping_twice_changes_nothing()
    {
        using var temp = new TempFolder();
        ServingPlan plan = ReleaseFolder.Open(new ReleaseBuilder().WriteTo(temp["r"]), allowUnsigned: true);
        var store = new ReleaseStore(temp["releases"]);
        store.Keep(plan);
        DateTime written = File.GetLastWriteTimeUtc(Path.Combine(store.PathOf(plan.Serving), "model.onnx"));
        store.Keep(plan);
        Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(store.PathOf(plan.Serving), "model.onnx")));
    }

    [Fact]
    public void What_a_crash_left_half_written_is_not_taken_for_a_release()
    {
        using var temp = new TempFolder();
        ServingPlan plan = ReleaseFolder.Open(new ReleaseBuilder().WriteTo(temp["r"]), allowUnsigned: true);
        var store = new ReleaseStore(temp["releases"]);
        Directory.CreateDirectory(store.PathOf(plan.Serving) + ".writing");
        File.WriteAllText(store.PathOf(plan.Serving) + ".writing/model.onnx", "half");
        Assert.False(store.Has(plan.Serving));
        store.Keep(plan);
        Assert.Equal(plan.Serving, store.Open(plan.Serving).Serving);
        Assert.Single(Directory.GetFileSystemEntries(temp["releases"]));
    }

    [Fact]
    public void A_kept_release_that_changed_is_refused_and_mended_by_the_next_keep()
    {
        using var temp = new TempFolder();
        ServingPlan plan = ReleaseFolder.Open(new ReleaseBuilder().WriteTo(temp["r"]), allowUnsigned: true);
        var store = new ReleaseStore(temp["releases"]);
        store.Keep(plan);
        string model = Path.Combine(store.PathOf(plan.Serving), "model.onnx");
        byte[] changed = File.ReadAllBytes(model);
        changed[^1] ^= 0x10;
        File.WriteAllBytes(model, changed);
        Assert.Equal(
            $"The file '{model}' is not the one of the release: expected {Digest.Of(plan.ModelBytes.Span)}, found {Digest.Of(changed)}.",
            Assert.Throws<ReleaseRefusedException>(() => store.Open(plan.Serving)).Message);
        store.Keep(plan);
        Assert.Equal(plan.Serving, store.Open(plan.Serving).Serving);

        string serving = Path.Combine(store.PathOf(plan.Serving), "serving.yaml");
        File.AppendAllText(serving, "# changed\n");
        Assert.Equal(
            $"The file '{serving}' was changed: expected {plan.Serving}, found {Digest.Of(File.ReadAllBytes(serving))}.",
            Assert.Throws<ReleaseRefusedException>(() => store.Open(plan.Serving)).Message);
        store.Keep(plan);
        Assert.Equal(plan.Serving, store.Open(plan.Serving).Serving);
        Assert.Single(Directory.GetFileSystemEntries(temp["releases"]));
    }

    [Fact]
    public void What_was_never_kept_is_said_with_what_to_do()
    {
        using var temp = new TempFolder();
        var digest = Digest.Of([1]);
        Assert.Equal(
            $"The release {digest} is not kept in '{temp["releases"]}'; copy its folder there, named {digest.Hex}.",
            Assert.Throws<ReleaseRefusedException>(() => new ReleaseStore(temp["releases"]).Open(digest)).Message);
    }
}
