using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class ValidationQualityTests
{
    [Fact]
    public void Events_are_counted_by_who_found_them()
    {
        // The model alarms in the first event; validation refuses in the second and in a normal row far behind both.
        ScoredRecording scored = With("nneennnneenn", "..!.........", 9, 300);
        ValidationQuality quality = ValidationQuality.Of([scored], EventOutcome.Of(scored.Recording, scored.Alarms), 24)!;
        Assert.Equal((2, 1, 1, 2), (quality.All.Events, quality.All.Model, quality.All.Validation, quality.All.Either));
        Assert.Equal(1, quality.FalseEpisodes);
        Assert.Equal("Stuck", EventOutcome.Of(scored.Recording, scored.Alarms)[1].Refused);
    }

    [Theory]
    [InlineData("far from any event", 1, 200, 230, 260)]
    [InlineData("two that are more than a minute apart", 2, 200, 300)]
    [InlineData("going on from within an event", 0, 9, 60, 110)]
    [InlineData("right behind an event", 0, 15, 40)]
    public void Refusals_near_each_other_are_one_episode_and_false_where_no_event_is(string what, int expected, params int[] seconds)
    {
        ScoredRecording scored = With("nnnnnnnneenn", "............", seconds);
        Assert.True(expected == ValidationQuality.Of([scored], [], 24)!.FalseEpisodes, what);
    }

    [Fact]
    public void Where_nobody_knows_what_was_refused_nothing_is_told() =>
        Assert.Null(ValidationQuality.Of([TinyRecording.Of("nnee", "....")], [], 24));

    static ScoredRecording With(string truths, string alarms, params int[] refused)
    {
        ScoredRecording scored = TinyRecording.Of(truths, alarms);
        return scored with { Recording = scored.Recording with { RefusedMoments = [.. refused.Select(s => new RefusedMoment(new EventTime(s * TinyRecording.Second), "Stuck"))] } };
    }
}
