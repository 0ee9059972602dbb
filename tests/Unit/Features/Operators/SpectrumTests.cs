using System.Numerics;
using EdgeRuntime.Facts;
using EdgeRuntime.Features.Operators;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Features.Operators;

public sealed class SpectrumTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(13)]
    [InlineData(100)]
    [InlineData(256)]
    public void The_fast_transform_is_the_sum_of_its_definition(int count)
    {
        var random = new Random(count);
        double[] values = [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 10 - 3)];
        var spectrum = new Spectrum();
        spectrum.Transform(values);
        double mean = values.Average();
        for (int k = 0; k <= spectrum.Length / 2; k++)
        {
            Complex slow = 0;
            for (int i = 0; i < count; i++)
                slow += (values[i] - mean) * Complex.FromPolarCoordinates(1, -2 * Math.PI * k * i / spectrum.Length);
            Assert.Equal(slow.Magnitude * slow.Magnitude, spectrum.Power(k), 1e-8);
        }
    }

    [Fact]
    public void A_transform_after_a_longer_one_is_that_of_a_new_spectrum()
    {
        double[] values = [.. Enumerable.Range(0, 32).Select(i => Math.Round(i * 7.3 % 5, 2))];
        var used = new Spectrum();
        used.Transform(new double[4096]);
        used.Transform(values);
        var fresh = new Spectrum();
        fresh.Transform(values);
        for (int k = 0; k <= 16; k++)
            Assert.Equal(BitConverter.DoubleToInt64Bits(fresh.Power(k)), BitConverter.DoubleToInt64Bits(used.Power(k)));
    }

    /// <summary>Bits that another machine, compiler or runtime must give too.</summary>
    [Fact]
    public void The_bits_are_these_and_no_others()
    {
        var spectrum = new Spectrum();
        spectrum.Transform([1, 2, 4, 8, 16, 32, 64, 128, 255, 127, 63]);
        ulong sum = 0;
        for (int k = 0; k <= 8; k++)
            sum = BitOperations.RotateLeft(sum, 7) ^ BitConverter.DoubleToUInt64Bits(spectrum.Power(k));
        Assert.Equal(Frozen, sum);
    }

    /// <summary>What Python's floats give for the recurrence of OPERATORS.md.</summary>
    const ulong Frozen = 15052917621217885825;

    static string Yaml(string band) => Pipelines.Yaml($"- {{name: f, op: band-energy, of: x, window: PT6.4S, {band}}}", "{every: PT1S}");

    static float Last(string band, Func<double, double> wave, Func<int, double>? jitter = null) =>
        Pipelines.Vectors(Yaml(band), Enumerable.Range(0, 100).Select(i => (double)i / 10).Select((t, i) => Batch(Pipelines.Source, t, Sample("a.x", t + (jitter?.Invoke(i) ?? 0), wave(t)))))[^1].Values[0];

    static double Wave(double seconds) => 20 + 3 * Math.Sin(2 * Math.PI * 1.25 * seconds) + Math.Sin(2 * Math.PI * 3.75 * seconds);

    [Fact]
    public void The_energy_of_a_band_is_the_mean_square_of_what_swings_in_it()
    {
        // 64 samples at 10 Hz: 8 and 24 whole turns.
        Assert.Equal(4.5, Last("band: [1, 2]", Wave), 1e-4);
        Assert.Equal(0.5, Last("band: [3, 4]", Wave), 1e-4);
        Assert.Equal(5, Last("band: [0, 5]", Wave), 1e-4);
        Assert.Equal(0, Last("band: [2, 3]", Wave), 1e-4);
        Assert.Equal(4.5, Last("band: [1, 2], sampleRate: 10", Wave), 1e-4);
    }

    [Fact]
    public void Samples_that_do_not_stand_evenly_have_no_spectrum_and_that_is_said()
    {
        FeatureVector Vector(int missing, string rate) => Pipelines.Vectors(
            Yaml("band: [1, 2]" + rate),
            Enumerable.Range(0, 100).Where(i => i != missing).Select(i => Batch(Pipelines.Source, i * 0.1, Sample("a.x", i * 0.1, Wave(i * 0.1)))))[^1];
        Assert.Empty(Vector(-1, "").Gaps);
        Assert.Equal([new FeatureGap(0, FeatureFault.Uneven)], Vector(70, "").Gaps);
        Assert.Equal([new FeatureGap(0, FeatureFault.Uneven)], Vector(-1, ", sampleRate: 25").Gaps);
        Assert.Equal(Last("band: [1, 2]", Wave), Last("band: [1, 2]", Wave, i => i % 2 == 0 ? 0.02 : 0), 0.01f);
    }

    [Fact]
    public void Too_few_samples_have_no_spectrum()
    {
        FeatureVector vector = Pipelines.Vectors(Yaml("band: [0, 1]"), Enumerable.Range(0, 8).Select(i => Batch(Pipelines.Source, i, Sample("a.x", i, i))))[^1];
        Assert.Equal([new FeatureGap(0, FeatureFault.NotFinite)], vector.Gaps);
    }
}
