using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Features;

/// <summary>
/// Runs a pipeline over old data, as if it had been in force from the first batch on. What it gives is a function of the batches alone, and leaves out what the
/// journal already holds, so running it again adds nothing.
/// </summary>
public static class Backfill
{
    /// <summary>
    /// What each batch made the pipeline say: vectors, their stages where the pipeline asks for them, and corrections. Nothing comes twice: what lies in the journal with the same
    /// pipeline, asset, moment and cause - from an earlier backfill or from the engine itself - is left out.
    /// </summary>
    /// <param name="journal">Gives all batches from the first on; asked twice.</param>
    /// <param name="since">Nothing about earlier moments is given; windows are filled from the first batch on all the same.</param>
    public static IEnumerable<IReadOnlyList<Fact>> Run(Func<IEnumerable<StoredBatch>> journal, FeaturePipelineDefinition definition, AssetDefinition asset, EventTime since)
    {
        HashSet<Told> told = [.. journal().Where(b => b.Batch.Origin is Origins.Backfill or Origins.Engine)
            .SelectMany(b => b.Batch.Facts)
            .Select(fact => Told.Of(fact, asset.Id))
            .OfType<Told>()];
        var pipeline = new FeaturePipeline(definition, asset);
        var said = new List<Fact>();
        foreach (StoredBatch batch in journal())
        {
            pipeline.Take(batch, said);
            Fact[] added = [.. said.Where(fact => Told.Of(fact, asset.Id) is { } one && one.At >= since && !told.Contains(one))];
            said.Clear();
            if (added.Length > 0)
                yield return added;
        }
    }

    /// <summary>What makes two facts of a pipeline the same statement.</summary>
    readonly record struct Told(FactKind Kind, EventTime At, Position Cause, Digest Version)
    {
        public static Told? Of(Fact fact, string asset) => fact switch
        {
            FeatureVector v when v.Asset == asset => new Told(v.Kind, v.At, v.Cause, v.Pipeline),
            FeatureStage s when s.Asset == asset => new Told(s.Kind, s.At, s.Cause, s.Version),
            Correction c when c.Asset == asset => new Told(c.Kind, c.At, c.Cause, c.Pipeline),
            _ => null,
        };
    }
}
