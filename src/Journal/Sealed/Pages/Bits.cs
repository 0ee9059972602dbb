using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>Numbers of 0 to 64 bits side by side, the lowest bit first.</summary>
static class Bits
{
    // Eight bytes read at any bit hold at least this many, and sixteen at least two of them.
    const int WidthInOneRead = 56;

    static readonly Lanes[] s_lanes = [.. Enumerable.Range(0, WidthInOneRead + 1).Select(width => new Lanes(width))];

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
        int first = 0;
        if (Avx2.IsSupported && width > 0 && count >= Lanes.Values)
        {
            ref readonly Lanes lanes = ref s_lanes[width];
            Vector256<ulong> all = Vector256<ulong>.Zero, masks = Vector256.Create(mask);
            for (; first + Lanes.Values <= count; first += Lanes.Values)
            {
                ref byte eight = ref Unsafe.Add(ref here, first / Lanes.Values * width);
                all += lanes.Low(ref eight, masks) + lanes.High(ref eight, masks);
            }

            sum = (long)Vector256.Sum(all);
        }

        int bit = first * width;
        for (int i = first; i < count; i++, bit += width)
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
        int first = 0;
        if (Avx2.IsSupported && count >= Lanes.Values)
        {
            ref readonly Lanes lanes = ref s_lanes[width];
            Vector256<ulong> masks = Vector256.Create(mask), leasts = Vector256.Create((ulong)least);
            for (; first + Lanes.Values <= count; first += Lanes.Values)
            {
                ref byte eight = ref Unsafe.Add(ref here, first / Lanes.Values * width);
                ref long eightTo = ref Unsafe.Add(ref to, first);
                (lanes.Low(ref eight, masks) + leasts).AsInt64().StoreUnsafe(ref eightTo);
                (lanes.High(ref eight, masks) + leasts).AsInt64().StoreUnsafe(ref Unsafe.Add(ref eightTo, Lanes.Values / 2));
                for (int i = 0; i < Lanes.Values; i++)
                    Unsafe.Add(ref eightTo, i) = value += Unsafe.Add(ref eightTo, i);
            }
        }

        int bit = first * width;
        for (int i = first; i < count; i++, bit += width)
            Unsafe.Add(ref to, i) = value += least + (long)((Word(ref here, bit >> 3) >> (bit & 7)) & mask);
        return value;
    }

    /// <summary>One number of at most 56 bits.</summary>
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

/// <summary>
/// Where eight numbers of a width lie, which is the same for every eight: they take as many bytes as one has bits. Each half of a vector
/// is loaded on its own and holds two of them, so that a shuffle can bring every number into a word of its own.
/// </summary>
readonly struct Lanes
{
    public const int Values = 8;

    readonly int _at0;
    readonly int _at1;
    readonly int _at2;
    readonly int _at3;
    readonly Vector256<byte> _lowBytes;
    readonly Vector256<byte> _highBytes;
    readonly Vector256<ulong> _lowShifts;
    readonly Vector256<ulong> _highShifts;

    public Lanes(int width)
    {
        Span<byte> bytes = stackalloc byte[2 * Vector256<byte>.Count];
        Span<ulong> shifts = stackalloc ulong[Values];
        for (int i = 0; i < Values; i++)
        {
            int bit = i * width - i / 2 * 2 * width / 8 * 8;
            for (int b = 0; b < sizeof(ulong); b++)
                bytes[i * sizeof(ulong) + b] = (byte)(bit / 8 + b);
            shifts[i] = (ulong)(bit % 8);
        }

        (_at0, _at1, _at2, _at3) = (0, 2 * width / 8, 4 * width / 8, 6 * width / 8);
        _lowBytes = Vector256.Create<byte>(bytes);
        _highBytes = Vector256.Create<byte>(bytes[Vector256<byte>.Count..]);
        _lowShifts = Vector256.Create<ulong>(shifts);
        _highShifts = Vector256.Create<ulong>(shifts[(Values / 2)..]);
    }

    /// <summary>The first four numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<ulong> Low(ref byte from, Vector256<ulong> masks) => Of(ref from, _at0, _at1, _lowBytes, _lowShifts, masks);

    /// <summary>The other four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<ulong> High(ref byte from, Vector256<ulong> masks) => Of(ref from, _at2, _at3, _highBytes, _highShifts, masks);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<ulong> Of(ref byte from, int low, int high, Vector256<byte> bytes, Vector256<ulong> shifts, Vector256<ulong> masks)
    {
        var two = Vector256.Create(Vector128.LoadUnsafe(ref Unsafe.Add(ref from, low)), Vector128.LoadUnsafe(ref Unsafe.Add(ref from, high)));
        return Avx2.ShiftRightLogicalVariable(Avx2.Shuffle(two, bytes).AsUInt64(), shifts) & masks;
    }
}
