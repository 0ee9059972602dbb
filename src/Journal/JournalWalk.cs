using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>
/// Goes through all batches in order, from any frame: first the sealed units, then the hot segments up to a tail that may move between
/// steps. A segment that is sealed and retired while the walk is in it is left for its unit, at the same frame.
/// </summary>
sealed class JournalWalk : IDisposable
{
    readonly IDisk _disk;
    readonly string _folder;
    readonly UnitCatalog _catalog;
    readonly bool _ownsJournal;
    readonly string? _origin;
    readonly byte[] _originUtf8;
    readonly Dictionary<string, string> _tagNames = new(StringComparer.Ordinal);
    UnitReader? _unit;
    long _unitNumber;
    long _unitLast;
    FrameWalk? _hot;
    StoredBatch? _batch;

    // Frames of a damaged stretch of a unit that are still to be told as lost.
    DamagedFrame? _lost;
    long _lostTo;

    /// <param name="catalog">Of the journal that is open, or of a reader that looks again when something is missing.</param>
    /// <param name="ownsJournal">The catalog is kept up to date by who seals.</param>
    /// <param name="origin">Only batches of this origin are met, and damage; null: all.</param>
    public JournalWalk(IDisk disk, string folder, UnitCatalog catalog, long fromFrame, bool ownsJournal, string? origin = null)
    {
        _origin = origin;
        _originUtf8 = Encoding.UTF8.GetBytes(origin ?? "");
        _disk = disk;
        _folder = folder;
        _catalog = catalog;
        _ownsJournal = ownsJournal;
        Expected = Math.Max(1, fromFrame);
    }

    /// <summary>The same for frames behind <paramref name="tail"/>, which are not there yet.</summary>
    public static JournalWalk Behind(JournalTail tail, IDisk disk, string folder, UnitCatalog catalog, long fromFrame, bool ownsJournal) =>
        new(disk, folder, catalog, fromFrame, ownsJournal) { _hot = new FrameWalk(disk, folder, fromFrame, tail) };

    /// <summary>The next frame.</summary>
    public long Expected { get; private set; }

    public DamagedFrame Damage { get; private set; } = new("", 0, 0, "");

    public Step Next(JournalTail tail)
    {
        while (true)
        {
            _batch = null;
            if (TakeLost())
                return Step.Damage;
            if (_hot is null)
            {
                if (Expected > tail.Frame)
                    return Step.End;
                if (_unit is null && !EnterUnit() && !EnterHot(tail))
                    return Step.End;
                if (_hot is null)
                {
                    if (_unit is not null && StepUnit(tail))
                        return Step.Batch;
                    continue;
                }
            }

            Step step = _hot.Next(tail);
            if (step == Step.Damage && !_hot.Damage.IsRepaired && WasSealedMeanwhile())
                continue;
            if (step == Step.Damage)
                Damage = _hot.Damage;
            Expected = Math.Max(Expected, _hot.LastBatch + 1);
            if (step == Step.Batch && !IsWanted())
                continue;
            return step;
        }
    }

    /// <exception cref="FactFormatException">The bytes are not one whole batch.</exception>
    public StoredBatch Decode() => _batch ?? _hot!.Decode();

    /// <summary>The damage of this step, for a reader that stops at it.</summary>
    public JournalCorruptException Corrupt() =>
        _hot is not null ? _hot.Corrupt() : new JournalCorruptException(Damage.Segment, Damage.Offset, Damage.Frame, Damage.What);

    /// <summary>The batch of this step cannot be decoded: damage for a reader that stops at it.</summary>
    public DamagedFrame NotCanonical(FactFormatException why) => _hot!.NotCanonical(why);

    public void Dispose()
    {
        _unit?.Dispose();
        _hot?.Dispose();
    }

    bool IsWanted()
    {
        try
        {
            return _origin is null || FactCodec.IsOf(_hot!.Body, _originUtf8);
        }
        catch (FactFormatException)
        {
            // Told where it is decoded.
            return true;
        }
    }

    bool EnterUnit()
    {
        long first = FirstFrame();
        if (Expected < first)
            Expected = first;
        const int TriesMax = 4;
        for (int tries = 1; ; tries++)
        {
            long number = _catalog.UnitFor(Expected);
            if (number == 0)
                return false;
            Checkpoint? unit = null;
            JournalCorruptException wrong;
            try
            {
                unit = _catalog.Read(number);
                if (unit.LastFrame < Expected)
                    return false;
                (_unitNumber, _unitLast) = (number, unit.LastFrame);
                _unit = new UnitReader(_disk, _folder, unit, _tagNames, mender: _catalog.MenderOf(unit)) { Origin = _origin };
                _unit.MoveTo(Expected);
                return true;
            }
            catch (FileNotFoundException missing)
            {
                wrong = new JournalCorruptException(Path.GetFileName(missing.FileName ?? UnitFile.CheckpointOf(number)), 0, Expected, "the file is missing although a unit was there");
            }
            catch (JournalCorruptException damage)
            {
                wrong = damage;
            }

            if (tries < TriesMax && WasWrittenAnew(number, unit))
                continue;
            (long from, long to) = ExtentOf(number);
            Lose(wrong, Math.Max(Expected, from), to);
            return true;
        }
    }

