using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// Writes the canonical form: little-endian fixed numbers, LEB128 lengths, zig-zag for signed, UTF-8 text. One value has one encoding.
/// What <see cref="CanonicalReader"/> would refuse is refused here with an <see cref="ArgumentException"/>: a fact that cannot be read
/// again must never reach a disk. The drawing is in src/Facts/FORMAT.md.
/// </summary>
public readonly struct CanonicalWriter(ArrayBufferWriter<byte> to)
{
    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void Byte(byte value)
    {
        to.GetSpan(1)[0] = value;
        to.Advance(1);
    }

    public void Bool(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Unsigned(ulong value)
    {
        Span<byte> span = to.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        to.Advance(length);
    }

    public void Count(int value) => Unsigned(checked((uint)value));

    public void Signed(long value) => Unsigned((ulong)(value << 1) ^ (ulong)(value >> 63));

    public void Fixed32(uint value)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to.GetSpan(4), value);
        to.Advance(4);
    }

    public void Fixed64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(to.GetSpan(8), value);
        to.Advance(8);
    }

    /// <summary>A number that may not be there.</summary>
    public void Optional64(long? value)
    {
        Bool(value.HasValue);
        if (value is { } there)
            Fixed64(there);
    }

    public void Double(double value) => Fixed64(BitConverter.DoubleToInt64Bits(value));

    public void Float(float value) => Fixed32(BitConverter.SingleToUInt32Bits(value));

    public void Bytes(ReadOnlySpan<byte> value)
    {
        Count(value.Length);
        value.CopyTo(to.GetSpan(value.Length));
        to.Advance(value.Length);
    }

    public void Text(string value)
    {
        int length = Utf8.GetByteCount(value);
        Count(length);
        Utf8.GetBytes(value, to.GetSpan(length));
        to.Advance(length);
    }

    public void Digest(Digest value)
    {
        value.CopyTo(to.GetSpan(32));
        to.Advance(32);
    }

    public void Position(Position value)
    {
        if (value.Frame < 0 || value.Index < 0)
            throw new ArgumentException($"{value} is not a position: frame and index are not negative.", nameof(value));
        Signed(value.Frame);
        Signed(value.Index);
    }

    /// <summary>One of the named values of an enum of one byte; a number without a name is refused.</summary>
    public void Named<T>(T value)
        where T : struct, Enum
    {
        byte number = Unsafe.BitCast<T, byte>(value);
        if (!NamedValues<T>.Has(number))
            throw new ArgumentException($"{typeof(T).Name} has no value {value:D}.", nameof(value));
        Byte(number);
    }

    public void Event(EventTime value) => Fixed64(value.UnixNanoseconds);

    public void Texts(IReadOnlyList<string> values)
    {
        Count(values.Count);
        foreach (string value in values)
            Text(value);
    }

    public void Floats(IReadOnlyList<float> values)
    {
        Count(values.Count);
        Span<byte> span = to.GetSpan(values.Count * sizeof(float));
        if (values is float[] array && BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes<float>(array).CopyTo(span);
        }
        else
        {
            for (int i = 0; i < values.Count; i++)
                BinaryPrimitives.WriteSingleLittleEndian(span[(i * sizeof(float))..], values[i]);
        }

        to.Advance(values.Count * sizeof(float));
    }
}
