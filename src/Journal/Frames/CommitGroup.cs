using System.Security.Cryptography;

namespace EdgeRuntime.Journal.Frames;

/// <summary>
/// The frames that become durable together, as the bytes that go to disk. The buffer starts with the hash of the frame before the
/// group, as the disk does, so that each hash is one pass over bytes that lie side by side.
/// </summary>
sealed class CommitGroup
{
    byte[] _buffer = new byte[64 << 10];
    int _length = FrameHeader.HashBytes;
    int _open = -1;
    uint _seed;
    FrameHeader _openHeader;

    /// <summary>Frames in the group.</summary>
    public int Frames { get; private set; }

    /// <summary>Bytes that the group takes on disk.</summary>
    public int Bytes => _length - FrameHeader.HashBytes;

    /// <summary>The bytes for the disk; whole after <see cref="Close"/>.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(FrameHeader.HashBytes, Bytes);

    /// <summary>The hash of the newest sealed frame.</summary>
    public ReadOnlySpan<byte> LastHash => _buffer.AsSpan(_length - FrameHeader.HashBytes, FrameHeader.HashBytes);

    public void Start(ReadOnlySpan<byte> previousHash, uint seed)
    {
        previousHash.CopyTo(_buffer);
        _length = FrameHeader.HashBytes;
        _open = -1;
        _seed = seed;
        Frames = 0;
    }

    public void Add(FrameKind kind, long frame, ReadOnlySpan<byte> body)
    {
        // Which frame is the last is known only when no other comes, and the hash covers the mark: so a frame is sealed by its successor.
        Seal(last: false);
        long frameBytes = FrameHeader.FrameBytesOf(body.Length);
        Reserve(checked((int)frameBytes));
        _open = _length;
        int padded = FrameHeader.Pad(body.Length);
        Span<byte> place = _buffer.AsSpan(_open + FrameHeader.Bytes, padded);
        body.CopyTo(place);
        place[body.Length..].Clear();
        _openHeader = new FrameHeader(kind, false, body.Length, frame, (uint)(_open - FrameHeader.HashBytes), Crc32C.Of(place));
        _length += (int)frameBytes;
        Frames++;
    }

    /// <summary>Marks the newest frame as the last of the group.</summary>
    public void Close() => Seal(last: true);

    void Seal(bool last)
    {
        if (_open < 0)
            return;
        _openHeader = _openHeader with { LastOfGroup = last };
        _openHeader.WriteTo(_buffer.AsSpan(_open, FrameHeader.Bytes), _seed);
        int hashed = FrameHeader.HashBytes + FrameHeader.Bytes + _openHeader.PaddedBodyBytes;
        int from = _open - FrameHeader.HashBytes;
        SHA256.HashData(_buffer.AsSpan(from, hashed), _buffer.AsSpan(from + hashed, FrameHeader.HashBytes));
        _open = -1;
    }

    void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + bytes));
    }
}
