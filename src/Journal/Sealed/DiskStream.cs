using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>A new file as a stream that only grows, written in large pieces.</summary>
sealed class DiskStream(IDiskFile file) : Stream
{
    readonly byte[] _pending = new byte[256 << 10];
    int _pendingBytes;
    long _written;

    /// <summary>What stopped a write. What writes through this may turn an exception into one of its own; this is the one that counts.</summary>
    public Exception? Failure { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written + _pendingBytes;

    public override long Position
    {
        get => Length;
        set => throw new NotSupportedException("A file that is being sealed only grows.");
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int bytes = Math.Min(buffer.Length, _pending.Length - _pendingBytes);
            buffer[..bytes].CopyTo(_pending.AsSpan(_pendingBytes));
            _pendingBytes += bytes;
            buffer = buffer[bytes..];
            if (_pendingBytes == _pending.Length)
                WritePending();
        }
    }

    /// <summary>Nothing: whoever writes Parquet flushes as it likes, and what counts is <see cref="Finish"/>.</summary>
    public override void Flush()
    {
    }

    /// <summary>Returns when everything is on the medium.</summary>
    public void Finish()
    {
        WritePending();
        file.Sync();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A file that is being sealed is not read.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A file that is being sealed only grows.");

    public override void SetLength(long value) => throw new NotSupportedException("A file that is being sealed only grows.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }

    void WritePending()
    {
        if (Failure is not null)
            throw new IOException("Writing has failed before.", Failure);
        if (_pendingBytes == 0)
            return;
        try
        {
            file.Write(_written, _pending.AsSpan(0, _pendingBytes));
        }
        catch (Exception stopped)
        {
            Failure = stopped;
            throw;
        }

        _written += _pendingBytes;
        _pendingBytes = 0;
    }
}
