using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>What opening found, with the writer that goes on from there.</summary>
sealed record JournalOpening(SegmentWriter Writer, OpenReport Report)
{
    /// <exception cref="JournalCorruptException">Bytes that were durable are not what was written.</exception>
    public static JournalOpening In(string folder, IDisk disk, TimeProvider time, SegmentSupply supply)
    {
        IReadOnlyList<string> names = disk.List(folder);
        foreach (string prepared in names.Where(SegmentName.IsNew))
            disk.Delete(Path.Combine(folder, prepared));
        long[] segments = SegmentName.NumbersIn(names);
        RefuseHoles(segments, names);

        // A name that a failed flush left in memory only must not be built upon.
        disk.SyncFolder(folder);
        return segments.Length == 0
            ? new JournalOpening(SegmentWriter.First(supply, time), NewReport(folder))
            : GoOn(folder, disk, time, supply, segments[^1]);
    }

    static JournalOpening GoOn(string folder, IDisk disk, TimeProvider time, SegmentSupply supply, long newest)
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
            return new JournalOpening(SegmentWriter.GoOn(supply, time, file, header, tail), ReportOf(folder, newest, tail));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    static void RefuseHoles(long[] segments, IReadOnlyList<string> names)
    {
        // A missing segment that a repair has named is a known loss.
        long[] known = [.. segments.Concat(names.Select(SegmentHoles.NumberOf).Where(n => n > 0)).Distinct().Order()];
        for (int i = 0; i < known.Length; i++)
        {
            if (known[i] != i + 1)
                throw new JournalCorruptException(SegmentName.Of(i + 1), 0, 0, "the segment file is missing although later ones are there");
        }
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
