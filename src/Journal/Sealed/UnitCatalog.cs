using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Which segments of a journal are sealed. Knows the numbers from the names of the files and reads a checkpoint only when it is asked
/// for. One thread adds, any number ask.
/// </summary>
sealed class UnitCatalog
{
    readonly IDisk _disk;
    readonly string _folder;
    readonly Lock _gate = new();
    readonly Dictionary<long, Checkpoint> _read = [];
    readonly MendedReads _mended;
    volatile long[] _numbers;

    UnitCatalog(IDisk disk, string folder, long[] numbers, MendedReads mended)
    {
        _mended = mended;
        _disk = disk;
        _folder = folder;
        _numbers = numbers;
    }

    /// <summary>Numbers of the sealed segments, ascending.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>The newest sealed segment; 0 where there is none.</summary>
    public long Last => _numbers is [.., var last] ? last : 0;

    /// <param name="mended">Told of damage that readers go on behind; may be null.</param>
    public static UnitCatalog Of(IDisk disk, string folder, IEnumerable<string> names, MendedReads? mended = null) =>
        new(disk, folder, NumbersIn(names), mended ?? new MendedReads(null));

    /// <summary>For readers of a unit that go on behind what can be mended.</summary>
    public UnitMender MenderOf(Checkpoint unit) => new(_disk, _folder, unit, _mended);

    /// <exception cref="JournalCorruptException">The checkpoint is not what was signed.</exception>
    public Checkpoint Read(long number)
    {
        lock (_gate)
        {
            if (_read.TryGetValue(number, out Checkpoint? known))
                return known;
        }

        CheckpointCopies read = CheckpointCopies.Read(_disk, _folder, number);
        if (read.Damage is { } damage)
            _mended.Meet(damage);
        lock (_gate)
            _read[number] = read.Checkpoint;
        return read.Checkpoint;
    }

    public void Add(long number, Checkpoint checkpoint)
    {
        lock (_gate)
            _read[number] = checkpoint;
        _numbers = [.. _numbers, number];
    }

    /// <summary>The unit of the same number has another checkpoint now.</summary>
    public void Replace(Checkpoint checkpoint)
    {
        lock (_gate)
            _read[checkpoint.Segment] = checkpoint;
    }

    /// <summary>Forgets what was read and looks again, for a reader that does not own the journal.</summary>
    public void Refresh()
    {
        long[] numbers = NumbersIn(_disk.List(_folder));
        lock (_gate)
            _read.Clear();
        _numbers = numbers;
    }

    /// <summary>
    /// The newest unit that begins at or before <paramref name="frame"/>; 0 where there is none. Where a checkpoint on the way is damaged and
    /// no other unit holds the frame, the damaged one.
    /// </summary>
    public long UnitFor(long frame)
    {
        long[] numbers = _numbers;
        try
        {
            int low = 0;
            int high = numbers.Length - 1;
            long found = 0;
            while (low <= high)
            {
                int middle = (low + high) / 2;
                if (Read(numbers[middle]).FirstFrame > frame)
                {
                    high = middle - 1;
                    continue;
                }

                found = numbers[middle];
                low = middle + 1;
            }

            return found;
        }
        catch (JournalCorruptException)
        {
            return UnitAmongDamaged(numbers, frame);
        }
    }

    long UnitAmongDamaged(long[] numbers, long frame)
    {
        long found = 0;
        foreach (long number in numbers)
        {
            try
            {
                Checkpoint unit = Read(number);
                if (unit.FirstFrame > frame)
                    return found;
                found = number;
                if (unit.Holds(frame))
                    return found;
            }
            catch (JournalCorruptException)
            {
                found = number;
            }
        }

        return found;
    }

    /// <summary>Where the hot segments begin: behind the newest unit, or at the beginning.</summary>
    public (long Segment, long Frame, byte[]? PreviousHash) HotStart()
    {
        long last = Last;
        if (last == 0)
            return (1, 1, new byte[FrameHeader.HashBytes]);
        Checkpoint newest = Read(last);
        return (last + 1, newest.LastFrame + 1, newest.LastHash.ToBytes());
    }

    static long[] NumbersIn(IEnumerable<string> names)
    {
        var numbers = new List<long>();
        foreach (string name in names)
        {
            if (UnitFile.IsCheckpoint(name, out long number))
                numbers.Add(number);
        }

        numbers.Sort();
        return [.. numbers];
    }
}
