using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class EventDetectionTests
{
    public static TheoryData<string, string, string, double?, bool> Events => new()
    {
        { "found late", "nneeeenn", "....!...", 2, false },
        { "found at once", "nneeeenn", "..!.....", 0, false },
        { "in its last row", "nneeeenn", ".....!..", 3, false },
        { "the row after is too late", "nneeeenn", "......!.", null, false },
        { "the row before is too early", "nneeeenn", ".!......", null, false },
        { "missed", "nneeeenn", "!......!", null, false },
        { "an alarm that was there before goes on", "nneeeenn", ".!!.....", 0, true },
        { "from the first row", "eeeennnn", ".!......", 1, false },
        { "to the last row", "nnnneeee", ".......!", 3, false },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void The_delay_is_from_the_beginning_to_the_first_alarm_inside(string what, string truths, string alarms, double? delay, bool wasAlarming)
    {
        ScoredRecording scored = TinyRecording.Of(truths, alarms);
        EventOutcome outcome = Assert.Single(EventOutcome.Of(scored.Recording, scored.Alarms));
        Assert.True((delay, wasAlarming, false) == (outcome.DelaySeconds, outcome.WasAlarming, outcome.Unseen), $"{what}: {outcome}");
    }

    [Fact]
    public void A_harmless_event_is_not_to_be_found()
    {
        ScoredRecording scored = TinyRecording.Of("nnhhnnee", "..!!..!.");
        Assert.Equal(0, Assert.Single(EventOutcome.Of(scored.Recording, scored.Alarms)).DelaySeconds);
    }

    [Fact]
    public void An_event_that_began_before_the_recording_is_late_only_from_there()
    {
        ScoredRecording scored = TinyRecording.Of("eeeenn", "..!...", start: 100);
        Recording recording = scored.Recording with { Events = [new LabelledEvent("leak", new EventTime(0), new EventTime(104 * TinyRecording.Second))] };
        Assert.Equal(2, Assert.Single(EventOutcome.Of(recording, scored.Alarms)).DelaySeconds);
    }

    [Fact]
    public void An_event_between_two_vectors_counts_as_missed_and_is_told_apart()
    {
        ScoredRecording scored = TinyRecording.Of("nnnn", "!!!!");
        Recording recording = scored.Recording with { Events = [new LabelledEvent("leak", new EventTime(TinyRecording.Second + 1), new EventTime((2 * TinyRecording.Second) - 1))] };
        EventOutcome outcome = Assert.Single(EventOutcome.Of(recording, scored.Alarms));
        Assert.Equal((null, false, true), (outcome.DelaySeconds, outcome.WasAlarming, outcome.Unseen));
    }

    [Fact]
    public void Delays_are_told_by_nearest_rank_and_missed_events_lower_the_share_found()
    {
        EventDetection detection = EventDetection.Of([[.. Delays(1, 2, 3, 4, 5)], [.. Delays(6, 7, 8, 9, 10)], [.. Delays(null, null)]], TinyRecording.Bootstrap);
        Assert.Equal((12, 10), (detection.All, detection.FoundCount));
        Assert.Equal(10 / 12.0, detection.Found.Value!.Value, 12);
        Assert.Equal((5.0, 9.0, 10.0), (detection.MedianSeconds.Value, detection.P90Seconds.Value, detection.MaxSeconds));
    }

    [Fact]
    public void Without_events_there_is_nothing_to_find_and_no_delay()
    {
        EventDetection detection = EventDetection.Of([[], []], TinyRecording.Bootstrap);
        Assert.Equal((0, null, null, null, null), (detection.All, detection.Found.Value, detection.MedianSeconds.Value, detection.P90Seconds.Value, detection.MaxSeconds));
        EventDetection missed = EventDetection.Of([[.. Delays(null, null)]], TinyRecording.Bootstrap);
        Assert.Equal((0.0, null), (missed.Found.Value, missed.MedianSeconds.Value));
    }

    static IEnumerable<EventOutcome> Delays(params double?[] delays) =>
        delays.Select(d => new EventOutcome("a", new LabelledEvent("event", new EventTime(0), new EventTime(1)), d, false, false));
}
