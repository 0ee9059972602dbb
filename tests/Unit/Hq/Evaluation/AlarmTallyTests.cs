using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class AlarmTallyTests
{
    public static TheoryData<string, string, string, int> Episodes => new()
    {
        { "no alarm", "nnnneeee", "........", 0 },
        { "one in normal", "nnnneeee", ".!!.....", 1 },
        { "two runs in normal", "nnnnneee", "!.!.....", 2 },
        { "from normal into the event", "nnnneeee", "...!!...", 0 },
        { "out of the event into normal", "eeeennnn", "...!!!!!", 0 },
        { "ends right before the event", "nnnneeee", "..!!....", 1 },
        { "begins right after the event", "eeeennnn", "....!!..", 1 },
        { "unknown only", "nn??nnee", "..!!....", 0 },
        { "from unknown into normal", "ee??nnnn", "...!!...", 1 },
        { "through unknown into the event", "nnn??eee", "...!!!..", 0 },
        { "in a harmless event", "nnhhhnee", "..!!!...", 1 },
        { "up to the last row", "nnnnnnnn", "......!!", 1 },
        { "of one row at the first", "nnnnnnnn", "!.......", 1 },
    };

    [Fact]
    public void Rows_are_counted_and_unknown_ones_neither_way()
    {
        AlarmTally tally = TinyRecording.Tally("nnnnee??eehh", "!..!!.!.!..!");
        Assert.Equal((2.0, 3.0, 2.0, 3.0), (tally.Hits, tally.FalseAlarms, tally.Misses, tally.Quiet));
        Assert.Equal(6 / 3600.0, tally.NormalHours, 12);
    }

    [Theory]
    [MemberData(nameof(Episodes))]
    public void A_false_episode_is_a_run_that_touches_no_event(string what, string truths, string alarms, int expected)
    {
        double episodes = TinyRecording.Tally(truths, alarms).FalseEpisodes;
        Assert.True(expected == episodes, $"{what}: {episodes}");
    }

    [Fact]
    public void A_gap_is_not_time_that_anybody_watched()
    {
        ScoredRecording scored = TinyRecording.Of("nnnnn", ".....");
        long[] at = [0, 1, 2, 300, 302];
        Recording recording = scored.Recording with { Times = [.. at.Select(s => new EventTime(s * TinyRecording.Second))] };
        // Steps of 1, 1, 298 and 2 s, usually 1 s: the gap counts 5 usual steps, the last row one.
        Assert.Equal((1 + 1 + 5 + 2 + 1) / 3600.0, AlarmTally.Of(recording, scored.Alarms).NormalHours, 12);
        Assert.Equal(0, TinyRecording.Tally("n", "!").NormalHours);
    }

    [Fact]
    public void Tallies_add_up()
    {
        AlarmTally sum = TinyRecording.Tally("nnee", "!.!.") + TinyRecording.Tally("nnee", "!.!.");
        Assert.Equal(TinyRecording.Tally("nnee", "!.!.") * 2, sum);
        Assert.Equal(new AlarmTally(2, 2, 2, 2, 2, 4 / 3600.0), sum);
    }
}
