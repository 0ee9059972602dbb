using EdgeRuntime.Facts;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Features.Operators;

/// <summary>Each operator on numbers that can be checked by hand. (Bit equality on real recordings is in RealRecordingsTests.)</summary>
public sealed class OperatorTests
{
    public static TheoryData<string, double> ByHand => new()
    {
        { "op: last, of: x", 8 },
        { "op: lag, of: x, lag: PT1.5S", 4 },
        { "op: lag, of: x, lag: PT2.5S", 2 },
        { "op: age, of: x", 0.5 },
        { "op: mean, of: x, window: PT10S", 4 },
        { "op: std, of: x, window: PT10S", 2.449489742783178 },
        { "op: min, of: x, window: PT10S", 2 },
        { "op: max, of: x, window: PT10S", 8 },
        { "op: rms, of: x, window: PT10S", 4.69041575982343 },
        { "op: slope, of: x, window: PT10S", 3.2 },
        { "op: rate, of: x, window: PT10S", 4 },
        { "op: count, of: x, window: PT10S", 4 },
        { "op: count, of: x, window: PT1S", 1 },
        { "op: bad-ratio, of: x, window: PT10S", 0.2 },
        { "op: ewma, of: x, timeConstant: PT1S", 16.0 / 3 },
        // Off the mean of 4: -2, -2, 0, 4. Fourth powers 16 + 16 + 256, a variance of 6.
        { "op: kurtosis, of: x, window: PT10S", 72 / 36.0 },
        { "op: crest, of: x, window: PT10S", 8 / 4.69041575982343 },
        { "op: time-in-state, of: x, window: PT10S, state: 2", 1 },
        { "op: time-in-state, of: x, window: PT1S, state: [4, 8]", 1 },
        { "op: time-in-state, of: x, window: PT2S, state: 2", 0.5 },
        { "op: time-in-state, of: x, window: PT2S, state: true", 0 },
    };

    /// <summary>2 at 1 s and 1.5 s, 4 at 2 s, refused at 2.5 s, 8 at 3 s, seen from 3.5 s, where only another signal speaks; -2 of another tag.</summary>
    [Theory]
    [MemberData(nameof(ByHand))]
    public void An_operator_gives_what_a_hand_gives(string feature, double expected)
    {
        string yaml = Pipelines.Yaml($"- {{name: f, {feature}}}", inputs: "- {signal: x, range: [0, 9]}\n- {signal: y}");
        FactBatch V(string signal, double at, double value) => Batch(Pipelines.Source, at, Sample("a." + signal, at, value));
        List<FeatureVector> vectors = Pipelines.Vectors(yaml, V("x", 1, 2), V("x", 1.5, 2), V("x", 2, 4), V("x", 2.5, 99), V("x", 3, 8), V("y", 3.5, 1), V("y", 4, 1));
        Assert.Equal(At(3.5), vectors[^1].At);
        Assert.Equal((float)expected, vectors[^1].Values[0]);
    }

    [Fact]
    public void Derived_features_are_made_of_doubles_and_rounded_once()
    {
        // 0.1 + 0.2 as float32 means would differ in the last bits.
        const string Features = """
            - {name: z, op: zscore, of: d, mean: 0.1, std: 0.3}
            - {name: q, op: ratio, of: [d, a]}
            - {name: d, op: difference, of: [a, b]}
            - {name: a, op: last, of: x}
            - {name: b, op: last, of: y}
            """;
        FactBatch both = Batch(Pipelines.Source, 1, Sample("a.x", 1, 16_777_217.3), Sample("a.y", 1, 16_777_216.1));
        float[] values = [.. Pipelines.Vectors(Pipelines.Yaml(Features, inputs: "- {signal: x}\n- {signal: y}"), both, Batch(Pipelines.Source, 2, Sample("a.x", 2, 0)))[0].Values];
        double d = 16_777_217.3 - 16_777_216.1;
        Assert.Equal([(float)((d - 0.1) / 0.3), (float)(d / 16_777_217.3), (float)d, 16_777_217.3f, 16_777_216.1f], values);
    }

    [Fact]
    public void A_ratio_to_zero_and_a_square_that_is_too_large_are_gaps_not_infinities()
    {
        const string Features = """
            - {name: l, op: last, of: x}
            - {name: s, op: rms, of: y, window: PT1S}
            - {name: q, op: ratio, of: [l, zero]}
            - {name: zero, op: difference, of: [l, l]}
            """;
        FactBatch both = Batch(Pipelines.Source, 1, Sample("a.x", 1, 3), Sample("a.y", 1, 1e200));
        FeatureVector vector = Pipelines.Vectors(Pipelines.Yaml(Features, inputs: "- {signal: x}\n- {signal: y}"), both, Batch(Pipelines.Source, 2, Sample("a.x", 2, 0)))[0];
        Assert.Equal([new FeatureGap(1, FeatureFault.NotFinite), new FeatureGap(2, FeatureFault.NotFinite)], vector.Gaps);
        Assert.False(vector.IsWhole);
    }
}
