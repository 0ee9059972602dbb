using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Tests.Unit.Registry;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Releases;

public sealed class WholeFilesTests
{
    // Its folder is not there, as when a disk is full in the middle.
    static readonly (string, byte[])[] Broken = [("a.txt", "new"u8.ToArray()), ("none/b.txt", [1])];

    [Fact]
    public void A_folder_that_cannot_be_written_whole_is_not_made()
    {
        using var temp = new TempFolder();
        Assert.ThrowsAny<IOException>(() => WholeFiles.Write(temp["out/release"], Broken));
        Assert.Empty(Directory.GetFileSystemEntries(temp["out"]));
    }

    [Fact]
    public void What_lay_there_stays_as_it_was_when_the_new_cannot_be_written()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["a.txt"], "old");
        Assert.ThrowsAny<IOException>(() => WholeFiles.Write(temp.Path, Broken));
        Assert.Equal([temp["a.txt"]], Directory.GetFileSystemEntries(temp.Path));
        Assert.Equal("old", File.ReadAllText(temp["a.txt"]));
    }

    [Fact]
    public void Files_of_another_name_stay_and_nothing_unfinished_is_left()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["a.txt"], "old");
        File.WriteAllText(temp["note.txt"], "mine");
        WholeFiles.Write(temp.Path, [("a.txt", "new"u8.ToArray())]);
        Assert.Equal(["new", "mine"], ((string[])["a.txt", "note.txt"]).Select(f => File.ReadAllText(temp[f])));
        Assert.Equal(2, Directory.GetFileSystemEntries(temp.Path).Length);
    }

    [Fact]
    public void A_file_in_its_place_is_said()
    {
        using var temp = new TempFolder();
        File.WriteAllText(temp["out"], "");
        Assert.Contains("is a file; name a folder.", Assert.Throws<IOException>(() => WholeFiles.Write(temp["out"], Broken)).Message, StringComparison.Ordinal);
    }
}
