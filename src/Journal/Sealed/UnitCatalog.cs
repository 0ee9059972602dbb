using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Which units a journal has. Knows their numbers from the names of the files and reads a checkpoint only when it is asked for, or when a name
/// says that a unit may hold the segments of others, which then do not count. One thread adds, one merges, any number ask.
/// </summary>
sealed class UnitCatalog
{
    /// <summary>Units are merged under whoever looks for one; so often is looked again.</summary>
    const int TriesMax = 4;

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

    /// <summary>Numbers of the units that count, ascending; of a merged one its first segment.</summary>
    public IReadOnlyList<long> Numbers => _numbers;

    /// <summary>The newest sealed segment; 0 where there is none. It is a unit of its own: the newest is never merged.</summary>
    public long Last => _numbers is [.., var last] ? last : 0;

    /// <param name="mended">Told of damage that readers go on behind; may be null.</param>
    public static UnitCatalog Of(IDisk disk, string folder, IEnumerable<string> names, MendedReads? mended = null) =>
        new(disk, folder, NumbersIn(disk, folder, names), mended ?? new MendedReads(null));

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

    /// <summary>Every unit, in order.</summary>
    /// <exception cref="JournalCorruptException">A checkpoint is not what was signed.</exception>
    public IReadOnlyList<Checkpoint> ReadAll()
    {
        for (int tries = 1; ; tries++)
        {
            long[] numbers = _numbers;
            try
            {
                var units = new List<Checkpoint>(numbers.Length);
                foreach (long number in numbers)
                {
                    // Merged between the look at the names and this.
                    if (units is not [.., var before] || number > before.LastSegment)
                        units.Add(Read(number));
                }

                return units;
            }
            catch (FileNotFoundException) when (tries < TriesMax)
            {
                LookAgain(numbers);
            }
        }
    }

    public void Add(long number, Checkpoint checkpoint)
    {
        lock (_gate)
        {
            _read[number] = checkpoint;
            _numbers = [.. _numbers, number];
        }
    }

    /// <summary>The unit of the first of several numbers holds all of them now; the others are forgotten before their files go.</summary>
    public void Merge(Checkpoint merged)
    {
        lock (_gate)
        {
            _numbers = [.. _numbers.Where(number => number <= merged.Segment || number > merged.LastSegment)];
            _read[merged.Segment] = merged;
            foreach (long number in _read.Keys.Where(n => n > merged.Segment && n <= merged.LastSegment).ToArray())
                _read.Remove(number);
        }
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
        long[] numbers = NumbersIn(_disk, _folder, _disk.List(_folder));
        lock (_gate)
        {
            _read.Clear();
            _numbers = numbers;
        }
    }

    /// <summary>
    /// The newest unit that begins at or before <paramref name="frame"/>; 0 where there is none. Where a checkpoint on the way is damaged and
    /// no other unit holds the frame, the damaged one.
    /// </summary>
    public long UnitFor(long frame)
    {
        for (int tries = 1; ; tries++)
        {
            long[] numbers = _numbers;
            try
            {
                return UnitAmong(numbers, frame);
            }
            catch (FileNotFoundException) when (tries < TriesMax)
            {
                LookAgain(numbers);
            }
        }
    }

    /// <summary>A checkpoint is gone. Who merges has told which units count before it removes one; of another process only the folder tells.</summary>
    void LookAgain(long[] seen)
    {
        if (ReferenceEquals(seen, _numbers))
            Refresh();
    }

    long UnitAmong(long[] numbers, long frame)
    {
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
        return (newest.LastSegment + 1, newest.LastFrame + 1, newest.LastHash.ToBytes());
    }

    static long[] NumbersIn(IDisk disk, string folder, IEnumerable<string> names)
    {
        var numbers = new SortedSet<long>();
        var merged = new SortedDictionary<long, long>();
        foreach (string name in names)
        {
            if (UnitFile.IsCheckpoint(name, out long number))
                numbers.Add(number);
            else if (UnitFile.IsPart(name, out number) && UnitFile.LastOf(name) is > 0 and var last)
                merged[number] = Math.Max(last, merged.GetValueOrDefault(number));
        }

        // A name says that it may be so; that it is, only the checkpoint says, and only what a crash or a moment left is asked.
        foreach ((long first, long last) in merged)
        {
            if (!numbers.Contains(first) || numbers.GetViewBetween(first + 1, last).Count == 0)
                continue;
            long covered = LastSegmentOf(disk, folder, first);
            numbers.RemoveWhere(number => number > first && number <= covered);
        }

        return [.. numbers];
    }

    static long LastSegmentOf(IDisk disk, string folder, long number)
    {
        try
        {
            return Checkpoint.Read(disk, folder, number).LastSegment;
        }
        catch (Exception wrong) when (wrong is JournalCorruptException or FileNotFoundException)
        {
            // What is damaged covers nothing: all that is there is used, and the damage is told where the unit is met.
            return number;
        }
    }
}
