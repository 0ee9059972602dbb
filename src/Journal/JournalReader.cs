using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>Reads a journal without owning it, for tools: one that stands still or one that another process writes to. Writes nothing.</summary>
public sealed class JournalReader
{
    readonly string _folder;
    readonly IDisk _disk;

    JournalReader(string folder, IDisk disk)
    {
        _folder = folder;
        _disk = disk;
    }

    /// <exception cref="IOException">There is no journal in the folder.</exception>
    public static JournalReader Open(string folder, IDisk disk) => SegmentName.NumbersIn(disk.List(folder)).Length > 0
        ? new JournalReader(folder, disk)
        : throw new IOException($"There is no journal in {folder}; a journal has files called {SegmentName.Of(1)} and so on.");

    /// <summary>The newest whole frame now; where the newest segment is damaged, the newest before the damage.</summary>
    public long LastFrame => SegmentTail.Of(_disk, _folder, Numbers()[^1]).LastFrame;

    /// <summary>Every batch from <paramref name="fromFrame"/> on, up to the last whole commit group when reading begins.</summary>
    /// <exception cref="JournalCorruptException">A stored byte is not what was written; everything before it was given.</exception>
    public IEnumerable<StoredBatch> Read(long fromFrame = 1)
    {
        (FrameWalk walk, JournalTail tail) = Begin(fromFrame);
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
    public IEnumerable<JournalEntry> ReadTolerant(long fromFrame = 1)
    {
        (FrameWalk walk, JournalTail tail) = Begin(fromFrame);
        using (walk)
        {
            while (walk.Next(tail) is var step && step != Step.End)
                yield return step == Step.Batch ? Decoded(walk) : new JournalEntry(null, walk.Damage);
        }
    }

    static JournalEntry Decoded(FrameWalk walk)
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

    (FrameWalk Walk, JournalTail Tail) Begin(long fromFrame)
    {
        long[] numbers = Numbers();
        return (new FrameWalk(_disk, _folder, fromFrame, numbers), JournalTail.Found(SegmentTail.Of(_disk, _folder, numbers[^1]), numbers[^1], _disk, _folder));
    }

    long[] Numbers() => SegmentName.NumbersIn(_disk.List(_folder));
}
