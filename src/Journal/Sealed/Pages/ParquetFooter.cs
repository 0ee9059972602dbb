using System.Buffers.Binary;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>Where the column chunks of a Parquet file lie.</summary>
sealed record ParquetFooter(IReadOnlyList<ParquetColumn> Columns, IReadOnlyList<ParquetRowGroup> RowGroups)
{
    const int TailBytes = 8;

    static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <exception cref="InvalidDataException">The file is no Parquet file, or one that this reader does not know.</exception>
    public static ParquetFooter Read(IDiskFile file)
    {
        byte[] tail = new byte[TailBytes];
        long length = file.Length;
        if (length < TailBytes || file.Read(length - TailBytes, tail) != TailBytes || !tail.AsSpan(4).SequenceEqual(Magic))
            throw new InvalidDataException("it does not end as a Parquet file does");
        uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(tail);
        if (bytes > length - TailBytes || bytes > int.MaxValue)
            throw new InvalidDataException("its footer is longer than the file");
        byte[] footer = new byte[bytes];
        file.Read(length - TailBytes - bytes, footer);
        return Parse(footer);
    }

    /// <summary>The number of a column, or -1.</summary>
    public int Find(string name)
    {
        for (int i = 0; i < Columns.Count; i++)
        {
            if (Columns[i].Name == name)
                return i;
        }

        return -1;
    }

    static ParquetFooter Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        List<ParquetColumn> columns = [];
        List<ParquetRowGroup> groups = [];
        short field = ThriftReader.Begin();
        while (reader.Next(ref field, out byte type))
        {
            switch (field)
            {
                case 2 when type == ThriftReader.List:
                    int elements = reader.ListOf(out _);
                    for (int i = 0; i < elements; i++)
                    {
                        if (Element(ref reader) is { } column)
                            columns.Add(column);
                    }

                    break;
                case 4 when type == ThriftReader.List:
                    int count = reader.ListOf(out _);
                    for (int i = 0; i < count; i++)
                        groups.Add(RowGroup(ref reader));
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        foreach (ParquetRowGroup group in groups)
        {
            if (group.Chunks.Count != columns.Count)
                throw new InvalidDataException("a row group has not one chunk for every column");
        }

        return new(columns, groups);
    }

    // Null for the root and for groups: the files have flat columns only.
    static ParquetColumn? Element(ref ThriftReader reader)
    {
        int physical = -1;
        bool optional = false;
        string name = "";
        short field = ThriftReader.Begin();
        while (reader.Next(ref field, out byte type))
        {
            switch (field)
            {
                case 1:
                    physical = reader.Int32();
                    break;
                case 3:
                    int repetition = reader.Int32();
                    optional = repetition == 1;
                    if (repetition == 2)
                        throw new InvalidDataException("a column repeats");
                    break;
                case 4:
                    name = reader.String();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return physical < 0 ? null : new(name, (ParquetType)physical, optional);
    }

    static ParquetRowGroup RowGroup(ref ThriftReader reader)
    {
        List<ParquetChunk> chunks = [];
        long rows = 0;
        short field = ThriftReader.Begin();
        while (reader.Next(ref field, out byte type))
        {
            switch (field)
            {
                case 1:
                    int count = reader.ListOf(out _);
                    for (int i = 0; i < count; i++)
                        chunks.Add(Chunk(ref reader));
                    break;
                case 3:
                    rows = reader.Zigzag();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return rows is >= 0 and <= int.MaxValue ? new((int)rows, chunks) : throw new InvalidDataException($"a row group has {rows} rows");
    }

    static ParquetChunk Chunk(ref ThriftReader reader)
    {
        ParquetChunk? chunk = null;
        short field = ThriftReader.Begin();
        while (reader.Next(ref field, out byte type))
        {
            if (field == 3)
                chunk = MetaData(ref reader);
            else
                reader.Skip(type);
        }

        return chunk ?? throw new InvalidDataException("a column chunk says nothing about itself");
    }

    static ParquetChunk MetaData(ref ThriftReader reader)
    {
        int codec = 0;
        long bytes = 0, dataAt = 0, dictionaryAt = 0;
        short field = ThriftReader.Begin();
        while (reader.Next(ref field, out byte type))
        {
            switch (field)
            {
                case 4:
                    codec = reader.Int32();
                    break;
                case 7:
                    bytes = reader.Zigzag();
                    break;
                case 9:
                    dataAt = reader.Zigzag();
                    break;
                case 11:
                    dictionaryAt = reader.Zigzag();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return new(dictionaryAt > 0 ? Math.Min(dataAt, dictionaryAt) : dataAt, bytes, (ParquetCodec)codec);
    }
}

/// <summary>Parquet's physical types, by its numbers.</summary>
enum ParquetType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Float = 4,
    Double = 5,
    Bytes = 6,
}

enum ParquetCodec
{
    Plain = 0,
    Zstd = 6,
}

sealed record ParquetColumn(string Name, ParquetType Type, bool Optional);

/// <summary>The pages of one column in one row group: <paramref name="Bytes"/> from <paramref name="Offset"/> on.</summary>
sealed record ParquetChunk(long Offset, long Bytes, ParquetCodec Codec);

sealed record ParquetRowGroup(int Rows, IReadOnlyList<ParquetChunk> Chunks);
