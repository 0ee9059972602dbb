using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Repair;

namespace EdgeRuntime.Journal.Frames;

/// <summary>What lies at a cursor.</summary>
enum FrameState
{
    /// <summary>A frame, every byte of it as it was written.</summary>
    Whole,

    /// <summary>Zeroes: nothing was written from here on, or the file ends.</summary>
    Nothing,

    /// <summary>Something else; <see cref="FrameCursor.What"/> says what.</summary>
    Damaged,

    /// <summary>A loss that a repair has named; the cursor stands behind it.</summary>
    Hole,
}

/// <summary>
/// Goes through the frames of one segment and checks each: header, number, group, body, chain. Stays where it is at anything that
/// is not whole.
/// </summary>
sealed class FrameCursor(FileWindow window, uint seed)
{
    readonly byte[] _computed = new byte[FrameHeader.HashBytes];
    long _bodyAt;
    bool _storedHashWasWrong;
    byte[]? _stated;

    /// <summary>Losses that a repair has named; null where there is none.</summary>
    public SegmentHoles? Holes { get; init; }

    /// <summary>Where the next frame starts.</summary>
    public long Offset { get; private set; }

    /// <summary>The number that the next batch must carry.</summary>
    public long Expected { get; private set; }

    /// <summary>Where the open commit group started; <see cref="Offset"/> when none is open.</summary>
    public long GroupStart { get; private set; }

    /// <summary>True while frames of a group have been read and its last has not.</summary>
    public bool InGroup => GroupStart != Offset;

    public FrameHeader Header { get; private set; }

    /// <summary>Valid until the cursor moves.</summary>
    public ReadOnlySpan<byte> Body => window.At(_bodyAt, Header.BodyBytes);

    /// <summary>The hash that the next frame's hash goes on from.</summary>
    public ReadOnlySpan<byte> LastHash => _stated ?? window.At(Offset - FrameHeader.HashBytes, FrameHeader.HashBytes);

    public string What { get; private set; } = "";

    /// <summary>The length of the damaged frame where its header can be trusted; else 0.</summary>
    public long DamagedBytes { get; private set; }

    public void PlaceAt(long offset, long expected, uint groupOffset = 0)
    {
        Offset = offset;
        Expected = expected;
        GroupStart = offset - groupOffset;
        _storedHashWasWrong = false;
        _stated = null;
    }

    /// <summary>What the hash of the damaged frame here should be; of no meaning where its bytes are damaged.</summary>
    public ReadOnlySpan<byte> Computed => _computed;

    /// <summary>Goes on behind a damaged segment header, whose last hash is stated.</summary>
    public void StateLastHash(byte[] hash)
    {
        ChainTo(hash);
        _stated = hash;
    }

    /// <summary>Reads the frame here and moves behind it.</summary>
    public FrameState Next()
    {
        if (JumpHole())
            return FrameState.Hole;
        FrameState state = Look(out FrameHeader header);
        if (state != FrameState.Whole)
            return state;
        int bytes = FrameHeader.HashBytes + (int)header.FrameBytes;
        ReadOnlySpan<byte> all = window.At(Offset - FrameHeader.HashBytes, bytes);
        ReadOnlySpan<byte> body = all.Slice(FrameHeader.HashBytes + FrameHeader.Bytes, header.PaddedBodyBytes);
        if (Crc32C.Of(body) != header.BodyCrc)
            return Damaged("its bytes do not match their checksum", header.FrameBytes);
        if (!ChainHolds(all))
            return Damaged("its hash does not match its bytes and the frame before it", header.FrameBytes);
        Header = header;
        _bodyAt = Offset + FrameHeader.Bytes;
        Advance(header);
        return FrameState.Whole;
    }

    /// <summary>Moves behind the frame here on the word of its header, without a look at its body.</summary>
    public FrameState Skip()
    {
        if (JumpHole())
            return FrameState.Hole;
        FrameState state = Look(out FrameHeader header);
        if (state == FrameState.Whole)
            Advance(header);
        return state;
    }

    /// <summary>Moves behind a damaged frame, so that the next is checked against what this one should have been.</summary>
    public void StepOverDamage(long to, long expected, uint groupOffset)
    {
        // With one wrong bit in a stored hash, the frame behind it was chained to the right one, which is what was computed.
        bool follows = DamagedBytes > 0 && to == Offset + DamagedBytes;
        PlaceAt(to, expected, groupOffset);
        _storedHashWasWrong = follows;
    }

    /// <summary>The next frame may be chained to this hash instead of to the bytes before it, which are damaged.</summary>
    public void ChainTo(ReadOnlySpan<byte> hash)
    {
        hash.CopyTo(_computed);
        _storedHashWasWrong = true;
    }

    bool JumpHole()
    {
        if (Holes?.At(Offset) is not { } hole)
            return false;
        What = hole.What;
        PlaceAt(hole.Next, hole.NextFrame, hole.GroupOffset);
        StateLastHash(hole.GoesOnFrom);
        return true;
    }

    FrameState Look(out FrameHeader header)
    {
        header = default;
        ReadOnlySpan<byte> bytes = window.At(Offset, FrameHeader.Bytes);
        if (bytes.IndexOfAnyExcept((byte)0) < 0)
            return FrameState.Nothing;
        if (bytes.Length < FrameHeader.Bytes)
            return Damaged("the segment ends inside its header", 0);
        if (!FrameHeader.TryRead(bytes, seed, out header))
            return Damaged("its header does not match its checksum", 0);
        if (Offset + header.FrameBytes > window.End)
            return Damaged("the segment ends inside it", 0);
        long number = header.Kind == FrameKind.EndMark ? Expected - 1 : Expected;
        if (header.Frame != number)
            return Damaged($"frame {header.Frame} stands in its place", 0);
        if (header.GroupOffset != Offset - GroupStart)
            return Damaged("it belongs to another commit group", 0);
        return FrameState.Whole;
    }

    bool ChainHolds(ReadOnlySpan<byte> all)
    {
        ReadOnlySpan<byte> stored = all[^FrameHeader.HashBytes..];
        ReadOnlySpan<byte> hashed = all[..^FrameHeader.HashBytes];
        if (_storedHashWasWrong && ChainHoldsFromComputed(hashed, stored))
        {
            _storedHashWasWrong = false;
            return true;
        }

        _storedHashWasWrong = false;
        Digest.Of(hashed).CopyTo(_computed);
        return stored.SequenceEqual(_computed);
    }

    bool ChainHoldsFromComputed(ReadOnlySpan<byte> hashed, ReadOnlySpan<byte> stored)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_computed);
        hash.AppendData(hashed[FrameHeader.HashBytes..]);
        return hash.GetHashAndReset().AsSpan().SequenceEqual(stored);
    }

    void Advance(in FrameHeader header)
    {
        long start = Offset;
        _stated = null;
        Offset = start + header.FrameBytes;
        if (header.LastOfGroup)
            GroupStart = Offset;
        if (header.Kind == FrameKind.Batch)
            Expected = header.Frame + 1;
    }

    FrameState Damaged(string what, long bytes)
    {
        What = what;
        DamagedBytes = bytes;
        return FrameState.Damaged;
    }
}
