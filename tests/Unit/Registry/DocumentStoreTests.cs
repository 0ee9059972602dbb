using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry;

public sealed class DocumentStoreTests
{
    [Fact]
    public void A_document_is_found_by_the_digest_of_its_bytes()
    {
        using var temp = new TempFolder();
        var store = new DocumentStore(temp["documents"]);
        byte[] rules = Encoding.UTF8.GetBytes("kind: Rules\n");
        Digest digest = store.Keep(rules);
        Assert.Equal(Digest.Of(rules), digest);
        Assert.Equal(digest, store.Keep(rules));
        Assert.True(store.Has(digest));
        Assert.Equal(rules, new DocumentStore(temp["documents"]).Open(digest).ToArray());
        Assert.Equal([store.PathOf(digest)], Directory.GetFileSystemEntries(temp["documents"]));
    }

    [Fact]
    public void A_document_that_changed_is_refused_and_mended_by_the_next_keep()
    {
        using var temp = new TempFolder();
        var store = new DocumentStore(temp["documents"]);
        Digest digest = store.Keep("threshold: 5"u8);
        File.WriteAllText(store.PathOf(digest), "threshold: 6");
        Assert.Equal(
            $"The document '{store.PathOf(digest)}' was changed: expected {digest}, found {Digest.Of("threshold: 6"u8)}.",
            Assert.Throws<ReleaseRefusedException>(() => store.Open(digest)).Message);
        store.Keep("threshold: 5"u8);
        Assert.Equal("threshold: 5"u8.ToArray(), store.Open(digest).ToArray());
    }

    [Fact]
    public void What_was_never_kept_is_said_with_what_to_do()
    {
        using var temp = new TempFolder();
        var digest = Digest.Of([1]);
        Assert.Equal(
            $"The document {digest} is not kept in '{temp["documents"]}'; copy it there, named {digest.Hex}.",
            Assert.Throws<ReleaseRefusedException>(() => new DocumentStore(temp["documents"]).Open(digest)).Message);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_an_error_of_the_disk()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["file"], "in the way");
        Assert.ThrowsAny<IOException>(() => new DocumentStore(temp["file"]).Keep("a"u8));
    }
}
