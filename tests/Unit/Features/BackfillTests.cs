using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;
using static EdgeRuntime.Tests.Unit.Features.Pipelines;

namespace EdgeRuntime.Tests.Unit.Features;

public sealed class BackfillTests
{
    static readonly FeaturePipelineDefinition New = Read(Yaml(
        "- {name: m, op: mean, of: x, window: PT10S}\n- {name: d, op: difference, of: [m, m]}", "{every: PT1S}", more: "stages: journal\ncorrections: {within: PT1M}"));

    static List<StoredBatch> Journal() =>
        [.. Stored([.. Enumerable.Range(1, 50).Where(i => i != 30).Select(i => Batch(Source, i, Sample("a.x", i, i))), Batch(Source, 50.5, Sample("a.x", 30, 3)), Batch(Source, 51, Sample("a.x", 51, 5))])];

    static void Write(List<StoredBatch> journal, IEnumerable<IReadOnlyList<Fact>> said)
    {
        foreach (IReadOnlyList<Fact> facts in said.ToArray())
            journal.Add(new StoredBatch(journal.Count + 1, new FactBatch { Ingest = IngestAt(99), Origin = Origins.Backfill, Facts = facts }));
    }

    [Fact]
    public void A_backfill_gives_what_the_pipeline_would_have_said_live()
    {
        List<StoredBatch> journal = Journal();
        Fact[] said = [.. Backfill.Run(() => journal, New, Asset, new EventTime(long.MinValue)).SelectMany(f => f)];
        Assert.Equal(Bytes(Run(New, journal).Where(f => f is FeatureVector or FeatureStage or Correction)), Bytes(said));
        Assert.Equal((50, 100, 10), (said.Count(f => f is FeatureVector), said.Count(f => f is FeatureStage), said.Count(f => f is Correction)));
    }

    [Fact]
    public void Running_it_again_or_after_it_was_cut_off_adds_only_what_is_missing()
    {
        List<StoredBatch> journal = Journal();
        Write(journal, Backfill.Run(() => journal, New, Asset, new EventTime(long.MinValue)).Take(20));
        int some = journal.Count;
        Write(journal, Backfill.Run(() => journal, New, Asset, new EventTime(long.MinValue)));
        Assert.NotEqual(some, journal.Count);
        Fact[] whole = [.. journal.Where(b => b.Batch.Origin == Origins.Backfill).SelectMany(b => b.Batch.Facts)];
        Assert.Equal(Bytes(Run(New, Journal()).Where(f => f is FeatureVector or FeatureStage or Correction)), Bytes(whole));
        Assert.Empty(Backfill.Run(() => journal, New, Asset, new EventTime(long.MinValue)));
    }

    [Fact]
    public void What_the_engine_said_by_the_same_pipeline_is_not_said_again()
    {
        List<StoredBatch> journal = Journal();
        journal.Add(new StoredBatch(journal.Count + 1, new FactBatch { Ingest = IngestAt(99), Origin = Origins.Engine, Facts = [.. Run(New, journal)] }));
        Assert.Empty(Backfill.Run(() => journal, New, Asset, new EventTime(long.MinValue)));
        FeaturePipelineDefinition other = Read(Yaml("- {name: m, op: mean, of: x, window: PT11S}", "{every: PT1S}"));
        Assert.NotEmpty(Backfill.Run(() => journal, other, Asset, new EventTime(long.MinValue)));
    }

    [Fact]
    public void Since_leaves_out_moments_and_not_what_windows_hold()
    {
        List<StoredBatch> journal = Journal();
        Fact[] all = [.. Backfill.Run(() => journal, New, Asset, new EventTime(long.MinValue)).SelectMany(f => f)];
        Fact[] since = [.. Backfill.Run(() => journal, New, Asset, At(20)).SelectMany(f => f)];
        Assert.Equal(Bytes(all.OfType<FeatureVector>().Where(v => v.At >= At(20))), Bytes(since.OfType<FeatureVector>()));
    }

    [Fact]
    public void Stages_come_before_their_vector_with_the_doubles_it_was_rounded_from()
    {
        List<Fact> facts = Run(Read(Yaml("- {name: d, op: difference, of: [m, x]}\n- {name: x, op: last, of: x}\n- {name: m, op: mean, of: x, window: PT10S}", more: "stages: journal")), Stored(Batch(Source, 1, Sample("a.x", 1, 0.1)), Batch(Source, 2, Sample("a.x", 2, 0.3)), Batch(Source, 3, Sample("a.x", 3, 0))));
        Assert.Equal([FactKind.FeatureStage, FactKind.FeatureStage, FactKind.FeatureVector, FactKind.FeatureStage, FactKind.FeatureStage, FactKind.FeatureVector], facts.Select(f => f.Kind));
        FeatureStage[] stages = [.. facts.OfType<FeatureStage>()];
        Assert.Equal(["base", "derived", "base", "derived"], stages.Select(s => s.Stage));
        Assert.Equal([0.3, (0.1 + 0.3) / 2], stages[2].Values);
        Assert.Equal([(0.1 + 0.3) / 2 - 0.3], stages[3].Values);
        Assert.Equal((At(2), new Position(3, 0)), (stages[3].At, stages[3].Cause));
    }
}
