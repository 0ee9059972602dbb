namespace EdgeRuntime.Telemetry.Csv;

/// <summary>A file's lines as bytes, whether they end in LF, CRLF or, the last one, in nothing. Never holds more than one line.</summary>
sealed class CsvLines(Stream stream, int lineBytesMax)
{
    byte[] _buffer = new byte[64 * 1024];
    int _start;
    int _end;

    /// <summary>Of the line that was read last, from 1.</summary>
    internal int Number { get; private set; }

    /// <summary>The line is longer than allowed; what is given is its beginning.</summary>
    internal bool TooLong { get; private set; }

    internal bool TryRead(out ReadOnlyMemory<byte> line)
    {
        TooLong = false;
        for (int searched = 0; ;)
        {
            int end = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (end >= 0)
            {
                TooLong = searched + end > lineBytesMax;
                line = Line(TooLong ? 1024 : searched + end);
                _start += searched + end + 1;
                Number++;
                return true;
            }

            searched = _end - _start;
            if (searched > lineBytesMax)
                return SkipLongLine(out line);
            if (!Fill())
            {
                line = Line(_end - _start);
                bool any = _end > _start;
                _start = _end;
                Number += any ? 1 : 0;
                return any;
            }
        }
    }

    ReadOnlyMemory<byte> Line(int length)
    {
        ReadOnlyMemory<byte> line = _buffer.AsMemory(_start, length);
        return line.Length > 0 && line.Span[^1] == '\r' ? line[..^1] : line;
    }

    bool SkipLongLine(out ReadOnlyMemory<byte> line)
    {
        TooLong = true;
        Number++;
        line = _buffer.AsMemory(_start, 1024).ToArray();
        int end;
        while ((end = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            _start = _end;
            if (!Fill())
                return true;
        }

        _start += end + 1;
        return true;
    }

    bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        int read = stream.Read(_buffer, _end, _buffer.Length - _end);
        _end += read;
        return read > 0;
    }
}
