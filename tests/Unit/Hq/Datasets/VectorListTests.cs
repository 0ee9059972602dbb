using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class VectorListTests
{
    const long Second = 1_000_000_000;

    [Fact]
    public void A_gap_is_left_out_and_told_and_what_a_step_back_brings_is_left_out()
    {
        FileVectors made = Made(null, Vector(10), Vector(15, FeatureFault.NoSamples), Vector(20), Vector(12), Vector(25));
        Assert.Equal([10, 20, 25], made.Times.Select(t => t.UnixNanoseconds / Second));
        Assert.Equal(2, made.LeftOut);
        Assert.Equal([new RefusedMoment(new EventTime(15 * Second), "NoSamples")], made.RefusedMoments);
    }

    [Fact]
    public void Where_the_time_of_receipt_is_known_vectors_of_a_wrong_clock_are_left_out()
    {
        FeatureVector[] vectors = [Vector(10), Vector(3610), Vector(-3590), Vector(12)];
        Assert.Equal([10, 12], Made(TimeSpan.FromMinutes(10), vectors).Times.Select(t => t.UnixNanoseconds / Second));
        Assert.Equal([10, 3610], Made(null, vectors).Times.Select(t => t.UnixNanoseconds / Second));
    }

    [Fact]
    public void A_refused_sample_is_told_at_its_own_time_and_a_refused_clock_at_the_time_at_which_it_came()
    {
        Sample[] samples = [.. new[] { 5, 6, 3605 }.Select(s => new Sample("P-1.flow", new EventTime(s * Second), null, new IngestTime(7 * Second), Quality.Good, TagValue.Of(1.0)))];
        var batch = new FactBatch { Ingest = new IngestTime(7 * Second), Origin = "plant", Samples = samples };
        var list = new VectorList(null);
        list.Take(new Validated("P-1", default, default, [new(0, SampleFault.Stuck), new(1, SampleFault.Late), new(2, SampleFault.ClockJump)]), batch);
        Assert.Equal([new RefusedMoment(new EventTime(5 * Second), "Stuck"), new RefusedMoment(new EventTime(7 * Second), "ClockJump")], list.Close().RefusedMoments);
    }

    static FileVectors Made(TimeSpan? clockErrorMax, params FeatureVector[] vectors)
    {
        var list = new VectorList(clockErrorMax);
        foreach (FeatureVector vector in vectors)
            list.Take(vector, new FactBatch { Ingest = new IngestTime(11 * Second), Origin = "plant" });
        return list.Close();
    }

    static FeatureVector Vector(long second, FeatureFault? gap = null) => new()
    {
        Asset = "P-1", At = new EventTime(second * Second), Cause = default, Pipeline = default, Values = [gap is null ? 1 : float.NaN], Gaps = gap is { } fault ? [new FeatureGap(0, fault)] : [], InputAge = 0,
    };
}
