using EdgeRuntime.Decisions.Postprocessing;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Decisions;

public sealed class DebounceTests
{
    [Fact]
    public void An_anomaly_begins_when_the_score_has_stayed_above_for_the_minimum_duration()
    {
        var debounce = new Debounce(threshold: 1, hysteresis: 0.2, TimeSpan.FromSeconds(3));

        Assert.False(debounce.Look(1.5, At(0)));
        Assert.False(debounce.Look(1.5, At(2)));
        Assert.True(debounce.Look(1.5, At(3)));
    }

    [Fact]
    public void A_single_low_score_starts_the_time_anew()
    {
        var debounce = new Debounce(1, 0.2, TimeSpan.FromSeconds(3));
        debounce.Look(1.5, At(0));
        debounce.Look(0.99, At(2));

        Assert.False(debounce.Look(1.5, At(3)));
        Assert.False(debounce.Look(1.5, At(5)));
        Assert.True(debounce.Look(1.5, At(6)));
    }

    [Fact]
    public void Within_the_hysteresis_an_anomaly_goes_on()
    {
        var debounce = new Debounce(1, 0.2, TimeSpan.Zero);

        Assert.True(debounce.Look(1.01, At(0)));
        Assert.Equal(0.8, debounce.EffectiveThreshold, 12);
        Assert.True(debounce.Look(0.8, At(1)));
        Assert.False(debounce.Look(0.79, At(2)));
        Assert.False(debounce.Look(0.9, At(3)));
    }

    [Fact]
    public void Exactly_at_the_threshold_is_not_above_it() => Assert.False(new Debounce(1, 0, TimeSpan.Zero).Look(1, At(0)));

    [Fact]
    public void When_nobody_knows_nothing_is_remembered()
    {
        var debounce = new Debounce(1, 0.2, TimeSpan.FromSeconds(3));
        debounce.Look(2, At(0));
        debounce.Look(2, At(3));
        debounce.Forget();

        Assert.False(debounce.InAnomaly);
        Assert.False(debounce.Look(2, At(4)));
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 1, 0.5)]
    [InlineData(0.5, 1, 0.5)]
    [InlineData(0, 1, 1)]
    [InlineData(4, 2, 0.5)]
    [InlineData(1, 0, 1)]
    public void Confidence_is_the_margin_to_the_threshold(double score, double threshold, double expected) =>
        Assert.Equal(expected, Margin.Of(score, threshold), 12);
}
