using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// A sealed file as a stream that gives only bytes that are what was signed: each block is compared with its checksum before a byte of
/// it is given.
/// </summary>
sealed class CheckedStream : Stream
{
    readonly IDiskFile _file;
    readonly CheckpointFile _signed;
    readonly byte[] _block = new byte[BlockSums.BlockBytes];
    int _loaded = -1;
    int _loadedBytes;
    long _position;

    public CheckedStream(IDisk disk, string folder, CheckpointFile signed)
    {
        _signed = signed;
        try
        {
            _file = disk.Open(Path.Combine(folder, signed.Name), forWriting: false);
        }
        catch (FileNotFoundException)
        {
            throw new JournalCorruptException(signed.Name, 0, 0, "the file is missing although its checkpoint names it");
        }

        if (_file.Length == signed.Bytes && signed.Blocks.Length == BlockSums.BlocksOf(signed.Bytes))
            return;
        long length = _file.Length;
        _file.Dispose();
        throw new JournalCorruptException(signed.Name, Math.Min(length, signed.Bytes), 0, $"it has {length} bytes and {signed.Bytes} were signed");
    }

    /// <summary>What stopped a read. What reads through this may turn an exception into one of its own; this is the one that counts.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => _signed.Bytes;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int given = 0;
        while (given < buffer.Length && _position < Length)
        {
            ReadOnlySpan<byte> block = Block((int)(_position / BlockSums.BlockBytes));
            ReadOnlySpan<byte> rest = block[(int)(_position % BlockSums.BlockBytes)..];
            int bytes = Math.Min(rest.Length, buffer.Length - given);
            rest[..bytes].CopyTo(buffer[given..]);
            given += bytes;
            _position += bytes;
        }

        return given;
    }

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => Length + offset,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("A sealed file is only read.");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("A sealed file is only read.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _file.Dispose();
        base.Dispose(disposing);
    }

    ReadOnlySpan<byte> Block(int number)
    {
        if (number == _loaded)
            return _block.AsSpan(0, _loadedBytes);
        try
        {
            _loaded = -1;
            long at = (long)number * BlockSums.BlockBytes;
            int wanted = (int)Math.Min(_block.Length, Length - at);
            _loadedBytes = _file.Read(at, _block.AsSpan(0, wanted));
            if (_loadedBytes != wanted || Crc32C.Of(_block.AsSpan(0, wanted)) != _signed.Blocks[number])
                throw new JournalCorruptException(_signed.Name, at, 0, $"the {wanted} bytes from here do not match their checksum");
            _loaded = number;
            return _block.AsSpan(0, wanted);
        }
        catch (Exception stopped)
        {
            Failure ??= stopped;
            throw;
        }
    }
}
