using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

/// <summary>The same answers by looking at everything: what the fast ways are held against.</summary>
sealed class NaiveHistory(IEnumerable<StoredBatch> batches)
{
    readonly List<StoredBatch> _batches = [.. batches];

    public KnownSample? Last(string tag, EventTime at, Position? known)
    {
        KnownSample? best = null;
        foreach (KnownSample one in All(tag, known))
        {
            if (one.Sample.Event <= at && (best is null || one.Sample.Event >= best.Value.Sample.Event))
                best = one;
        }

        return best;
    }

    public List<KnownSample> Range(string tag, EventTime from, EventTime to, Position? known) =>
        [.. All(tag, known).Where(one => one.Sample.Event >= from && one.Sample.Event <= to).OrderBy(one => one.Sample.Event.UnixNanoseconds).ThenBy(one => one.Position)];

    public Position KnownAt(IngestTime at) => _batches.LastOrDefault(stored => stored.Batch.Ingest.UnixNanoseconds <= at.UnixNanoseconds)?.Position ?? Position.Start;

    IEnumerable<KnownSample> All(string tag, Position? known) =>
        from stored in _batches
        from place in stored.Batch.Samples.Select((sample, index) => (Sample: sample, Position: stored.PositionOf(index)))
        where place.Sample.Tag == tag && (known is null || place.Position <= known)
        select new KnownSample(place.Sample, place.Position);
}
