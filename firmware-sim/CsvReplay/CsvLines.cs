namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>Lines of a file as bytes, ended by LF, CRLF or the end of the file, in any mixture. Bytes are never decoded, so a number keeps every digit.</summary>
sealed class CsvLines(Stream file) : IDisposable
{
    const int LineBytesMax = 1024 * 1024;

    byte[] _buffer = new byte[64 * 1024];
    int _begin, _end;
    bool _ended;

    /// <summary>Number of the latest line, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next line without its end, valid until the next call; false at the end of the file.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = 0;
        while (true)
        {
            int at = _buffer.AsSpan(_begin + searched, _end - _begin - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = Take(searched + at, skip: 1);
                return true;
            }

            if (_ended)
            {
                line = default;
                if (_begin == _end)
                    return false;
                line = Take(_end - _begin, skip: 0);
                return true;
            }

            searched = _end - _begin;
            Fill();
        }
    }

    public void Dispose() => file.Dispose();

    ReadOnlySpan<byte> Take(int length, int skip)
    {
        ReadOnlySpan<byte> line = _buffer.AsSpan(_begin, length);
        if (line is [.., (byte)'\r'])
            line = line[..^1];
        _begin += length + skip;
        Number++;
        return line;
    }

    void Fill()
    {
        if (_begin > 0)
        {
            _buffer.AsSpan(_begin, _end - _begin).CopyTo(_buffer);
            _end -= _begin;
            _begin = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LineBytesMax)
                throw new UsageException($"Line {Number + 1} is longer than {LineBytesMax} bytes; this is not a CSV of telemetry.");
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        int read = file.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        _ended = read == 0;
    }
}
