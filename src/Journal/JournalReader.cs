using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>Reads a journal without owning it, for tools: one that stands still or one that another process writes to. Writes nothing.</summary>
public sealed class JournalReader
{
    readonly string _folder;
    readonly IDisk _disk;

    readonly UnitCatalog _catalog;
    readonly IngestIndex _ingest;

    JournalReader(string folder, IDisk disk, IReadOnlyList<string> names, Action<DamagedFrame>? mended)
    {
        _folder = folder;
        _disk = disk;
        _catalog = UnitCatalog.Of(disk, folder, names, new MendedReads(mended));
        _ingest = new IngestIndex(disk, folder, _catalog, ownsJournal: false);
    }

    /// <param name="mended">Told once for each sealed file of damage that reading goes on behind without a loss; may be null.</param>
    /// <exception cref="IOException">There is no journal in the folder.</exception>
    public static JournalReader Open(string folder, IDisk disk, Action<DamagedFrame>? mended = null)
    {
        IReadOnlyList<string> names = disk.List(folder);
        return SegmentName.NumbersIn(names).Length > 0 || UnitCatalog.Of(disk, folder, names).Last > 0
            ? new JournalReader(folder, disk, names, mended)
            : throw new IOException($"There is no journal in {folder}; a journal has files called {SegmentName.Of(1)} and so on.");
    }

    /// <summary>The oldest frame that can still be read: 1 until retention removes some.</summary>
    /// <exception cref="JournalCorruptException">The checkpoint of the oldest unit is not what was signed.</exception>
    public long FirstFrame => _catalog.Numbers is [var oldest, ..] ? _catalog.Read(oldest).FirstFrame : 1;

    /// <summary>The newest whole frame now; where the newest segment is damaged, the newest before the damage.</summary>
    public long LastFrame
    {
        get
        {
            long[] hot = SegmentName.NumbersIn(_disk.List(_folder));
            _catalog.Refresh();
            return hot is [.., var newest] && newest > _catalog.Last
                ? SegmentTail.Of(_disk, _folder, newest).LastFrame
                : _catalog.Read(_catalog.Last).LastFrame;
        }
    }

    /// <summary>The newest frame that was known at <paramref name="time"/>: the newest whose ingest time is not after it. 0 when there is none.</summary>
    /// <exception cref="JournalCorruptException">A stored byte on the way is not what was written.</exception>
    public long FrameAt(IngestTime time) => _ingest.FrameAt(time, Newest());

    /// <summary>Every batch from <paramref name="fromFrame"/> on, up to the last whole commit group when reading begins.</summary>
    /// <exception cref="JournalCorruptException">A stored byte is not what was written; everything before it was given.</exception>
    public IEnumerable<StoredBatch> Read(long fromFrame = 1)
    {
        (JournalWalk walk, JournalTail tail) = Begin(fromFrame);
        using (walk)
        {
            while (StrictRead.Next(walk, tail) is { } batch)
                yield return batch;
        }
    }

    /// <summary>
    /// The same, and goes on behind damage: in the place of every batch that is lost stands what was found there. A torn tail is not
    /// damage.
    /// </summary>
    /// <param name="origin">Only batches of this origin, and all damage; nothing of the others is decoded. Null: every batch.</param>
    public IEnumerable<JournalEntry> ReadTolerant(long fromFrame = 1, string? origin = null)
    {
        (JournalWalk walk, JournalTail tail) = Begin(fromFrame, origin);
        using (walk)
        {
            while (walk.Next(tail) is var step && step != Step.End)
                yield return step == Step.Batch ? Decoded(walk) : new JournalEntry(null, walk.Damage);
        }
    }

    static JournalEntry Decoded(JournalWalk walk)
    {
        try
        {
            return new JournalEntry(walk.Decode(), null);
        }
        catch (FactFormatException wrong)
        {
            return new JournalEntry(null, walk.NotCanonical(wrong));
        }
    }

    (JournalWalk Walk, JournalTail Tail) Begin(long fromFrame, string? origin = null) =>
        (new JournalWalk(_disk, _folder, _catalog, fromFrame, ownsJournal: false, origin), Newest());

    JournalTail Newest()
    {
        _catalog.Refresh();
        long newest = SegmentName.NumbersIn(_disk.List(_folder)) is [.., var last] ? last : 0;
        if (newest > _catalog.Last)
            return JournalTail.Found(_disk, _folder, newest);
        return new JournalTail(_catalog.Last, 0, _catalog.Read(_catalog.Last).LastFrame);
    }
}
