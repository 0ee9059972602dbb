using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;
using static EdgeRuntime.Tests.Unit.Features.Pipelines;

namespace EdgeRuntime.Tests.Unit.Features.Corrections;

/// <summary>Late data corrects what is told from now on and never what was told.</summary>
public sealed class CorrectionTests
{
    const string Features = """
        - {name: n, op: count, of: x, window: PT10S}
        - {name: m, op: mean, of: x, window: PT10S}
        - {name: l, op: last, of: x}
        - {name: g, op: lag, of: x, lag: PT7S}
        - {name: s, op: time-in-state, of: x, window: PT15S, state: [2, 4]}
        - {name: a, op: age, of: y}
        - {name: k, op: std, of: y, window: PT20S}
        - {name: b, op: bad-ratio, of: y, window: PT10S}
        - {name: d, op: difference, of: [m, l]}
        """;

    const string Inputs = "- {signal: x, range: [-50, 50]}\n- {signal: y, range: [-50, 50], maxAge: PT8S}";

    static string Document(string within, string features = Features) =>
        Yaml(features, "{every: PT1S}", Inputs, within.Length == 0 ? "" : $"corrections: {{within: {within}}}");

    static FactBatch X(double at, double value, double? ingest = null) => Batch(Source, ingest ?? at, Sample("a.x", at, value));

    [Fact]
    public void A_late_sample_corrects_the_vectors_whose_windows_contain_it_and_says_from_when_that_is_known()
    {
        List<Fact> facts = Run(Read(Document("PT1M")), Stored([.. Enumerable.Range(1, 30).Where(i => i != 12).Select(i => X(i, i)), X(12, 40, 30.5), X(31, 31)]));
        Correction[] corrections = [.. facts.OfType<Correction>()];
        // The window of 10 s sees it at 12 to 21; the state is entered at 2 to 4 only; the lag sees it at 19.
        Assert.Equal(Enumerable.Range(12, 10).Select(i => At(i)), corrections.Select(c => c.At));
        Assert.All(corrections, c => Assert.Equal(new Position(30, 0), c.Cause));
        Assert.Equal(new Position(13, 0), corrections[1].Corrects);
        Assert.Equal(10, corrections[5].Values[0]);
        Assert.Equal(40, corrections[0].Values[2]);
        Assert.Equal(0, corrections[^1].Left);
    }

    [Fact]
    public void Without_the_key_nothing_is_corrected_and_beyond_it_neither()
    {
        FactBatch[] batches = [.. Enumerable.Range(1, 30).Where(i => i != 12).Select(i => X(i, i)), X(12, 40, 30.5), X(31, 31)];
        Assert.Empty(Run(Read(Document("")), Stored(batches)).OfType<Correction>());
        Assert.Equal([At(19), At(20), At(21)], Run(Read(Document("PT10S")), Stored(batches)).OfType<Correction>().Select(c => c.At));
    }

    [Fact]
    public void An_ewma_stays_as_it_was_in_a_correction()
    {
        const string Both = "- {name: e, op: ewma, of: x, timeConstant: PT5S}\n- {name: n, op: count, of: x, window: PT10S}";
        List<Fact> facts = Run(Read(Document("PT1M", Both)), Stored([.. Enumerable.Range(1, 30).Where(i => i != 12).Select(i => X(i, i)), X(12, 40, 30.5), X(31, 31)]));
        Dictionary<EventTime, float> then = facts.OfType<FeatureVector>().ToDictionary(v => v.At, v => v.Values[0]);
        Correction[] corrections = [.. facts.OfType<Correction>()];
        Assert.Equal(10, corrections.Length);
        Assert.All(corrections, c => Assert.Equal(then[c.At], c.Values[0]));
    }

    [Fact]
    public void More_vectors_than_one_batch_may_correct_are_counted()
    {
        string yaml = Yaml("- {name: n, op: count, of: x, window: PT10M}", "{every: PT1S}", more: "corrections: {within: PT1H}");
        List<Fact> facts = Run(Read(yaml), Stored([.. Enumerable.Range(1, 1000).Select(i => X(i, i)), X(100.5, 0, 1000.5), X(1001, 1)]));
        Correction[] corrections = [.. facts.OfType<Correction>()];
        Assert.Equal(256, corrections.Length);
        Assert.Equal(At(101), corrections[0].At);
        Assert.All(corrections[..^1], c => Assert.Equal(0, c.Left));
        // Moments 101 to 701 may see it, and the last sees it no more.
        Assert.Equal(701 - 101 + 1 - 256, corrections[^1].Left);
    }

    sealed record Late(int Seed);

    static readonly Gen<Late> Cases = Gen.Int[0, int.MaxValue - 1].Select(seed => new Late(seed));

    static readonly FeaturePipelineDefinition Corrected = Read(Document("PT10M"));

