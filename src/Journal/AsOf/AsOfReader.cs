using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Sealed.Pages;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>
/// What was the value of a tag at a moment, and what was known of it by then: look-ups by event time over everything in a journal,
/// sealed or not, restricted to what the box had learned up to a position. Exact for samples that came late, twice or out of order; of
/// equal event times the later arrival wins. Any thread may ask; one is answered at a time. Writes nothing.
/// </summary>
/// <remarks>
/// Sealed samples stay on disk: a look-up reads the pages it needs, checks them and keeps them in a bounded cache. What is not sealed is
/// kept in memory, packed.
/// </remarks>
public sealed partial class AsOfReader : IDisposable
{
    /// <summary>Unpacked pages that are kept, and indexes of units that are awake. Two numbers that a box with 1 GiB can spare.</summary>
    const long PageBytesMax = 16 << 20;
    const long AwakeBytesMax = 32 << 20;

    static readonly Position s_everything = new(long.MaxValue, int.MaxValue);

    readonly Lock _lock = new();
    readonly IDisk _disk;
    readonly string _folder;
    readonly MendedReads _mended;
    readonly PageCache _cache;
    readonly PageReader _pages;
    readonly Dictionary<string, TagHistory> _tags = new(StringComparer.Ordinal);
    readonly HotFrames _frames = new();
    readonly List<SealedUnit> _units = [];

    // Awake units, the one that was asked last at the end.
    readonly List<SealedUnit> _awake = [];
    readonly long[] _block = new long[DeltaBlocks.BlockValuesMax];
    readonly long[] _hotTimes = new long[HotTag.PieceRows];
    int _layout;

    AsOfReader(string folder, IDisk disk, long pageBytesMax, Action<DamagedFrame>? mended)
    {
        _mended = new MendedReads(mended);
        _folder = folder;
        _disk = disk;
        _cache = new PageCache(pageBytesMax);
        _pages = new PageReader(_cache);
    }

    /// <summary>Opens the journal in a folder as it is now: its sealed units, and every frame behind them.</summary>
    /// <param name="mended">Told once for each sealed file of damage that is answered behind without a loss; may be null.</param>
    /// <exception cref="JournalCorruptException">A stored byte is not what was written.</exception>
    /// <exception cref="IOException">There is no journal in the folder.</exception>
    public static AsOfReader Open(string folder, IDisk disk, Action<DamagedFrame>? mended = null) => Open(folder, disk, PageBytesMax, mended);

