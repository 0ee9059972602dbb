using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Repair;

namespace EdgeRuntime.Journal.Segments;

/// <summary>What one step of a walk met.</summary>
enum Step
{
    Batch,

    /// <summary>A batch is lost, or bytes between batches are wrong. The walk can go on behind it; a strict reader does not.</summary>
    Damage,

    /// <summary>Nothing more up to the tail that was given.</summary>
    End,
}

/// <summary>
/// Goes through the batches of all segments in order, from any frame, up to a tail that may move between steps. Checks every byte
/// from the first frame asked for.
/// </summary>
sealed class FrameWalk : IDisposable
{
    readonly IDisk _disk;
    readonly string _folder;
    readonly TagNames _tagNames = new();
    readonly long _from;
    SegmentFile? _segment;
    long _nextSegment;
    long _expected;
    byte[]? _lastHash;
    DamagedFrame? _open;
    long _lost = 1;
    long _lostTo;

    /// <summary>Begins in the segment that holds <paramref name="fromFrame"/>, one of <paramref name="segments"/>; before them all at <paramref name="front"/>.</summary>
    public FrameWalk(IDisk disk, string folder, long fromFrame, IReadOnlyList<long> segments, SegmentStart front)
    {
        _disk = disk;
        _folder = folder;
        _from = Math.Max(1, fromFrame);
        (_nextSegment, _expected, _lastHash) = SegmentStart.For(_from, disk, folder, segments, front);
    }

    /// <summary>Begins behind <paramref name="tail"/>, for frames that are not there yet.</summary>
    public FrameWalk(IDisk disk, string folder, long fromFrame, JournalTail tail)
    {
        _disk = disk;
        _folder = folder;
        _from = fromFrame;
        _expected = tail.Frame + 1;
        _nextSegment = tail.Segment + 1;
        _segment = SegmentFile.Open(disk, folder, tail.Segment);
        _segment.Cursor.PlaceAt(tail.End, _expected);
    }

    public FrameHeader Header => _segment!.Cursor.Header;

    /// <summary>Canonical bytes of the batch; valid until the next step.</summary>
    public ReadOnlySpan<byte> Body => _segment!.Cursor.Body;

    /// <summary>Where the batch of this step starts in its segment.</summary>
    public long Offset { get; private set; }

    public string Name => _segment!.Name;

    /// <summary>The segment that this is in, or that it could not enter.</summary>
    public long Number => _segment?.Number ?? _nextSegment - 1;

    /// <summary>The newest batch passed, lost ones included.</summary>
    public long LastBatch => _expected - 1;

    /// <summary>Segments entered so far.</summary>
    public int Segments { get; private set; }

    /// <summary>Bytes of segment headers and whole frames passed so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The hash of the newest frame passed; empty before the first.</summary>
    public byte[] LastHash => _segment?.Cursor.LastHash.ToArray() ?? [];

    /// <summary>The hash of the frame before the first of the segment that this is in.</summary>
    public byte[] PreviousHash => _segment?.Header.PreviousHash ?? [];

    /// <summary>What <see cref="Step.Damage"/> met.</summary>
    public DamagedFrame Damage { get; private set; } = new("", 0, 0, "");

    public Step Next(JournalTail tail)
    {
        while (true)
        {
            if (TakeDamage())
                return Step.Damage;
            if (_segment is null)
            {
                if (_nextSegment > tail.Segment)
                    return Step.End;
                Enter();
                continue;
            }

            bool isNewest = _segment.Number == tail.Segment;
            _segment.Window.End = isNewest ? tail.End : _segment.Length;
            if (isNewest && _segment.Cursor.Offset >= tail.End)
                return Step.End;
            FrameState state = StepFrame();
            if (state == FrameState.Hole)
            {
                _open ??= new DamagedFrame(_segment.Name, Offset, 0, _segment.Cursor.What) { IsRepaired = true };
                Settle(_segment.Cursor.Expected);
                continue;
            }

            if (state == FrameState.Whole && _segment.Cursor.Header.Kind == FrameKind.Batch && Header.Frame >= _from)
                return Step.Batch;
            if (state == FrameState.Whole)
                continue;
            if (isNewest && tail.IsOpen && !LaterGroupExists())
                return Step.End;
            if (state == FrameState.Nothing && !isNewest && _segment.Window.IsZeroFrom(_segment.Cursor.Offset))
                Leave();
            else
                StepOver(state, tail);
        }
    }

    /// <summary>The batch of this step.</summary>
    /// <exception cref="FactFormatException">The bytes are whole and yet not a batch.</exception>
    public StoredBatch Decode() => new(Header.Frame, FactCodec.DecodeBatch(Body, _tagNames));

    /// <summary>The damage of this step for a reader that stops at it.</summary>
    public JournalCorruptException Corrupt() =>
        new(Damage.Segment, Damage.Offset, Damage.Frame == 0 ? _expected : Damage.Frame, Damage.What);

