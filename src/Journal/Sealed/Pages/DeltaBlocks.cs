using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    public int Values { get; private set; }

    public int BlockValues { get; private set; }

    public int Blocks { get; private set; }

    /// <summary>Bytes of memory that the way in takes.</summary>
    public int MemoryBytes => _offsets.Length * (sizeof(int) + sizeof(long));

    /// <summary>The first value of a block.</summary>
    public long StartOf(int block) => _starts[block];

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

        long value = first;
        for (int block = 0; block < Blocks; block++)
        {
            _starts[block] = value;
            _offsets[block] = at;
            value = Pass(block, value, ref at, end);
        }
    }

    /// <summary>Decodes a block; gives how many values it has.</summary>
    public int Decode(int block, Span<long> into)
    {
        int count = Math.Min(BlockValues, Values - block * BlockValues);
        long value = _starts[block];
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

    // Goes over a block and gives the value behind its last delta.
    long Pass(int block, long value, ref int at, int end)
    {
        int deltas = Math.Min(BlockValues, Values - 1 - block * BlockValues);
        if (deltas <= 0)
            return value;
        long least = Zigzag(ref at, end);
        int widths = at;
        at += _miniblocks;
        if (at > end)
            throw new InvalidDataException("a delta page ends inside a block");
        value += least * deltas;
        for (int mini = 0; mini < _miniblocks && deltas > 0; mini++)
        {
            int width = _bytes[widths + mini], here = Math.Min(deltas, _miniblockValues);
            if (width > 64)
                throw new InvalidDataException($"a delta page has numbers of {width} bits");
            if (at + (int)((long)width * here + 7) / 8 > end)
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

/// <summary>Numbers of 0 to 64 bits side by side, the lowest bit first.</summary>
static class Bits
{
    // Eight bytes read at any bit hold at least this many.
    const int WidthInOneRead = 57;

    /// <summary>The numbers added up.</summary>
    public static long Sum(byte[] bytes, int at, int width, int count)
    {
        ref byte from = ref MemoryMarshal.GetArrayDataReference(bytes);
        long sum = 0;
        if (width > WidthInOneRead)
        {
            for (int i = 0; i < count; i++)
                sum += (long)Wide(ref from, at, i * width, width);
            return sum;
        }

        ulong mask = (1UL << width) - 1;
        ref byte here = ref Unsafe.Add(ref from, at);
        int bit = 0;
        for (int i = 0; i < count; i++, bit += width)
            sum += (long)((Word(ref here, bit >> 3) >> (bit & 7)) & mask);
        return sum;
    }

    /// <summary>Every value is the one before it, plus <paramref name="least"/>, plus the next number; gives the last.</summary>
    public static long Unpack(byte[] bytes, int at, int width, long least, long value, Span<long> into)
    {
        ref byte from = ref MemoryMarshal.GetArrayDataReference(bytes);
        ref long to = ref MemoryMarshal.GetReference(into);
        int count = into.Length;
        if (width == 0)
        {
            for (int i = 0; i < count; i++)
                Unsafe.Add(ref to, i) = value += least;
            return value;
        }

        if (width > WidthInOneRead)
        {
            for (int i = 0; i < count; i++)
                Unsafe.Add(ref to, i) = value += least + (long)Wide(ref from, at, i * width, width);
            return value;
        }

        ulong mask = (1UL << width) - 1;
        ref byte here = ref Unsafe.Add(ref from, at);
        int bit = 0;
        for (int i = 0; i < count; i++, bit += width)
            Unsafe.Add(ref to, i) = value += least + (long)((Word(ref here, bit >> 3) >> (bit & 7)) & mask);
        return value;
    }

    /// <summary>One number of at most 57 bits.</summary>
    public static ulong At(byte[] bytes, int at, int width, int index)
    {
        int bit = index * width;
        return (Word(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(bytes), at), bit >> 3) >> (bit & 7)) & ((1UL << width) - 1);
    }

    static ulong Wide(ref byte from, int at, int bit, int width)
    {
        int shift = bit & 7;
        ref byte here = ref Unsafe.Add(ref from, at + (bit >> 3));
        ulong low = Word(ref here, 0) >> shift;
        if (shift + width > 64)
            low |= (ulong)Unsafe.Add(ref here, 8) << (64 - shift);
        return width == 64 ? low : low & ((1UL << width) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static ulong Word(ref byte from, int offset)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, offset));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}
