using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>Reads what <see cref="CanonicalWriter"/> wrote. Anything else, over-long numbers included, is a <see cref="FactFormatException"/> with the offset.</summary>
public ref struct CanonicalReader(ReadOnlySpan<byte> from)
{
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly ReadOnlySpan<byte> _from = from;

    public int Offset { get; private set; }

    public readonly bool AtEnd => Offset == _from.Length;

    /// <summary>What was not read yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _from[Offset..];

    public byte Byte() => Take(1)[0];

    public bool Bool() => Byte() switch
    {
        0 => false,
        1 => true,
        byte other => throw Wrong($"a flag is 0 or 1, not {other}"),
    };

    public ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            if (shift == 63 && next > 1)
                throw Wrong("a number is longer than 64 bits");
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return next == 0 && shift > 0 ? throw Wrong("a number is written longer than it needs to be") : value;
        }

        throw Wrong("a number is longer than 64 bits");
    }

    /// <summary>A count of things of which each takes at least <paramref name="bytesEach"/> bytes, so a damaged count cannot ask for memory.</summary>
    public int Count(int bytesEach = 1)
    {
        ulong value = Unsigned();
        return value <= (ulong)((_from.Length - Offset) / bytesEach)
            ? (int)value
            : throw Wrong($"{value} items do not fit into the {_from.Length - Offset} bytes that follow");
    }

    /// <summary>An index or a number of things that are not in these bytes.</summary>
    public int Index()
    {
        ulong value = Unsigned();
        return value <= int.MaxValue ? (int)value : throw Wrong($"{value} is out of range");
    }

    public long Signed()
    {
        ulong value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public uint Fixed32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Fixed64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public double Double() => BitConverter.Int64BitsToDouble(Fixed64());

    public float Float() => BitConverter.UInt32BitsToSingle(Fixed32());

    public ReadOnlySpan<byte> Bytes() => Take(Count());

    public string Text()
    {
        ReadOnlySpan<byte> bytes = Take(Count());
        try
        {
            return bytes.IsEmpty ? "" : Utf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Wrong("text is not UTF-8");
        }
    }

    public Digest Digest() => Facts.Digest.FromBytes(Take(32));

    public Position Position()
    {
        long frame = Signed();
        long index = Signed();
        return index is >= 0 and <= int.MaxValue && frame >= 0 ? new(frame, (int)index) : throw Wrong("a position is out of range");
    }

    public EventTime Event() => new(Fixed64());

    /// <summary>A number that may not be there.</summary>
    public long? Optional64() => Bool() ? Fixed64() : null;

    public string[] Texts()
    {
        var values = new string[Count()];
        for (int i = 0; i < values.Length; i++)
            values[i] = Text();
        return values;
    }

    public float[] Floats()
    {
        var values = new float[Count(bytesEach: 4)];
        ReadOnlySpan<byte> bytes = Take(values.Length * sizeof(float));
        if (BitConverter.IsLittleEndian)
        {
            bytes.CopyTo(MemoryMarshal.AsBytes(values.AsSpan()));
            return values;
        }

        for (int i = 0; i < values.Length; i++)
            values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return values;
    }

    /// <summary>One of the named values of an enum of one byte; a number without a name is an error.</summary>
    public T Named<T>()
        where T : struct, Enum
    {
        byte number = Byte();
        return NamedValues<T>.Has(number) ? Unsafe.BitCast<byte, T>(number) : throw Wrong($"{typeof(T).Name} has no value {number}");
    }

    public readonly FactFormatException Wrong(string what) => new(Offset, what);

    /// <summary>Exactly so many bytes.</summary>
    public ReadOnlySpan<byte> Take(int length)
    {
        if (length > _from.Length - Offset)
            throw Wrong($"{length} bytes are missing");
        ReadOnlySpan<byte> taken = _from.Slice(Offset, length);
        Offset += length;
        return taken;
    }
}
