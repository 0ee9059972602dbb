using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Frames;

/// <summary>A stretch of a file in memory, moved along as a reader goes. Never holds bytes from behind <see cref="End"/>, which may still change.</summary>
sealed class FileWindow(IDiskFile file) : IDisposable
{
    const int ChunkBytes = 256 << 10;

    byte[] _bytes = [];
    long _start;
    int _length;

    /// <summary>Nothing at or behind this offset is read.</summary>
    public long End { get; set; }

    /// <summary>The bytes from <paramref name="offset"/> on; fewer than <paramref name="count"/> only where <see cref="End"/> comes first.</summary>
    public ReadOnlySpan<byte> At(long offset, int count)
    {
        int wanted = (int)Math.Clamp(End - offset, 0, count);
        if (offset < _start || offset + wanted > _start + _length)
            Fill(offset, wanted);
        int from = (int)(offset - _start);
        return _bytes.AsSpan(from, Math.Min(wanted, _length - from));
    }

    /// <summary>Whether every byte from <paramref name="from"/> to <see cref="End"/> is zero.</summary>
    public bool IsZeroFrom(long from) => LastNonZeroFrom(from) == from;

    /// <summary>The offset behind the last byte that is not zero; <paramref name="from"/> where all are.</summary>
    public long LastNonZeroFrom(long from)
    {
        long last = from;
        for (long at = from; at < End;)
        {
            ReadOnlySpan<byte> chunk = At(at, ChunkBytes);
            if (chunk.IsEmpty)
                break;
            int inChunk = chunk.LastIndexOfAnyExcept((byte)0);
            if (inChunk >= 0)
                last = at + inChunk + 1;
            at += chunk.Length;
        }

        return last;
    }

    /// <summary>Reads anew what may have changed on disk.</summary>
    public void Forget() => _length = 0;

    public void Dispose() => file.Dispose();

    void Fill(long offset, int wanted)
    {
        int bytes = (int)Math.Min(Math.Max(wanted, ChunkBytes), Math.Max(0, End - offset));
        if (_bytes.Length < bytes)
            _bytes = new byte[bytes];
        _start = offset;
        _length = file.Read(offset, _bytes.AsSpan(0, bytes));
    }
}
