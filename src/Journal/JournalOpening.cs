using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>What opening found, with the writer that goes on from there.</summary>
sealed record JournalOpening(SegmentWriter Writer, OpenReport Report, UnitCatalog Catalog)
{
    /// <param name="mended">Told of damage that readers go on behind.</param>
    /// <exception cref="JournalCorruptException">Bytes that were durable are not what was written.</exception>
    public static JournalOpening In(string folder, IDisk disk, TimeProvider time, SegmentSupply supply, MendedReads mended)
    {
        IReadOnlyList<string> names = disk.List(folder);
        supply.Adopt(names);
        var catalog = UnitCatalog.Of(disk, folder, names, mended);
        SealingLeftovers.Remove(disk, folder, names, catalog);
        long[] segments = [.. SegmentName.NumbersIn(names).Where(number => number > catalog.Last)];
        RefuseHoles(catalog, segments, names);

        // A name that a failed flush left in memory only must not be built upon.
        disk.SyncFolder(folder);
        return segments.Length == 0
            ? new JournalOpening(SegmentWriter.First(supply, time), NewReport(folder), catalog)
            : GoOn(folder, disk, time, supply, segments[^1], catalog);
    }

    static JournalOpening GoOn(string folder, IDisk disk, TimeProvider time, SegmentSupply supply, long newest, UnitCatalog catalog)
    {
        SegmentTail tail = SegmentTail.Of(disk, folder, newest);
        if (tail.Damage is { } damage)
            throw new JournalCorruptException(damage.Segment, damage.Offset, damage.Frame, damage.What);
        SegmentHeader header;
        using (SegmentFile read = SegmentFile.Open(disk, folder, newest))
            header = read.Header;
        IDiskFile file = disk.Open(Path.Combine(folder, SegmentName.Of(newest)), forWriting: true);
        try
        {
            SegmentRecovery.MakeDurable(file, tail);
            return new JournalOpening(SegmentWriter.GoOn(supply, time, file, header, tail), ReportOf(folder, newest, tail), catalog);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Sealed units first, hot segments behind them, no number missing in between. Retention takes from the front, so the first may be any.</summary>
    static void RefuseHoles(UnitCatalog catalog, long[] segments, IReadOnlyList<string> names)
    {
        for (int i = 1; i < catalog.Numbers.Count; i++)
        {
            // Where the numbers go on one by one no checkpoint need be read.
            if (catalog.Numbers[i] == catalog.Numbers[i - 1] + 1)
                continue;
            long last = catalog.Read(catalog.Numbers[i - 1]).LastSegment;
            if (catalog.Numbers[i] != last + 1)
                throw new JournalCorruptException(UnitFile.CheckpointOf(last + 1), 0, 0, "the checkpoint is missing although later ones are there");
        }

        // A missing segment that a repair has named is a known loss.
        long[] known = [.. segments.Concat(names.Select(SegmentHoles.NumberOf).Where(n => n > catalog.Last)).Distinct().Order()];
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i] != catalog.Last + i + 1)
                throw new JournalCorruptException(SegmentName.Of(catalog.Last + i + 1), 0, 0, "the segment file is missing although later ones are there");
        }

        if (segments.Length == 0 && catalog.Last > 0)
            throw new JournalCorruptException(SegmentName.Of(catalog.Last + 1), 0, 0, "the segment file is missing although a sealed unit stands before it");
    }

    static OpenReport NewReport(string folder) => new(0, 1, true, 0, 0, 0, $"New journal in {folder}");

    static OpenReport ReportOf(string folder, long segments, SegmentTail tail)
    {
        long cutBytes = tail.TornEnd - tail.End;
        string sentence = $"Journal in {folder} opened: {tail.LastFrame} frames in {segments} segments, "
            + (tail.Clean ? "stopped cleanly" : "not stopped cleanly")
            + (cutBytes == 0
                ? ""
                : $"; the last commit group in {SegmentName.Of(segments)} had not become durable: cut {cutBytes} bytes at byte {tail.End}, with {tail.TornFrames} whole batches that nobody was told were stored");
        return new OpenReport(tail.LastFrame, segments, tail.Clean, tail.StoppedAt, tail.TornFrames, cutBytes, sentence);
    }
}