    internal static AsOfReader Open(string folder, IDisk disk, long pageBytesMax, Action<DamagedFrame>? mended = null)
    {
        var reader = new AsOfReader(folder, disk, pageBytesMax, mended);
        try
        {
            reader.Refresh();
            return reader;
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    /// <summary>The newest frame whose samples are answered for.</summary>
    public long LastFrame
    {
        get
        {
            lock (_lock)
                return _frames.Last;
        }
    }

    /// <summary>Takes the next frame, as it becomes durable. One that is there already changes nothing.</summary>
    /// <exception cref="ArgumentException">A frame in between is missing.</exception>
    public void Feed(StoredBatch stored)
    {
        lock (_lock)
            Take(stored);
    }

    /// <summary>Looks at the folder again: what has been sealed since is read from there and given back in memory, and new frames are read.</summary>
    /// <exception cref="JournalCorruptException">A stored byte is not what was written.</exception>
    public void Refresh()
    {
        lock (_lock)
        {
            TakeUnitsThatStay();
            foreach (StoredBatch stored in JournalReader.Open(_folder, _disk, _mended.Meet).Read(_frames.Last + 1))
                Take(stored);
        }
    }

    /// <summary>
    /// The newest sample of a tag by event time, at or before a moment, among those known.
    /// </summary>
    /// <param name="knownAt">Only what the box had learned up to here counts; null for all it knows now.</param>
    /// <exception cref="JournalCorruptException">A stored byte that the answer needs is not what was written.</exception>
    public bool TryLast(string tag, EventTime at, Position? knownAt, out KnownSample found)
    {
        lock (_lock)
            return TryLastLocked(tag, at.UnixNanoseconds, knownAt ?? s_everything, out found);
    }

    /// <summary>One answer for every tag, as <see cref="TryLast"/> gives it; default where there is none. Gives how many there are.</summary>
    /// <exception cref="ArgumentException">There is less room than tags.</exception>
    /// <exception cref="JournalCorruptException">A stored byte that the answer needs is not what was written.</exception>
    public int Vector(IReadOnlyList<string> tags, EventTime at, Position? knownAt, Span<KnownSample> found)
    {
        if (found.Length < tags.Count)
            throw new ArgumentException($"There is room for {found.Length} answers and there are {tags.Count} tags.", nameof(found));
        Position known = knownAt ?? s_everything;
        int there = 0;
        lock (_lock)
        {
            for (int i = 0; i < tags.Count; i++)
            {
                if (TryLastLocked(tags[i], at.UnixNanoseconds, known, out found[i]))
                    there++;
            }
        }

        return there;
    }

    /// <summary>The newest position that the box had learned at a time of its own clock; <see cref="Position.Start"/> where there was none.</summary>
    /// <exception cref="JournalCorruptException">A stored byte that the answer needs is not what was written.</exception>
    public Position KnownAt(IngestTime at)
    {
        lock (_lock)
        {
            if (_frames.LastIngested(at.UnixNanoseconds, out Position end))
                return end;
            try
            {
                return KnownInUnits(at);
            }
            catch (FileNotFoundException)
            {
                // Merged under this reader: the same frames lie in another unit now.
                TakeUnitsThatStay();
                return KnownInUnits(at);
            }
        }
    }

    /// <summary>The tags of which there is a sample, in ordinal order.</summary>
    public IReadOnlyList<string> Tags()
    {
        lock (_lock)
            return [.. _tags.Keys.Order(StringComparer.Ordinal)];
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (SealedUnit unit in _units)
                unit.Dispose();
            _units.Clear();
            _awake.Clear();
            _tags.Clear();
            _pages.Dispose();
        }
    }

    /// <summary>Forgets every unpacked page, so that a measurement begins with none.</summary>
    internal void ForgetPages()
    {
        lock (_lock)
            _cache.Clear();
    }

    bool TryLastLocked(string tag, long at, Position known, out KnownSample found)
    {
        found = default;
        if (!_tags.TryGetValue(tag, out TagHistory? history))
            return false;
        var best = new FoundRow();
        HotRow hot = default;
        if (history.Hot is { Rows: > 0 } unsealed && unsealed.Last(at, known, _block, _hotTimes, out hot))
            (best.IsThere, best.Time) = (true, hot.Time);
        SealedUnit? from = null;
        for (int i = history.LastUnitBelow(at); i >= 0 && !(best.IsThere && history.MaxBefore(i) <= best.Time); i--)
        {
            ref readonly UnitTag unit = ref history.Unit(i);
            if (unit.Summary.MinTime > at || unit.Summary.FirstFrame > known.Frame || (best.IsThere && unit.Summary.MaxTime <= best.Time))
                continue;
            Awaken(unit.Unit);
            if (unit.Unit.Last(unit.Summary, at, known, ref best))
                from = unit.Unit;
        }

        if (!best.IsThere)
            return false;
        if (from is null)
        {
            found = Known(history.Name, hot);
            return true;
        }

        // The unit may have gone to rest while others were asked.
        Awaken(from);
        found = from.Sample(from.Piece(best.Piece), best.Row, best.Time, history.Name);
        return true;
    }

    KnownSample Known(string tag, in HotRow row) => new(
        new Sample(tag, new EventTime(row.Time), row.Server, _frames.IngestOf(row.Frame), row.Quality, row.Value),
        new Position(row.Frame, row.Index));

    void Take(StoredBatch stored)
    {
        if (stored.Frame <= _frames.Last)
            return;
        if (stored.Frame != _frames.Last + 1)
            throw new ArgumentException($"Frame {stored.Frame} follows frame {_frames.Last}; those in between are missing.", nameof(stored));
        _frames.Add(stored.Batch.Ingest.UnixNanoseconds, stored.Batch.Count);
        for (int i = 0; i < stored.Batch.Samples.Count; i++)
        {
            Sample sample = stored.Batch.Samples[i];
            HistoryOf(sample.Tag).TakeHot(new(sample.Event.UnixNanoseconds, stored.Frame, i, sample.Quality, sample.Server, sample.Value));
        }

        _layout++;
    }

    TagHistory HistoryOf(string tag)
    {
        if (!_tags.TryGetValue(tag, out TagHistory? history))
            _tags.Add(tag, history = new TagHistory(tag));
        return history;
    }

    Position KnownInUnits(IngestTime at)
    {
        for (int i = _units.Count - 1; i >= 0; i--)
        {
            if (_units[i].Head.LeastIngest > at.UnixNanoseconds)
                continue;
            Awaken(_units[i]);
            if (_units[i].LastIngested(at.UnixNanoseconds, out long frame, out int count))
                return new(frame, Math.Max(0, count - 1));
        }

        return Position.Start;
    }

    /// <summary>Files of units that are merged or thinned meanwhile go; then there are others.</summary>
    void TakeUnitsThatStay()
    {
        const int TriesMax = 4;
        for (int tries = 1; ; tries++)
        {
            try
            {
                TakeUnits();
                return;
            }
            catch (FileNotFoundException) when (tries < TriesMax)
            {
                // Looked for again under their new names.
            }
        }
    }

    // Units that are there and were not, and those that are there no more or have another index.
    void TakeUnits()
    {
        List<Checkpoint> checkpoints = SealedUnits.In(_disk, _folder, _mended);
        string[] indexes = [.. checkpoints.Select(unit => unit.File(UnitFile.Index).Name)];
        if (!_units.Select(unit => unit.IndexFile).SequenceEqual(indexes.Take(_units.Count)))
        {
            foreach (SealedUnit unit in _units)
                unit.Dispose();
            _units.Clear();
            _awake.Clear();
            foreach (TagHistory history in _tags.Values)
                history.ForgetUnits();
        }

        for (int i = _units.Count; i < indexes.Length; i++)
        {
            Checkpoint checkpoint = checkpoints[i];
            var mender = new UnitMender(_disk, _folder, checkpoint, _mended);
            UnitIndexHead head = UnitIndexHead.Read(_disk, _folder, checkpoint.File(UnitFile.Index), mender);
            if (head.FirstFrame != checkpoint.FirstFrame || head.LastFrame != checkpoint.LastFrame
                || head.SamplesFile != checkpoint.File(UnitFile.Samples).Name || head.BatchesFile != checkpoint.File(UnitFile.Batches).Name)
                throw new JournalCorruptException(indexes[i], 0, checkpoint.FirstFrame, "it is the index of other files than its checkpoint signs");
            if (_units.Count > 0 && head.FirstFrame != _units[^1].Head.LastFrame + 1)
                throw new JournalCorruptException(indexes[i], 0, head.FirstFrame, $"the unit before it ends with frame {_units[^1].Head.LastFrame}");
            var unit = new SealedUnit(_disk, _folder, checkpoint, mender, head, _pages, _cache);
            _units.Add(unit);
            foreach (TagSummary tag in head.Tags)
                HistoryOf(tag.Tag).TakeUnit(new(unit, tag));
        }

        if (_units.Count > 0)
        {
            long last = _units[^1].Head.LastFrame;
            _frames.DropThrough(last);
            foreach (TagHistory history in _tags.Values)
                history.DropHotThrough(last, _block);
        }

        _layout++;
    }

    void Awaken(SealedUnit unit)
    {
        if (_awake.Count > 0 && _awake[^1] == unit)
            return;
        _awake.Remove(unit);
        unit.Wake();
        _awake.Add(unit);
        long bytes = 0;
        for (int i = _awake.Count - 1; i >= 0; i--)
        {
            bytes += _awake[i].AwakeBytes;
            if (bytes <= AwakeBytesMax || i == _awake.Count - 1)
                continue;
            for (; i >= 0; i--)
            {
                _awake[i].Rest();
                _awake.RemoveAt(i);
            }
        }
    }
}
