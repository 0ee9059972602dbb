using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Decisions;

/// <summary>A release whose score is a probability: here the feature a is the score itself.</summary>
public sealed class CalibratedDecisionTests
{
    static readonly byte[] Probability = TinyOnnx.Linear([1, 0], 0);

    static ServingManifest Calibrated(ServingManifest manifest) => manifest with
    {
        Postprocessing = manifest.Postprocessing with
        {
            Threshold = 0.5, Hysteresis = 0.25, MinDuration = TimeSpan.FromSeconds(2), Calibration = "isotonic", LowConfidenceBelow = 0.625, Abstain = true,
        },
    };

    [Fact]
    public void Confidence_is_how_likely_what_is_said_is()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Probability, m => Calibrated(m) with { Postprocessing = Calibrated(m).Postprocessing with { Abstain = false } }));
        // Normal; above but not yet for 2 s; an anomaly; still one within the hysteresis; over.
        foreach ((int at, double p) in ((int, double)[])[(1, 0.125), (2, 0.75), (4, 0.875), (5, 0.375), (6, 0.125), (7, 0)])
            floor.Sample(at, p, 0);

        Assert.Equal(
            [(DecisionState.Normal, 0.875), (DecisionState.Normal, 0.25), (DecisionState.Anomaly, 0.875), (DecisionState.Anomaly, 0.375), (DecisionState.Normal, 0.875)],
            Decide(floor).Select(d => (d.State, d.Confidence)));
    }

    [Fact]
    public void Who_is_less_sure_than_asked_for_abstains()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Probability, Calibrated));
        foreach ((int at, double p) in ((int, double)[])[(1, 0.375), (2, 0.5), (3, 0.875), (5, 0.875), (6, 0.5), (7, 0)])
            floor.Sample(at, p, 0);

        List<Decision> decisions = Decide(floor);
        Assert.Equal(
            [DecisionState.Normal, DecisionState.Unknown, DecisionState.Unknown, DecisionState.Anomaly, DecisionState.Unknown],
            decisions.Select(d => d.State));
        Assert.Contains("Confidence 0.50 is below 0.63.", decisions[1].Reasons);
    }

    [Fact]
    public void A_score_above_one_is_no_probability_and_the_next_rung_answers()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Probability, m => Calibrated(m) with { Fallback = [.. m.Fallback.Where(s => s.Kind == FallbackKind.LowConfidence)] }));
        floor.Sample(1, 1.5, 0);
        floor.Sample(2, 1, 0);
        floor.Sample(3, 0, 0);

        Assert.Equal([Rung.LowConfidence, Rung.Primary], Decide(floor).Select(d => d.Rung));
    }

    [Fact]
    public void A_repeated_answer_is_as_sure_as_it_was_times_its_freshness()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Probability, m => Calibrated(m) with
        {
            Fallback = [.. m.Fallback.Where(s => s.Kind is FallbackKind.Cached or FallbackKind.LowConfidence)],
        }));
        floor.Sample(1, 0.125, 0);
        floor.Sample(2, 5, 0);
        floor.Sample(3, 0, 0);

        List<Decision> decisions = Decide(floor);
        Assert.Equal((Rung.Cached, DecisionState.Normal), (decisions[1].Rung, decisions[1].State));
        Assert.InRange(decisions[1].Confidence, 0.01, 0.874);
    }

    [Fact]
    public void A_release_whose_score_is_a_distance_is_no_rung_below_one_whose_score_is_a_probability()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        floor.Sample(1, 1, 1);
        floor.Activate(floor.Release("2.0.0", TinyOnnx.Linear([float.MaxValue, float.MaxValue], 0), m => Calibrated(m) with
        {
            Fallback = [.. m.Fallback.Where(s => s.Kind is FallbackKind.Previous or FallbackKind.LowConfidence)],
        }));
        floor.Sample(2, 8, 8);
        floor.Sample(3, 1, 1);

        Assert.All(Decide(floor), d => Assert.Equal(Rung.LowConfidence, d.Rung));
    }

    static List<Decision> Decide(TinyFloor floor)
    {
        using var engine = new DecisionEngine(floor, floor.Arms);
        return floor.Live(engine);
    }
}
