namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>What stands before the bytes of a page.</summary>
/// <param name="HeaderBytes">Bytes that it takes itself.</param>
/// <param name="Values">Values in the page, those that are null included.</param>
readonly record struct PageHeader(bool IsDictionary, int HeaderBytes, int PlainBytes, int PackedBytes, int Values, PageEncoding Encoding)
{
    /// <summary>No page is larger; what a header says is not taken as an order for memory.</summary>
    const int PlainBytesMax = 1 << 28;

    /// <exception cref="InvalidDataException">It is no header of a data page (version 1) or a dictionary.</exception>
    public static PageHeader Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        int kind = -1, plain = -1, packed = -1, values = -1, encoding = -1;
        short field = ThriftReader.Begin();
        while (reader.Next(ref field, out byte type))
        {
            switch (field)
            {
                case 1:
                    kind = reader.Int32();
                    break;
                case 2:
                    plain = reader.Int32();
                    break;
                case 3:
                    packed = reader.Int32();
                    break;
                case 5 or 7 when type == ThriftReader.Struct:
                    short inner = ThriftReader.Begin();
                    while (reader.Next(ref inner, out byte innerType))
                    {
                        if (inner == 1)
                            values = reader.Int32();
                        else if (inner == 2)
                            encoding = reader.Int32();
                        else
                            reader.Skip(innerType);
                    }

                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        if (kind is not (0 or 2) || plain is < 0 or > PlainBytesMax || packed < 0 || values < 0 || encoding < 0)
            throw new InvalidDataException($"a page of kind {kind} is neither a data page of version 1 nor a dictionary");
        return new(kind == 2, reader.At, plain, packed, values, (PageEncoding)encoding);
    }
}

/// <summary>Parquet's encodings that the sealed files have, by its numbers.</summary>
enum PageEncoding
{
    Plain = 0,
    PlainDictionary = 2,
    Delta = 5,
    Dictionary = 8,
}
