using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Features;

/// <summary>Random telemetry: late, out of order, twice, silent, of bad quality, from two sources. A failing case prints its seed.</summary>
public sealed class ReplayPropertyTests
{

    sealed record Case(int Seed, double Every, double Lateness, int Disorder);

    static readonly double[] Grids = [0, 0.5, 1, 3];
    static readonly double[] Latenesses = [0, 1, 4];

    static readonly Gen<Case> Cases = Gen.Select(Gen.Int[0, int.MaxValue - 1], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2],
        (seed, grid, lateness, disorder) => new Case(seed, Grids[grid], Latenesses[lateness], disorder));

    static readonly PlainInput[] Inputs =
    [
        new("x", Low: -5, High: 5, StuckSeconds: 3, Rate: 8, MaxAgeSeconds: 2),
        new("y"),
        new("z", MaxAgeSeconds: 6),
    ];

    static PlainFeature[] Features()
    {
        var features = new List<PlainFeature>();
        foreach (string signal in new[] { "x", "y" })
        {
            foreach (string op in new[] { "last", "mean", "std", "min", "max", "rms", "slope", "rate", "lag", "ewma", "count", "age", "bad-ratio", "kurtosis", "crest" })
                features.Add(new PlainFeature($"{signal}.{op}", op, [signal], op == "lag" ? 1.5 : op == "ewma" ? 2 : 4));
        }

        features.Add(new PlainFeature("z", "last", ["z"]));
        features.Add(new PlainFeature("z.on", "time-in-state", ["z"], 4, Low: 0.5, High: 3));
        features.Add(new PlainFeature("x.band", "band-energy", ["x"], 10, Low: 0.2, High: 1));
        features.Insert(0, new PlainFeature("e", "residual", ["x.mean", "y.mean", "d"], Weights: [0.1, 0.7, -0.3]));
        features.Insert(0, new PlainFeature("d", "difference", ["x.mean", "y.last"]));
        features.Insert(0, new PlainFeature("q", "ratio", ["d", "y.count"]));
        features.Add(new PlainFeature("n", "zscore", ["q"], Mean: 0.7, Std: 1.3));
        return [.. features];
    }

    static PlainPipeline Plain(Case c) => new(Inputs, Features(), c.Every, c.Lateness, 5, s => "a." + s);

    [Fact]
    public void Random_telemetry_gives_what_plain_code_gives() => Cases.Sample(c =>
    {
        PlainPipeline plain = Plain(c);
        FeaturePipelineDefinition definition = Pipelines.Read(plain.Yaml);
        IReadOnlyList<StoredBatch> journal = Journal(c);
        List<FeatureVector> vectors = [.. Pipelines.Run(definition, journal).OfType<FeatureVector>()];
        PlainComparison.AssertSame([.. journal.SelectMany(plain.Take)], vectors, [.. definition.Columns.Select(f => f.Name)], $"seed {c}");
    }, iter: 300);

    [Fact]
    public void A_restart_anywhere_continues_to_the_same_bits() => Cases.Sample(c =>
    {
        FeaturePipelineDefinition definition = Pipelines.Read(Plain(c).Yaml);
        IReadOnlyList<StoredBatch> journal = Journal(c);
        var random = new Random(c.Seed);
        var whole = new List<Fact>();
        var restarted = new List<Fact>();
        var pipeline = new FeaturePipeline(definition, Pipelines.Asset);
        var survivor = new FeaturePipeline(definition, Pipelines.Asset);
        for (int i = 0; i < journal.Count; i++)
        {
            pipeline.Take(journal[i], whole);
            survivor.Take(journal[i], restarted);
            if (random.Next(20) > 0)
                continue;
            survivor = new FeaturePipeline(definition, Pipelines.Asset);
            var again = new List<Fact>();
            // What is read back went through the journal's bytes.
            foreach (StoredBatch batch in journal.Take(i + 1))
                survivor.Take(batch with { Batch = ReadBack(batch.Batch) }, again);
            Assert.Equal(Pipelines.Bytes(whole), Pipelines.Bytes(again));
        }

        Assert.Equal(Pipelines.Bytes(whole), Pipelines.Bytes(restarted));
    }, iter: 60);

    [Fact]
    public void A_pipeline_restored_from_its_state_continues_to_the_same_bits_and_the_same_state() => Cases.Sample(c =>
    {
        FeaturePipelineDefinition definition = Pipelines.Read(Plain(c).Yaml.Replace("lateness:", "stages: journal\ncorrections: {within: PT30S}\nclock: {jump: PT8S, hold: PT3S}\nlateness:", StringComparison.Ordinal));
        IReadOnlyList<StoredBatch> journal = [.. WithClockJumps(Journal(c), new Random(c.Seed))];
        var random = new Random(c.Seed);
        var pipeline = new FeaturePipeline(definition, Pipelines.Asset);
        var restored = new FeaturePipeline(definition, Pipelines.Asset);
        foreach (StoredBatch batch in journal)
        {
            if (random.Next(10) == 0)
            {
                byte[] state = StateOf(restored);
                restored = new FeaturePipeline(definition, Pipelines.Asset);
                var reader = new CanonicalReader(state);
                restored.Restore(ref reader);
                Assert.True(reader.AtEnd);
            }

            var whole = new List<Fact>();
            var again = new List<Fact>();
            pipeline.Take(batch, whole);
            restored.Take(batch, again);
            Assert.Equal(Pipelines.Bytes(whole), Pipelines.Bytes(again));
        }

        Assert.Equal(StateOf(pipeline), StateOf(restored));
    }, iter: 200);

    [Fact]
    public void Without_late_samples_it_does_not_matter_how_they_are_batched() => Cases.Sample(c =>
    {
        FeaturePipelineDefinition definition = Pipelines.Read(Plain(c with { Lateness = 4 }).Yaml);
        var random = new Random(c.Seed);
        // One source, disorder smaller than the lateness: nobody is late however the batches are cut.
        Sample[] samples = [.. Enumerable.Range(0, 300).Select(i => Sample("a." + "xyz"[random.Next(3)], i * 0.3 + random.NextDouble() * 3.5, Value(random)))];
        List<FeatureVector> one = Cut(samples, () => 1), many = Cut(samples, () => 1 + random.Next(40));
        Assert.Equal(Bare(one), Bare(many));
        Assert.True(one.Count > 20);

        List<FeatureVector> Cut(Sample[] all, Func<int> size)
        {
            var batches = new List<FactBatch>();
            for (int i = 0; i < all.Length;)
            {
                int taken = Math.Min(size(), all.Length - i);
                batches.Add(Batch(Pipelines.Source, 0, all[i..(i + taken)]));
                i += taken;
            }

            return [.. Pipelines.Run(definition, Pipelines.Stored(batches)).OfType<FeatureVector>()];
        }
    }, iter: 100);

    [Fact]
    public void No_vector_goes_back_in_time_and_none_comes_twice() => Cases.Sample(c =>
    {
        List<FeatureVector> vectors = [.. Pipelines.Run(Pipelines.Read(Plain(c).Yaml), Journal(c)).OfType<FeatureVector>()];
        for (int i = 1; i < vectors.Count; i++)
            Assert.True(vectors[i].At > vectors[i - 1].At, $"{vectors[i].At} after {vectors[i - 1].At}, {c}");
    }, iter: 200);

    /// <summary>All but the cause, which is the batch's.</summary>
    static IReadOnlyList<string> Bare(IEnumerable<FeatureVector> vectors) => Pipelines.Bytes(vectors.Select(v => v with { Cause = Position.Start }));

    static byte[] StateOf(FeaturePipeline pipeline)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        pipeline.Save(new CanonicalWriter(bytes));
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Now and then a source is days ahead for a while, and the box's clock is set.</summary>
    static IEnumerable<StoredBatch> WithClockJumps(IReadOnlyList<StoredBatch> journal, Random random)
    {
        const long day = 86_400_000_000_000;
        long ahead = 0, box = 0;
        foreach (StoredBatch stored in journal)
        {
            ahead = random.Next(25) switch { 0 => 3 * day, 1 or 2 => 0, _ => ahead };
            box = random.Next(40) == 0 ? random.Next(3) * day : box;
            var ingest = new IngestTime(stored.Batch.Ingest.UnixNanoseconds + box);
            yield return stored with
            {
                Batch = stored.Batch with
                {
                    Ingest = ingest,
                    Samples = [.. stored.Batch.Samples.Select(s => s with { Ingest = ingest, Event = new EventTime(s.Event.UnixNanoseconds + ahead) })],
                    Facts = [.. stored.Batch.Facts.Select(f => f is Tick ? new Tick(ingest) : f)],
                },
            };
        }
    }

    static FactBatch ReadBack(FactBatch batch)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, bytes);
        return FactCodec.DecodeBatch(bytes.WrittenSpan);
    }

    static double Value(Random random) => random.Next(10) switch
    {
        0 => 7,
        1 => -0.0,
        2 => 1,
        _ => Math.Round(random.NextDouble() * 10 - 5, 3),
    };

    static IReadOnlyList<StoredBatch> Journal(Case c)
    {
        var random = new Random(c.Seed);
        double now = 0, time = 0;
        var batches = new List<FactBatch>();
        int length = 40 + random.Next(160);
        while (batches.Count < length)
        {
            double pause = random.Next(30) == 0 ? 8 : random.NextDouble() * 0.5;
            now += pause;
            time += random.Next(40) == 0 ? random.NextDouble() * 20 : pause;
            if (random.Next(4) == 0)
                batches.Add(Tick(now));
            else
                batches.Add(Batch(random.Next(5) == 0 ? "slow" : Pipelines.Source, now, [.. Enumerable.Range(0, 1 + random.Next(4)).Select(_ => Lying(random, time, c.Disorder))]));
        }

        return Pipelines.Stored(batches);
    }

    static Sample Lying(Random random, double time, int disorder)
    {
        double off = random.Next(8) == 0 ? random.NextDouble() * 6 * disorder : random.NextDouble() * disorder;
        // Steps of a quarter of a second, so that times meet.
        double at = Math.Round((time - off) * 4) / 4;
        Sample sample = Sample("a." + "xyzw"[random.Next(4)], at, Value(random));
        return random.Next(30) switch
        {
            0 => sample with { Quality = Quality.Bad },
            1 => sample with { Value = TagValue.None },
            2 => sample with { Value = TagValue.Of(double.NaN) },
            3 => sample with { Value = TagValue.Of("text") },
            4 => sample with { Value = TagValue.Of(true) },
            5 => sample with { Value = TagValue.Of(3L) },
            6 => sample with { Value = TagValue.Of(1e308) },
            7 => sample with { Quality = Quality.Uncertain },
            _ => sample,
        };
    }
}
