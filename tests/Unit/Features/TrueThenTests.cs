using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;
using static EdgeRuntime.Tests.Unit.Features.Pipelines;

namespace EdgeRuntime.Tests.Unit.Features;

public sealed class TrueThenTests
{
    const string Features = """
        - {name: m, op: mean, of: x, window: PT10S}
        - {name: e, op: ewma, of: x, timeConstant: PT5S}
        - {name: l, op: last, of: y}
        - {name: r, op: rate, of: x, window: PT10S}
        """;

    static readonly FeaturePipelineDefinition Definition = Read(Yaml(Features, inputs: "- {signal: x, rate: 30, stuck: PT3S}\n- {signal: y}"));

    [Fact]
    public void Samples_that_came_in_order_give_the_vector_that_was_toldto_the_last_bit()
    {
        var random = new Random(11);
        Sample[] samples = [.. Enumerable.Range(0, 9000).Select(i => Sample(random.Next(9) == 0 ? "a.y" : "a.x", i * 0.1, Math.Round(random.NextDouble() * 8, 1)))];
        List<FeatureVector> told = [.. Run(Definition, Stored(samples.Select(s => Batch(Source, 0, s)))).OfType<FeatureVector>()];
        foreach (FeatureVector vector in told.Where((_, i) => i % 1000 == 500))
        {
            FeatureVector then = TrueThen.Vector(Definition, Asset, samples, vector.At, vector.Cause);
            Assert.Equal(Bytes([vector]), Bytes([then]));
        }
    }

    [Fact]
    public void The_reading_ends_at_the_moment_and_samples_toldof_order_are_refused()
    {
        IEnumerable<Sample> Endless()
        {
            for (int i = 0; ; i++)
                yield return Sample("a.x", i, i);
        }

        Assert.Equal(5, TrueThen.Vector(Definition, Asset, Endless(), At(10), Position.Start).Values[0], 1f);
        Assert.Throws<ArgumentException>(() => TrueThen.Vector(Definition, Asset, [Sample("a.x", 2, 1), Sample("a.x", 1, 1)], At(3), Position.Start));
    }

    [Fact]
    public void Of_two_with_one_time_the_later_arrival_counts()
    {
        FeatureVector then = TrueThen.Vector(Definition, Asset, [Sample("a.x", 1, 1), Sample("a.x", 1, 2), Sample("a.y", 1.5, 7)], At(2), Position.Start);
        Assert.Equal([2f, 2f, 7f], then.Values.Take(3));
    }
}
