using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>
/// Which frame was the newest at a time. Of sealed units it asks the checkpoints and one column; of hot segments it keeps the earliest
/// ingest time of each run of frames, gathered when it is first asked. The box's clock may have been set back, so nothing here is taken to be sorted.
/// </summary>
sealed class IngestIndex(IDisk disk, string folder, UnitCatalog catalog, bool ownsJournal)
{
    const int RunFrames = 256;

    readonly Lock _gate = new();
    readonly List<Run> _runs = [];

    /// <exception cref="JournalCorruptException">A stored byte on the way is not what was written.</exception>
    public long FrameAt(IngestTime time, JournalTail tail)
    {
        lock (_gate)
        {
            GoOn(tail);
            for (int i = _runs.Count - 1; i >= 0; i--)
            {
                if (_runs[i].Earliest <= time.UnixNanoseconds && NewestIn(_runs[i], time, tail) is > 0 and var frame)
                    return frame;
            }
        }

        const int TriesMax = 4;
        for (int tries = 1; ; tries++)
        {
            IReadOnlyList<long> numbers = catalog.Numbers;
            try
            {
                return NewestSealed(numbers, time);
            }
            catch (Exception gone) when (gone is FileNotFoundException or JournalCorruptException && tries < TriesMax && HaveChanged(numbers))
            {
                // Units were merged meanwhile.
            }
        }
    }

    bool HaveChanged(IReadOnlyList<long> numbers)
    {
        if (!ownsJournal)
            catalog.Refresh();
        return !catalog.Numbers.SequenceEqual(numbers);
    }

    long NewestSealed(IReadOnlyList<long> numbers, IngestTime time)
    {
        for (int i = numbers.Count - 1; i >= 0; i--)
        {
            Checkpoint unit = catalog.Read(numbers[i]);
            if (unit.LastFrame < unit.FirstFrame || unit.FirstIngest.UnixNanoseconds > time.UnixNanoseconds)
                continue;
            using var reader = new UnitReader(disk, folder, unit, new Dictionary<string, string>(StringComparer.Ordinal), mender: catalog.MenderOf(unit));
            if (reader.FrameAt(time) is > 0 and var frame)
                return frame;
        }

        return 0;
    }

    void GoOn(JournalTail tail)
    {
        long hot = catalog.HotStart().Frame;
        _runs.RemoveAll(run => run.First + run.Frames <= hot);
        long from = _runs is [.., var last] ? last.First + last.Frames : hot;
        using var walk = new JournalWalk(disk, folder, catalog, from, ownsJournal);
        while (StrictRead.Next(walk, tail) is { } stored)
        {
            long ingest = stored.Batch.Ingest.UnixNanoseconds;
            if (_runs is [.., { Frames: < RunFrames } open])
                _runs[^1] = open with { Frames = open.Frames + 1, Earliest = Math.Min(open.Earliest, ingest) };
            else
                _runs.Add(new Run(stored.Frame, 1, ingest));
        }
    }

    long NewestIn(Run run, IngestTime time, JournalTail tail)
    {
        long newest = 0;
        using var walk = new JournalWalk(disk, folder, catalog, run.First, ownsJournal);
        while (StrictRead.Next(walk, tail) is { } stored && stored.Frame < run.First + run.Frames)
        {
            if (stored.Batch.Ingest.UnixNanoseconds <= time.UnixNanoseconds)
                newest = stored.Frame;
        }

        return newest;
    }

    readonly record struct Run(long First, int Frames, long Earliest);
}
