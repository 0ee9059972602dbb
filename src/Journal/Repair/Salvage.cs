using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;

namespace EdgeRuntime.Journal.Repair;

/// <summary>Copies of a damaged unit what can be read: whole batches, else batches without their samples, else an empty row for a frame that is lost.</summary>
sealed class Salvage : IDisposable
{
    readonly Checkpoint _unit;
    readonly UnitReader? _full;
    readonly UnitReader? _bare;

    public Salvage(IDisk disk, string folder, Checkpoint unit, int generation)
    {
        _unit = unit;
        Writer = new UnitWriter(disk, folder, unit.Segment, generation, unit.LastSegment);
        // Which sample of its batch a sample was is not told of a thinned unit; written anew it would get another position.
        try
        {
            _full = unit.Thinned ? null : TryOpen(disk, folder, unit, skipsSamples: false);
            _bare = TryOpen(disk, folder, unit, skipsSamples: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public UnitWriter Writer { get; }

    public long FirstIngest { get; private set; } = long.MaxValue;

    public long LastIngest { get; private set; } = long.MinValue;

    /// <param name="lost">Gets the stretches of frames of which nothing is left.</param>
    public void Copy(List<(long First, long Last)> lost)
    {
        long before = _unit.FirstIngest.UnixNanoseconds;
        for (long next = _unit.FirstFrame; next <= _unit.LastFrame;)
        {
            next = Copy(_full, next, _unit.LastFrame, ref before);
            if (next > _unit.LastFrame)
                break;
            long end = _full is null ? _unit.LastFrame : Math.Clamp(_full.Stripe.Last, next, _unit.LastFrame);
            next = Copy(_bare, next, end, ref before);
            // Without the samples nothing is read either: the facts or the batches of this stripe are damaged.
            long stripe = _bare is null || next > end ? end : Math.Clamp(_bare.Stripe.Last, next, end);
            if (next <= stripe)
                lost.Add((next, stripe));
            for (; next <= stripe; next++)
                Add(next, new FactBatch { Ingest = new IngestTime(before), Origin = Origins.Lost }, 0);
        }
    }

    public void Dispose()
    {
        _full?.Dispose();
        _bare?.Dispose();
        Writer.Dispose();
    }

    /// <returns>The first frame that was not copied.</returns>
    long Copy(UnitReader? reader, long from, long to, ref long before)
    {
        if (reader is null)
            return from;
        try
        {
            reader.MoveTo(from);
            while (from <= to && reader.Next() is { } stored)
            {
                Add(stored.Frame, stored.Batch, stored.Batch.Samples.Count + stored.SamplesTaken);
                before = stored.Batch.Ingest.UnixNanoseconds;
                from = stored.Frame + 1;
            }
        }
        catch (JournalCorruptException)
        {
            // The stripe that was read ends here; whoever calls goes on with less, and behind it.
        }

        return from;
    }

    void Add(long frame, FactBatch batch, int samples)
    {
        Writer.Add(frame, batch, samples, static _ => true);
        FirstIngest = Math.Min(FirstIngest, batch.Ingest.UnixNanoseconds);
        LastIngest = Math.Max(LastIngest, batch.Ingest.UnixNanoseconds);
    }

    static UnitReader? TryOpen(IDisk disk, string folder, Checkpoint unit, bool skipsSamples)
    {
        try
        {
            return new UnitReader(disk, folder, unit, new Dictionary<string, string>(StringComparer.Ordinal), skipsSamples, new UnitMender(disk, folder, unit, null) { MendsMissing = true });
        }
        catch (Exception unreadable) when (unreadable is JournalCorruptException or FileNotFoundException)
        {
            return null;
        }
    }
}