    /// <summary>A unit that is thinned or merged gets other files, or another number, while it is looked for; then the frame lies there.</summary>
    bool WasWrittenAnew(long number, Checkpoint? unit)
    {
        if (!_ownsJournal)
            _catalog.Refresh();
        try
        {
            long now = _catalog.UnitFor(Expected);
            Checkpoint there = _catalog.Read(now);
            return unit is null || now != number || !there.Files.Select(f => f.Name).SequenceEqual(unit.Files.Select(f => f.Name));
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (JournalCorruptException)
        {
            return false;
        }
    }

    long FirstFrame()
    {
        try
        {
            return _catalog.Numbers is [var oldest, ..] ? _catalog.Read(oldest).FirstFrame : 1;
        }
        catch (JournalCorruptException)
        {
            // Met again, and told, where the unit is entered.
            return 1;
        }
    }

    /// <summary>The frames of a unit that cannot be opened: between what the units around it say.</summary>
    (long First, long Last) ExtentOf(long number)
    {
        long first = Expected;
        foreach (long later in _catalog.Numbers)
        {
            if (later <= number)
                continue;
            try
            {
                return (first, Math.Max(first, _catalog.Read(later).FirstFrame - 1));
            }
            catch (Exception wrong) when (wrong is JournalCorruptException or FileNotFoundException)
            {
                // As little can be said about this one; both are told as one stretch.
            }
        }

        try
        {
            using SegmentFile hot = SegmentFile.Open(_disk, _folder, _catalog.Last + 1);
            return (first, hot.Wrong is null ? Math.Max(first, hot.Header.FirstFrame - 1) : first);
        }
        catch (FileNotFoundException)
        {
            return (first, first);
        }
    }

    bool StepUnit(JournalTail tail)
    {
        try
        {
            _batch = _unit!.Next();
        }
        catch (JournalCorruptException wrong)
        {
            (long first, long last) = _unit!.Stripe;
            Lose(wrong, Math.Max(Expected, first), Math.Max(last, Expected));
            return false;
        }

        if (_batch is null)
        {
            Expected = Math.Max(Expected, _unitLast + 1);
            LeaveUnit();
            return false;
        }

        // A tail from before the segment was sealed ends inside it.
        if (_batch.Frame > tail.Frame)
        {
            Expected = _batch.Frame;
            LeaveUnit();
            _batch = null;
            return false;
        }

        if (_batch.Batch.Origin == Origins.Lost)
        {
            (_lost, _lostTo) = (LostFrame.In(_unitNumber, _batch.Frame), _batch.Frame);
            _batch = null;
            return false;
        }

        Expected = _batch.Frame + 1;
        return true;
    }

    void LeaveUnit()
    {
        _unit?.Dispose();
        _unit = null;
    }

    void Lose(JournalCorruptException wrong, long first, long last)
    {
        LeaveUnit();
        _lost = new DamagedFrame(wrong.Segment, wrong.Offset, first, wrong.What);
        _lostTo = last;
    }

    bool TakeLost()
    {
        if (_lost is not { } lost)
            return false;
        Damage = lost;
        Expected = lost.Frame + 1;
        _lost = lost.Frame < _lostTo ? lost with { Frame = lost.Frame + 1 } : null;
        return true;
    }

    bool EnterHot(JournalTail tail)
    {
        while (true)
        {
            long sealedLast = _catalog.Last;

            // The segment of an old tail is sealed by now: what lies behind the tail is none of this call's.
            if (tail.Segment <= sealedLast)
                return false;
            try
            {
                SegmentStart front = Front();
                long[] numbers = [.. Enumerable.Range(0, checked((int)(tail.Segment - front.Segment + 1))).Select(i => front.Segment + i)];
                _hot = new FrameWalk(_disk, _folder, Expected, numbers, front);
                return true;
            }
            catch (FileNotFoundException)
            {
                // Sealed and retired between the look at the catalog and this, or missing.
                if (!_ownsJournal)
                    _catalog.Refresh();
                if (_catalog.Last != sealedLast)
                    return true;
                SegmentStart front = Front();
                _hot = new FrameWalk(_disk, _folder, Expected, [], front);
                return true;
            }
        }
    }

    SegmentStart Front()
    {
        long last = _catalog.Last;
        try
        {
            (long segment, long frame, byte[]? hash) = _catalog.HotStart();
            return new SegmentStart(segment, frame, hash);
        }
        catch (JournalCorruptException)
        {
            // Told when the unit was met. The hot segments say themselves where they begin.
            return new SegmentStart(last + 1, Expected, null);
        }
    }

    /// <summary>Whether the damage is only that the segment was sealed and retired under this walk; then it goes on where the frame lies now.</summary>
    bool WasSealedMeanwhile()
    {
        if (!_ownsJournal)
            _catalog.Refresh();
        long unit = _catalog.UnitFor(Expected);
        bool holds = unit > 0 && unit != _unitNumber && IsWholeAndHolds(unit);
        if (!holds && !(SegmentName.NumbersIn([_hot!.Damage.Segment]) is [var number] && number <= _catalog.Last))
            return false;
        _hot!.Dispose();
        _hot = null;
        return true;
    }

    bool IsWholeAndHolds(long unit)
    {
        try
        {
            return _catalog.Read(unit).Holds(Expected);
        }
        catch (JournalCorruptException)
        {
            return false;
        }
    }
}