    /// <summary>The batch of this step cannot be decoded: damage for a reader that stops at it.</summary>
    public DamagedFrame NotCanonical(FactFormatException why) => new(Name, Offset, Header.Frame, why.Message.TrimEnd('.'));

    public void Dispose() => _segment?.Dispose();

    FrameState StepFrame()
    {
        FrameCursor cursor = _segment!.Cursor;
        Offset = cursor.Offset;
        FrameState state = cursor.Expected < _from ? cursor.Skip() : cursor.Next();
        if (state != FrameState.Whole)
            return state;
        Bytes += cursor.Offset - Offset;
        _expected = cursor.Expected;
        return state;
    }

    void Enter()
    {
        long number = _nextSegment++;
        try
        {
            _segment = SegmentFile.Open(_disk, _folder, number);
        }
        catch (FileNotFoundException)
        {
            _open ??= new DamagedFrame(SegmentName.Of(number), 0, 0, "the segment file is missing") { IsRepaired = SegmentHoles.Of(_disk, _folder, number) is { IsMissing: true } };
            return;
        }

        Segments++;
        Bytes += SegmentHeader.Bytes;
        FrameCursor cursor = _segment.Cursor;
        if (_segment.Wrong is { } wrong)
        {
            _open ??= new DamagedFrame(_segment.Name, 0, 0, wrong);
            if (Resync.TryFind(_segment.Window, _segment.Header.Check, SegmentHeader.Bytes, _expected - 1, out long at, out FrameHeader header))
                cursor.PlaceAt(at, NumberAt(header), header.GroupOffset);
            else
                cursor.PlaceAt(_segment.Length, _expected);
            if (_lastHash is { } hash)
                cursor.ChainTo(hash);
        }
        else if (_open is null && _segment.Holes?.At(0) is { } boundary)
        {
            _open = new DamagedFrame(_segment.Name, 0, 0, boundary.What) { IsRepaired = true };
        }
        else if (_open is null && cursor.Expected != _expected)
        {
            _open = new DamagedFrame(_segment.Name, 0, 0, $"the segment begins with frame {cursor.Expected} and not {_expected}");
        }
        else if (_open is null && _lastHash is { } last && !_segment.Header.PreviousHash.AsSpan().SequenceEqual(last))
        {
            _open = new DamagedFrame(_segment.Name, 0, 0, "its hash of the frame before is not the hash of that frame");
        }

        Settle(cursor.Expected);
    }

    void Leave()
    {
        _lastHash = _open is null ? _segment!.Cursor.LastHash.ToArray() : null;
        _segment!.Dispose();
        _segment = null;
    }

    void StepOver(FrameState state, JournalTail tail)
    {
        FrameCursor cursor = _segment!.Cursor;
        bool knowsEnd = state == FrameState.Damaged && cursor.DamagedBytes > 0;
        _open = new DamagedFrame(
            _segment.Name, cursor.Offset, 0, state == FrameState.Damaged ? cursor.What : "it is zero although later bytes are not");
        long behind = cursor.Offset + (knowsEnd ? cursor.DamagedBytes : FrameHeader.Alignment);
        if (Resync.TryFind(_segment.Window, _segment.Header.Check, behind, cursor.Expected - 1, out long at, out FrameHeader header))
        {
            cursor.StepOverDamage(at, NumberAt(header), header.GroupOffset);
            Settle(cursor.Expected);
        }
        else if (_segment.Number == tail.Segment)
        {
            cursor.PlaceAt(_segment.Window.End, tail.IsOpen ? _expected + 1 : tail.Frame + 1);
            Settle(cursor.Expected);
        }
        else
        {
            // How much is lost shows when the next segment says with which frame it begins.
            Leave();
        }
    }

    bool LaterGroupExists() => Resync.LaterGroupExists(
        _segment!.Window,
        _segment.Header.Check,
        _segment.Cursor.Offset + FrameHeader.Alignment,
        _segment.Cursor.GroupStart,
        _segment.Cursor.Expected - 1);

    // The damage is over: all batches from the one that was expected to the one before this are lost.
    void Settle(long nextFrame)
    {
        if (_open is null)
            return;
        (_lost, _lostTo) = nextFrame > _expected ? (Math.Max(_expected, _from), nextFrame - 1) : (0, 0);
        if (_lost > _lostTo)
            _open = null;
        _expected = Math.Max(_expected, nextFrame);
    }

    bool TakeDamage()
    {
        if (_open is null || _lost > _lostTo)
            return false;
        Damage = _open with { Frame = _lost++ };
        if (_lost > _lostTo)
            _open = null;
        return true;
    }

    // A batch carries its own number, an end mark that of the batch before it.
    static long NumberAt(in FrameHeader header) => header.Kind == FrameKind.EndMark ? header.Frame + 1 : header.Frame;
}
