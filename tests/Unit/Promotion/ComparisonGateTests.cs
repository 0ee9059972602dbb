using EdgeRuntime.Promotion.Evidence;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Promotion;

public class ComparisonGateTests
{
    static readonly GateOptions s_options = new() { MinDuration = TimeSpan.FromDays(1), MinPredictions = 1000, LabelDelay = TimeSpan.FromDays(2), MaxDisagreement = 0.1 };
    static readonly ComparisonGate s_gate = new(s_options);

    [Fact]
    public void A_candidate_that_is_plainly_better_goes_on_once_everything_was_watched_long_enough()
    {
        var labelled = new PairCounts(20, 60, 1);

        var afterHalf = new GateObservations(TimeSpan.FromDays(1.5), 5000, 100, labelled);
        GateReport early = s_gate.Judge(afterHalf);
        GateReport late = s_gate.Judge(new GateObservations(TimeSpan.FromDays(3), 10_000, 200, labelled));

        Assert.Equal(GateVerdict.NotYet, early.Verdict);
        Assert.Equal(1.5, s_gate.DaysMore(afterHalf)!.Value, 9);
        Assert.Equal(["Watched for 1.5 days of 3 days, of which 2 days are for labels to come."], early.Reasons);
        Assert.Equal(GateVerdict.GoOn, late.Verdict);
        Assert.Equal(["81 labelled inputs: the candidate alone was right on 20, the primary alone on 1: enough to say that it is not worse than allowed."], late.Reasons);
        (double low, double high) = s_gate.Interval(labelled);
        Assert.True(low > 0 && high < 1);
    }

    [Fact]
    public void Few_labels_are_not_enough_and_it_says_how_long_more_would_take()
    {
        var seen = new GateObservations(TimeSpan.FromDays(4), 10_000, 200, new PairCounts(4, 15, 1));
        GateReport report = s_gate.Judge(seen);
        double days = s_gate.DaysMore(seen)!.Value;

        Assert.Equal(GateVerdict.NotYet, report.Verdict);
        Assert.Equal(["20 labelled inputs: the candidate alone was right on 4, the primary alone on 1: not enough evidence yet."], report.Reasons);
        Assert.InRange(days, 1, 60);

        // The promise is kept: as many more of the same kind are enough.
        int times = (int)Math.Ceiling((days + 4) / 4);
        GateReport then = s_gate.Judge(new GateObservations(TimeSpan.FromDays(4 * times), 10_000 * times, 200 * times, new PairCounts(4 * times, 15 * times, times)));
        Assert.Equal(GateVerdict.GoOn, then.Verdict);
    }

    [Fact]
    public void Without_labels_nobody_can_say_when()
    {
        var seen = new GateObservations(TimeSpan.FromDays(30), 100_000, 2000, default);

        Assert.Equal(GateVerdict.NotYet, s_gate.Judge(seen).Verdict);
        Assert.Null(s_gate.DaysMore(seen));
    }

    [Fact]
    public void A_candidate_that_says_something_else_too_often_stops_before_any_label()
    {
        GateReport report = s_gate.Judge(new GateObservations(TimeSpan.FromMinutes(1), 60, 25, default));

        Assert.Equal(GateVerdict.Stop, report.Verdict);
        Assert.Equal(["They differ on 25 of 60 inputs, at most 10 % are allowed: enough to say that it is more."], report.Reasons);
    }

    [Fact]
    public void A_candidate_that_people_contradict_stops()
    {
        GateReport report = s_gate.Judge(new GateObservations(TimeSpan.FromDays(1), 5000, 100, new PairCounts(1, 4, 14)));

        Assert.Equal(GateVerdict.Stop, report.Verdict);
        Assert.EndsWith("enough to say that it is worse than allowed.", Assert.Single(report.Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_is_allowed_lets_one_on_that_is_as_good()
    {
        var seen = new GateObservations(TimeSpan.FromDays(9), 50_000, 500, new PairCounts(18, 564, 18));

        Assert.Equal(GateVerdict.NotYet, s_gate.Judge(seen).Verdict);
        Assert.Equal(GateVerdict.GoOn, new ComparisonGate(s_options with { LossMax = 0.05 }).Judge(seen).Verdict);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    public void An_error_rate_that_means_nothing_is_refused(double errorRate) =>
        Assert.Contains("error rate", Assert.Throws<ArgumentException>(() => new ComparisonGate(s_options with { ErrorRate = errorRate })).Message, StringComparison.Ordinal);
}
