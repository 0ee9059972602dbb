using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class NabScoreTests
{
    [Fact]
    public void A_detection_right_at_each_point_is_100_and_silence_is_0()
    {
        Assert.Equal((100.0, 100.0, 100.0), Of([100, 300], [100, 300]));
        Assert.Equal((0.0, 0.0, 0.0), Of([100, 300], []));
    }

    /// <summary>One point at 100 s, first detection 15 s later, another in the window, one outside.</summary>
    [Fact]
    public void A_late_detection_and_a_false_one_score_as_computed_by_hand()
    {
        // Step 250 of 1000: x = -π/2 + 250π/999 = -0.784612; tanh x / tanh(π/2) = -0.655346/0.917152 = -0.714544.
        // Standard: (1 + 0.11)/2 · (1 + 0.714544) - 0.11 = 0.841572; a false one -0.11: 0.731572. As 100 · (0.731572 + 1)/2 = 86.579.
        // Low FP: (1 + 0.22)/2 · 1.714544 - 0.22 - 0.22 = 0.605872: 80.294. Low FN: 100 · (0.731572 + 2)/3 = 91.052.
        (double standard, double lowFp, double lowFn) = Of([100], [20, 115, 130]);
        Assert.Equal(86.579, standard, 3);
        Assert.Equal(80.294, lowFp, 3);
        Assert.Equal(91.052, lowFn, 3);
    }

    [Theory]
    [InlineData(99, -5.5)] // before the point: missed and false, 100 · (-1 - 0.11 + 1)/2
    [InlineData(100, 100)]
    [InlineData(160, 44.5)] // at the right edge: worth a false positive, 100 · (-0.11 + 1)/2
    [InlineData(161, -5.5)]
    public void The_window_is_60_s_to_the_right_of_the_point(int detection, double expected) => Assert.Equal(expected, Of([100], [detection]).Standard, 9);

    [Fact]
    public void A_window_that_meets_the_one_before_begins_where_that_ends()
    {
        // Points at 100 and 130: windows 100..160 and 160..190. A detection at 130 is half a minute late for the first and none for the second.
        double half = Of([100], [130]).Standard;
        Assert.Equal((half / 2) + 0, Of([100, 130], [130]).Standard, 9);
        Assert.Equal((half + 100) / 2, Of([100, 130], [130, 160]).Standard, 9);
    }

    [Fact]
    public void Detections_are_where_the_alarm_comes_or_goes()
    {
        ScoredRecording scored = TinyRecording.Of("nnnnnnnn", "!..!!!.!");
        Assert.Equal([0, 1, 3, 6, 7], NabScore.Edges(scored.Recording.Times, scored.Alarms).Select(t => t.UnixNanoseconds / TinyRecording.Second));
    }

    [Fact]
    public void Without_a_change_point_there_is_no_score() =>
        Assert.Equal(new NabScore(null, null, null, 0), NabScore.Of([([], [new EventTime(0)])]));

    static (double Standard, double LowFp, double LowFn) Of(int[] points, int[] detections)
    {
        NabScore score = NabScore.Of([([.. points.Select(Second)], [.. detections.Select(Second)])]);
        return (score.Standard!.Value, score.LowFalsePositives!.Value, score.LowFalseNegatives!.Value);
    }

    static EventTime Second(int s) => new(s * TinyRecording.Second);
}
