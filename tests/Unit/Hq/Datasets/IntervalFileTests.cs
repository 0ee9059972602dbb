using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class IntervalFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("intervals").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Intervals_are_read_by_column_name_and_harmless_ones_are_known()
    {
        IReadOnlyList<LabelledInterval> read = Read("asset,fault,class,signal,severity,from,to\nP-101,leak,process,,0.5,2026-01-01T00:00:10Z,2026-01-01T00:00:20.5Z\nP-101,recipe-change,harmless,,1,2026-01-01T00:01:00Z,2026-01-01T00:02:00Z\n");
        Assert.Equal(["leak", "recipe-change"], read.Select(i => i.Event.Fault));
        Assert.Equal([false, true], read.Select(i => i.Event.Harmless));
        Assert.Equal("2026-01-01T00:00:20.5Z", read[0].Event.To.ToString());
    }

    [Theory]
    [InlineData("fault,from\n", "no column 'to'")]
    [InlineData("fault,from,to\nleak,2026-01-01T00:00:10Z,2026-01-01T00:00:10Z\n", "truth.csv:2: it ends at")]
    [InlineData("fault,from,to\nleak,yesterday,2026-01-01T00:00:10Z\n", "truth.csv:2: 'yesterday' is not a time")]
    [InlineData("fault,from,to\nleak\n", "truth.csv:2: the line has 1 cells")]
    public void What_cannot_be_understood_is_said_with_its_line(string text, string sentence) =>
        Assert.Contains(sentence, Assert.Throws<EdgeRuntime.Hq.Training.TrainingException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Events_of_other_assets_only_are_a_misspelt_name()
    {
        IReadOnlyList<LabelledInterval> read = Read("asset,fault,from,to\nP-101,leak,2026-01-01T00:00:10Z,2026-01-01T00:00:20Z\n");
        IntervalFile.CheckAssets(read, ["P-102", "P-101"], "truth.csv");
        Assert.Equal(
            "labels.file: 'truth.csv' tells of P-101; the data is of an asset without a name. Look at asset or assetBy in data.",
            Assert.Throws<EdgeRuntime.Hq.Training.TrainingException>(() => IntervalFile.CheckAssets(read, ["", ""], "truth.csv")).Message);
        IntervalFile.CheckAssets(Read("fault,from,to\nleak,2026-01-01T00:00:10Z,2026-01-01T00:00:20Z\n"), ["P-102"], "truth.csv");
    }

    [Fact]
    public void Intervals_that_reach_into_no_recording_are_told_with_their_count_and_the_first()
    {
        IReadOnlyList<LabelledInterval> read = Read("asset,fault,from,to\nP-101,leak,2026-01-01T00:00:10Z,2026-01-01T00:00:20Z\nP-1O1,leak,2026-01-01T00:00:30Z,2026-01-01T00:00:40Z\nP-101,jam,2026-02-01T00:00:10Z,2026-02-01T00:00:20Z\n");
        var span = new RecordingSpan(read[0].Event.From, read[0].Event.To);
        Assert.Equal(
            "2 of 3 intervals in truth.csv reach into no recording and count nowhere; the first, leak of P-1O1 at 2026-01-01T00:00:30Z, is of an asset that no recording is of.",
            Assert.Single(IntervalFile.Strays(read, [("P-101", span)], "truth.csv")));
        Assert.Contains("jam of P-101 at 2026-02-01T00:00:10Z, lies in the time of no recording.", Assert.Single(IntervalFile.Strays([.. read.Skip(2)], [("P-101", span)], "truth.csv")), StringComparison.Ordinal);
        Assert.Empty(IntervalFile.Strays([.. read.Take(1)], [("P-101", span)], "truth.csv"));
    }

    IReadOnlyList<LabelledInterval> Read(string text)
    {
        string path = Path.Combine(_folder, "truth.csv");
        File.WriteAllText(path, text);
        return IntervalFile.Read(path, "truth.csv");
    }
}
