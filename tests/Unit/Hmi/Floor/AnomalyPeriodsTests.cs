using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Floor;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi.Floor;

public sealed class AnomalyPeriodsTests
{
    [Fact]
    public void Consecutive_anomalies_are_one_period_that_ends_with_the_first_other_answer()
    {
        var periods = new AnomalyPeriods();
        foreach ((double second, double score, DecisionState state) in new[]
        {
            (0.0, 1.0, DecisionState.Normal), (1, 4, DecisionState.Anomaly), (2, 6, DecisionState.Anomaly), (3, 5, DecisionState.Anomaly), (4, 1, DecisionState.Normal),
            (9, 7, DecisionState.Anomaly),
        })
            periods.Add(Decisions.Of("P-101", second, state, score));
        Assert.Equal(2, periods.All.Count);
        Assert.Equal((SampleBuilder.At(1), SampleBuilder.At(4), false, 6.0), (periods.All[0].From, periods.All[0].To, periods.All[0].Open, periods.All[0].Peak));
        Assert.True(periods.All[1].Open);
    }

    [Fact]
    public void A_score_that_is_no_number_does_not_hide_the_peak()
    {
        var periods = new AnomalyPeriods();
        foreach (double score in new[] { double.NaN, 5, double.NaN })
            periods.Add(Decisions.Of("P-101", 0, DecisionState.Anomaly, score));
        Assert.Equal(5, Assert.Single(periods.All).Peak);
    }

    [Fact]
    public void Only_the_newest_periods_are_kept()
    {
        var periods = new AnomalyPeriods();
        for (int i = 0; i < 3 * AnomalyPeriods.PeriodsMax; i++)
            periods.Add(Decisions.Of("P-101", i, i % 2 == 0 ? DecisionState.Anomaly : DecisionState.Normal, 1));
        Assert.Equal(AnomalyPeriods.PeriodsMax, periods.All.Count);
        Assert.Equal(SampleBuilder.At(3 * AnomalyPeriods.PeriodsMax - 2), periods.All[^1].From);
    }
}