    /// <summary>Random samples of which some come much later, in batches of their own, and the same samples all in time.</summary>
    static (IReadOnlyList<StoredBatch> Late, IReadOnlyList<StoredBatch> InTime) Journals(Late c)
    {
        var random = new Random(c.Seed);
        Sample[] samples = [.. Enumerable.Range(0, 250).Select(i => Sample("a." + "xy"[random.Next(2)], i * 0.4 + 0.1, random.Next(12) == 0 ? 99 : Math.Round(random.NextDouble() * 6, 1)))];
        bool[] isLate = [.. samples.Select((_, i) => i is > 0 and < 240 && random.Next(8) == 0)];
        var late = new List<FactBatch>();
        for (int i = 0; i < samples.Length; i++)
        {
            if (!isLate[i])
                late.Add(Batch(Source, i, samples[i]));
            if (random.Next(30) == 0)
                Deliver(i);
        }

        Deliver(samples.Length);
        return (Stored(late), Stored(samples.Select((s, i) => Batch(Source, i, s))));

        void Deliver(int until)
        {
            Sample[] waiting = [.. Enumerable.Range(0, Math.Min(until, samples.Length)).Where(i => isLate[i]).OrderBy(_ => random.Next()).Select(i => samples[i])];
            for (int i = 0; i < Math.Min(until, samples.Length); i++)
                isLate[i] = false;
            if (waiting.Length > 0)
                late.Add(Batch(Source, until, waiting));
        }
    }

    [Fact]
    public void Corrections_end_where_a_computation_with_every_sample_in_time_ends() => Cases.Sample(c =>
    {
        (IReadOnlyList<StoredBatch> late, IReadOnlyList<StoredBatch> inTime) = Journals(c);
        List<Fact> facts = Run(Corrected, late);
        var known = new Dictionary<EventTime, string>();
        foreach (Fact fact in facts)
        {
            if (fact is FeatureVector v)
                known[v.At] = Text(v.Values, v.Gaps);
            else if (fact is Correction correction)
                known[correction.At] = Text(correction.Values, correction.Gaps);
        }

        Dictionary<EventTime, string> fresh = Run(Corrected, inTime).OfType<FeatureVector>().ToDictionary(v => v.At, v => Text(v.Values, v.Gaps));
        Assert.True(fresh.Count > 80, $"only {fresh.Count} vectors, {c}");
        // The last sample in time is not the same one, so the newest moments may be out in one and not yet in the other.
        foreach ((EventTime at, string values) in known.Where(k => fresh.ContainsKey(k.Key)))
            Assert.True(fresh[at] == values, $"{at}: corrected {values}, fresh {fresh[at]}, {c}");
    }, iter: 100);

    [Fact]
    public void Late_data_never_changes_a_vector_that_was_out() => Cases.Sample(c =>
    {
        IReadOnlyList<StoredBatch> late = Journals(c).Late;
        FeaturePipelineDefinition without = Read(Document(""));
        string[] Then(FeaturePipelineDefinition pipeline, int frames) =>
            [.. Run(pipeline, late.Take(frames)).OfType<FeatureVector>().Select(v => $"{v.At} {v.Cause} {v.InputAge} {Text(v.Values, v.Gaps)}")];
        string[] all = Then(Corrected, late.Count);
        for (int frames = 10; frames < late.Count; frames += 37)
        {
            string[] then = Then(Corrected, frames);
            Assert.Equal(then, all[..then.Length]);
        }

        Assert.Equal(Then(without, late.Count), all);
    }, iter: 40);

    [Fact]
    public void True_then_is_where_corrections_end_at_every_moment() => Cases.Sample(c =>
    {
        IReadOnlyList<StoredBatch> late = Journals(c).Late;
        Sample[] inOrder = [.. late.SelectMany(b => b.Batch.Samples).OrderBy(s => s.Event)];
        var known = new SortedDictionary<EventTime, string>();
        foreach (Fact fact in Run(Corrected, late))
        {
            if (fact is FeatureVector v)
                known[v.At] = Text(v.Values, v.Gaps);
            else if (fact is Correction correction)
                known[correction.At] = Text(correction.Values, correction.Gaps);
        }

        foreach ((EventTime at, string values) in known.Where((_, i) => i % 9 == 0))
        {
            FeatureVector then = TrueThen.Vector(Corrected, Asset, inOrder, at, late[^1].Position);
            Assert.Equal(values, Text(then.Values, then.Gaps));
            Assert.Equal((late[^1].Position, at), (then.Cause, then.At));
        }
    }, iter: 30);

    static string Text(IReadOnlyList<float> values, IReadOnlyList<FeatureGap> gaps) => $"{string.Join(' ', values.Select(v => v.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))} | {string.Join(' ', gaps)}";
}
