using System.Text;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>
/// The compact protocol of Thrift, as far as the footer and the page headers of a Parquet file need it.
/// </summary>
/// <exception cref="InvalidDataException">The bytes are no such thing.</exception>
ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    public const byte True = 1;
    public const byte False = 2;
    public const byte Integer32 = 5;
    public const byte Integer64 = 6;
    public const byte Text = 8;
    public const byte List = 9;
    public const byte Struct = 12;

    const int DepthMax = 16;

    readonly ReadOnlySpan<byte> _bytes = bytes;
    int _depth;

    /// <summary>Bytes read so far.</summary>
    public int At { get; private set; }

    /// <summary>Where the field numbers of a struct begin.</summary>
    public static short Begin() => 0;

    /// <summary>Goes to the next field of a struct; false at its end.</summary>
    public bool Next(ref short field, out byte type)
    {
        byte head = Byte();
        type = (byte)(head & 0x0F);
        if (type == 0)
            return false;
        field = head >> 4 != 0 ? (short)(field + (head >> 4)) : checked((short)Zigzag());
        return true;
    }

    public long Zigzag()
    {
        ulong raw = Unsigned();
        return (long)(raw >> 1) ^ -(long)(raw & 1);
    }

    public int Int32()
    {
        long value = Zigzag();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw new InvalidDataException($"{value} is not a number of 32 bits");
    }

    public ReadOnlySpan<byte> Bytes()
    {
        ulong length = Unsigned();
        if (length > (ulong)(_bytes.Length - At))
            throw new InvalidDataException("a text is longer than what holds it");
        At += (int)length;
        return _bytes.Slice(At - (int)length, (int)length);
    }

    public string String() => Encoding.UTF8.GetString(Bytes());

    public int ListOf(out byte type)
    {
        byte head = Byte();
        type = (byte)(head & 0x0F);
        ulong count = head >> 4 == 15 ? Unsigned() : (ulong)(head >> 4);

        // Every element takes a byte at least, so a count that lies asks for no memory.
        return count <= (ulong)(_bytes.Length - At) ? (int)count : throw new InvalidDataException("a list is longer than what holds it");
    }

    public void Skip(byte type)
    {
        switch (type)
        {
            case True or False:
                break;
            case 3:
                Byte();
                break;
            case 4 or Integer32 or Integer64:
                Unsigned();
                break;
            case 7:
                Forward(8);
                break;
            case Text:
                Bytes();
                break;
            case List or 10:
                int count = ListOf(out byte of);
                Deeper();
                for (int i = 0; i < count; i++)
                    SkipElement(of);
                _depth--;
                break;
            case Struct:
                Deeper();
                short field = Begin();
                while (Next(ref field, out byte inner))
                    Skip(inner);
                _depth--;
                break;
            default:
                throw new InvalidDataException($"a field has the unknown type {type}");
        }
    }

    // In a list a boolean takes a byte; as a field it lies in the field's head.
    void SkipElement(byte type)
    {
        if (type is True or False)
            Byte();
        else
            Skip(type);
    }

    void Deeper()
    {
        if (++_depth > DepthMax)
            throw new InvalidDataException("it is nested too deep");
    }

    void Forward(int count)
    {
        if (count > _bytes.Length - At)
            throw new InvalidDataException("it ends too early");
        At += count;
    }

    byte Byte()
    {
        Forward(1);
        return _bytes[At - 1];
    }

    ulong Unsigned()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }

        throw new InvalidDataException("a number is longer than 64 bits");
    }
}
