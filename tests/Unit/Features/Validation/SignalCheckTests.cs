using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Features.Validation;

/// <summary>What each rule refuses, seen through the pipeline's Validated facts.</summary>
public sealed class SignalCheckTests
{
    static string Rules(string rules) => Pipelines.Yaml("- {name: n, op: count, of: x, window: PT1H}", inputs: $"- {{signal: x, {rules}}}");

    /// <summary>One batch per sample; a letter per sample: '.' taken, else the fault's first letter.</summary>
    static string Verdicts(string rules, params IEnumerable<Sample> samples)
    {
        IReadOnlyList<StoredBatch> journal = Pipelines.Stored(samples.Select(s => Batch(Pipelines.Source, 0, s)));
        List<Fact> facts = Pipelines.Run(Pipelines.Read(Rules(rules)), journal);
        var faults = facts.OfType<Validated>().ToDictionary(v => v.Input.Frame, v => Assert.Single(v.Faults).Fault);
        return string.Concat(journal.Select(b => faults.TryGetValue(b.Frame, out SampleFault fault) ? fault.ToString()[0] : '.'));
    }

    static Sample X(double at, double value) => Sample("a.x", at, value);

    [Fact]
    public void A_value_outside_the_range_is_refused_and_the_ends_belong_to_it() =>
        Assert.Equal(".O.O", Verdicts("range: [0, 200]", X(1, 0), X(2, -0.001), X(3, 200), X(4, 200.001)));

    [Fact]
    public void What_is_no_number_is_refused() => Assert.Equal("NNNMN.B.", Verdicts("range: [0, 200]",
        X(1, double.NaN), X(2, double.PositiveInfinity), X(3, double.NegativeInfinity), X(4, 0) with { Value = TagValue.None }, X(5, 0) with { Value = TagValue.Of("7") },
        X(6, 0) with { Value = TagValue.Of(true) }, X(7, 7) with { Quality = Quality.Bad }, X(8, 7) with { Quality = Quality.Uncertain }));

    [Fact]
    public void The_same_value_for_longer_than_the_rule_is_refused_until_it_moves() =>
        Assert.Equal("....SS.", Verdicts("stuck: PT3S", X(0, 5), X(1, 5), X(2, 5), X(3, 5), X(4, 5), X(5, 5), X(6, 5.1)));

    [Fact]
    public void A_silence_longer_than_the_rule_is_no_standing_still() =>
        Assert.Equal("....", Verdicts("stuck: PT3S", X(0, 5), X(3.5, 5), X(7, 5), X(10, 5)));

    [Fact]
    public void A_spike_is_refused_and_its_way_back_is_not() =>
        Assert.Equal("..T..", Verdicts("rate: 10", X(0, 1), X(1, 2), X(2, 90), X(3, 3), X(4, 4)));

    [Fact]
    public void A_real_step_is_believed_once_the_time_since_the_last_believed_value_allows_it() =>
        Assert.Equal(".TTT..", Verdicts("rate: 10", X(0, 0), X(1, 40), X(2, 40), X(3, 40), X(4, 40), X(5, 41)));

    [Fact]
    public void What_comes_out_of_order_is_not_measured_against_the_newer() =>
        Assert.Equal("...", Verdicts("rate: 10", X(5, 0), X(4.9, 40), X(6, 5)));

    [Fact]
    public void A_refused_sample_is_a_gap_with_its_reason()
    {
        string yaml = Pipelines.Yaml(
            "- {name: m, op: mean, of: x, window: PT2S}\n- {name: l, op: last, of: x}\n- {name: b, op: bad-ratio, of: x, window: PT2S}\n- {name: s, op: slope, of: x, window: PT2S}",
            inputs: "- {signal: x, range: [0, 9], maxAge: PT3S}\n- {signal: y}");
        FactBatch Y(double at) => Batch(Pipelines.Source, at, Sample("a.y", at, 1));
        FactBatch V(double at, double value) => Batch(Pipelines.Source, at, X(at, value));
        List<FeatureVector> vectors = Pipelines.Vectors(yaml, Y(0), V(1, 10), V(2, 5), Y(5), Y(6), Y(7));
        Assert.Equal(
        [
            "NoSamples NoSamples NoSamples NoSamples",
            "Rejected Rejected 1 Rejected",
            "5 5 0.5 NotFinite",
            "NoSamples 5 NoSamples NoSamples",
            "NoSamples Stale NoSamples NoSamples",
        ], vectors.Select(Words));
    }

    static string Words(FeatureVector vector) => string.Join(' ', vector.Values.Select((value, i) =>
        float.IsNaN(value) ? vector.Gaps.Single(g => g.Index == i).Fault.ToString() : value.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
