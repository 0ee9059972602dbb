using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Features.Operators;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Features.Operators;

public class FourWindowsTests
{
    static readonly double[] s_edges = [0.0, -0.0, 1e-300, 1e300, 0.1];

    static readonly Gen<double[]> s_window = Gen.OneOf(Gen.Double[-1e6, 1e6], Gen.Int[0, s_edges.Length - 1].Select(i => s_edges[i])).Array[0, 40];

    [Fact]
    public void Four_windows_side_by_side_have_the_bits_that_each_has_alone() => Gen.Select(s_window, s_window, s_window, s_window).Sample(four =>
    {
        (double[] a, double[] b, double[] c, double[] d) = four;
        WindowFormulas.MeansAndStds(a, b, c, d, out var ofA, out var ofB, out var ofC, out var ofD);
        foreach ((double[] window, (double mean, double std)) in new[] { (a, ofA), (b, ofB), (c, ofC), (d, ofD) })
        {
            Assert.Equal(Bits(WindowFormulas.Mean(window)), Bits(mean));
            Assert.Equal(Bits(WindowFormulas.Std(window)), Bits(std));
        }
    });

    /// <summary>y is refused throughout, z is silent for longer than its window, and one deviation is asked for without its mean, another twice.</summary>
    [Fact]
    public void Windows_of_one_pipeline_give_what_each_gives_in_a_pipeline_of_its_own()
    {
        const string Inputs = "- {signal: x}\n- {signal: y, range: [0, 1]}\n- {signal: z}";
        string[] features =
        [
            "op: std, of: x, window: PT5S", "op: mean, of: x, window: PT5S", "op: mean, of: x, window: PT5S", "op: std, of: x, window: PT1S",
            "op: std, of: y, window: PT2S", "op: mean, of: y, window: PT2S", "op: std, of: z, window: PT3S", "op: mean, of: z, window: PT3S",
            "op: std, of: z, window: PT1S", "op: std, of: x, window: PT5S",
        ];
        FactBatch[] batches = [.. Enumerable.Range(1, 60).Select(i => Batch(
            Pipelines.Source, i * 0.3, [Sample("a.x", i * 0.3, i * 0.1 % 0.7), Sample("a.y", i * 0.3, 5), .. i is > 10 and < 40 ? (Sample[])[] : [Sample("a.z", i * 0.3, 1.0 / i)]]))];
        string Yaml(IEnumerable<string> some) => Pipelines.Yaml(string.Join('\n', some.Select((feature, i) => $"- {{name: f{i}, {feature}}}")), inputs: Inputs);
        List<FeatureVector> together = Pipelines.Vectors(Yaml(features), batches);
        Assert.Contains(together, v => v.Gaps.Contains(new FeatureGap(6, FeatureFault.NoSamples)) && v.Gaps.Contains(new FeatureGap(5, FeatureFault.Rejected)));
        for (int i = 0; i < features.Length; i++)
        {
            List<FeatureVector> alone = Pipelines.Vectors(Yaml([features[i]]), batches);
            Assert.Equal(alone.Select(v => (v.At, BitConverter.SingleToInt32Bits(v.Values[0]))), together.Select(v => (v.At, BitConverter.SingleToInt32Bits(v.Values[i]))));
            Assert.Equal(alone.Select(v => v.Gaps is [var gap, ..] ? gap.Fault : default), together.Select(v => v.Gaps.FirstOrDefault(g => g.Index == i).Fault));
        }
    }

    static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
