using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Verbs;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class MarkFileTests : IDisposable
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgeruntime-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_mark_that_was_kept_is_read_again_and_removed_at_the_end()
    {
        var mark = new VerifyMark(7, 1234, Digest.Of("hash"u8));
        Assert.Null(Of("verify.mark").Read());
        Of("verify.mark").Keep(mark);
        Assert.Equal(mark, Of("verify.mark").Read());
        Of("verify.mark").Remove();
        Assert.Empty(_folder.GetFiles());
    }

    [Fact]
    public void A_file_that_is_no_mark_is_refused_in_one_sentence()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "notes.txt"), "buy milk");
        Assert.Contains("is no mark", Assert.Throws<VerbRefusedException>(() => Of("notes.txt").Read()).Message, StringComparison.Ordinal);
    }

    MarkFile Of(string name) => new(Path.Combine(_folder.FullName, name));
}
