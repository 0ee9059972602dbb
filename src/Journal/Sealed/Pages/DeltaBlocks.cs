namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>
/// DELTA_BINARY_PACKED with a way in: where every block begins and which value stands there, so that one value costs the decoding of
/// one block and not of all before it. Block <c>k</c> holds the values from <c>k * BlockValues</c> on.
/// </summary>
sealed class DeltaBlocks
{
    /// <summary>Bytes that must be readable behind the last packed one.</summary>
    public const int PaddingBytes = 16;

    /// <summary>The largest block that is read; the writers make blocks of 128.</summary>
    public const int BlockValuesMax = 1024;

    const int MiniblockValuesMin = 32;

    byte[] _bytes = [];
    int[] _offsets = [];
    long[] _starts = [];
    int _miniblocks;
    int _miniblockValues;
    int _end;

    // Blocks up to here have a known start: going over a block is done when it is first needed, and what lies behind it never is.
    int _known;

    public int Values { get; private set; }

    public int BlockValues { get; private set; }

    public int Blocks { get; private set; }

    /// <summary>Bytes of memory that the way in takes.</summary>
    public int MemoryBytes => _offsets.Length * (sizeof(int) + sizeof(long));

    /// <summary>The first value of a block.</summary>
    public long StartOf(int block)
    {
        if (block > _known)
            KnowUpTo(block);
        return _starts[block];
    }

    /// <param name="bytes">Must be readable <see cref="PaddingBytes"/> behind <paramref name="end"/>, and stay as it is.</param>
    /// <exception cref="InvalidDataException">The bytes are no such encoding.</exception>
    public void Open(byte[] bytes, int from, int end)
    {
        if (bytes.Length < end + PaddingBytes)
            throw new ArgumentException("There is no room to read behind the end.", nameof(bytes));
        _bytes = bytes;
        int at = from;
        BlockValues = Small(ref at, end);
        _miniblocks = Small(ref at, end);
        Values = Small(ref at, end);
        long first = Zigzag(ref at, end);
        if (BlockValues is < 1 or > BlockValuesMax || _miniblocks is < 1 || BlockValues % _miniblocks != 0)
            throw new InvalidDataException("the blocks of a delta page have an unknown shape");
        _miniblockValues = BlockValues / _miniblocks;
        if (_miniblockValues % MiniblockValuesMin != 0)
            throw new InvalidDataException("the blocks of a delta page have an unknown shape");
        Blocks = (Values + BlockValues - 1) / BlockValues;
        if (_starts.Length < Blocks)
        {
            _starts = new long[Blocks];
            _offsets = new int[Blocks];
        }

        _end = end;
        _known = 0;
        if (Blocks > 0)
            (_starts[0], _offsets[0]) = (first, at);
    }

    /// <summary>Goes over everything, so that whatever is wrong shows now.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such encoding.</exception>
    public void Check()
    {
        if (Blocks == 0)
            return;
        KnowUpTo(Blocks - 1);
        int at = _offsets[Blocks - 1];
        Pass(DeltasOf(Blocks - 1), 0, ref at);
    }

    /// <summary>One value: the numbers before it in its block are added up, none is written.</summary>
    public long At(int index)
    {
        int block = index / BlockValues, deltas = index - block * BlockValues;
        long value = StartOf(block);
        if (deltas == 0)
            return value;
        int at = _offsets[block];
        return Pass(deltas, value, ref at);
    }

    void KnowUpTo(int block)
    {
        for (; _known < block; _known++)
        {
            int at = _offsets[_known];
            _starts[_known + 1] = Pass(DeltasOf(_known), _starts[_known], ref at);
            _offsets[_known + 1] = at;
        }
    }

    /// <summary>Decodes a block; gives how many values it has.</summary>
    public int Decode(int block, Span<long> into)
    {
        int count = Math.Min(BlockValues, Values - block * BlockValues);
        long value = StartOf(block);
        into[0] = value;
        if (count > 1)
            Unpack(_offsets[block], value, into.Slice(1, count - 1));
        return count;
    }

    /// <summary>Decodes the values from <paramref name="from"/> on into all of <paramref name="into"/>.</summary>
    public void Decode(int from, Span<long> into, Span<long> scratch)
    {
        while (into.Length > 0)
        {
            int block = from / BlockValues, skip = from - block * BlockValues;
            int inBlock = Math.Min(BlockValues, Values - block * BlockValues);
            int take = Math.Min(into.Length, inBlock - skip);
            if (take <= 0)
                throw new ArgumentOutOfRangeException(nameof(from));
            if (skip == 0 && take == inBlock)
            {
                Decode(block, into);
            }
            else
            {
                Decode(block, scratch);
                scratch.Slice(skip, take).CopyTo(into);
            }

            from += take;
            into = into[take..];
        }
    }

    int DeltasOf(int block) => Math.Min(BlockValues, Values - 1 - block * BlockValues);

    // Goes over the first deltas of a block and gives the value behind the last of them.
    long Pass(int deltas, long value, ref int at)
    {
        if (deltas <= 0)
            return value;
        long least = Zigzag(ref at, _end);
        int widths = at;
        at += _miniblocks;
        if (at > _end)
            throw new InvalidDataException("a delta page ends inside a block");
        value += least * deltas;
        for (int mini = 0; mini < _miniblocks && deltas > 0; mini++)
        {
            int width = _bytes[widths + mini], here = Math.Min(deltas, _miniblockValues);
            if (width > 64)
                throw new InvalidDataException($"a delta page has numbers of {width} bits");
            if (at + (int)((long)width * here + 7) / 8 > _end)
                throw new InvalidDataException("a delta page ends inside a block");
            if (width > 0)
                value += Bits.Sum(_bytes, at, width, here);
            at += width * _miniblockValues / 8;
            deltas -= here;
        }

        return value;
    }

    void Unpack(int at, long value, Span<long> into)
    {
        long least = Zigzag(ref at, _bytes.Length);
        int widths = at;
        at += _miniblocks;
        for (int mini = 0; into.Length > 0; mini++)
        {
            int width = _bytes[widths + mini], here = Math.Min(into.Length, _miniblockValues);
            value = Bits.Unpack(_bytes, at, width, least, value, into[..here]);
            at += width * _miniblockValues / 8;
            into = into[here..];
        }
    }

    int Small(ref int at, int end)
    {
        ulong value = Unsigned(ref at, end);
        return value <= int.MaxValue ? (int)value : throw new InvalidDataException("a delta page has too large a head");
    }

    long Zigzag(ref int at, int end)
    {
        ulong raw = Unsigned(ref at, end);
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    ulong Unsigned(ref int at, int end)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (at >= end)
                throw new InvalidDataException("a delta page ends inside a number");
            byte next = _bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("a delta page has a number of more than 64 bits");
    }
}
