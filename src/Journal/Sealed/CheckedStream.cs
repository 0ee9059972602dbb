namespace EdgeRuntime.Journal.Sealed;

/// <summary>A sealed file as a stream that gives only bytes that are what was signed.</summary>
sealed class CheckedStream(CheckedFile file) : Stream
{
    long _position;

    /// <summary>What stopped a read. What reads through this may turn an exception into one of its own; this is the one that counts.</summary>
    public Exception? Failure => file.Failure;

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        int given = file.Read(_position, buffer);
        _position += given;
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
            file.Dispose();
        base.Dispose(disposing);
    }
}
