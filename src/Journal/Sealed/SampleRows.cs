using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.AsOf;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>Samples column by column, as samples.parquet has them. Used again for every row group.</summary>
sealed class SampleRows
{
    public const int RowsMin = 1024;

    public int Count { get; private set; }

    public int Capacity { get; private set; }

    public string[] Tag = [];
    public long[] SourceTime = [];
    public long[] ServerTime = [];

    /// <summary>Definition levels: 1 where there is a value.</summary>
    public short[] HasServerTime = [];
    public long[] Batch = [];
    public int[] Index = [];
    public int[] Quality = [];
    public int[] Kind = [];
    public long[] Mantissa = [];
    public int[] Scale = [];
    public double[] Raw = [];
    public short[] HasRaw = [];

    /// <summary>Null where there is none.</summary>
    public string?[] Text = [];

    /// <summary>Whether any row has a server time, a raw double, a text.</summary>
    public bool AnyServerTime { get; set; }

    public bool AnyRaw { get; set; }

    public bool AnyText { get; set; }

    public void Clear()
    {
        Count = 0;
        AnyServerTime = AnyRaw = AnyText = false;
    }

    /// <summary>Makes room for rows that are filled in by column.</summary>
    public void SetCount(int count)
    {
        Reserve(count);
        Count = count;
    }

    public void Add(in Sample sample, long batch, int index)
    {
        int row = Count;
        if (row == Capacity)
            Reserve(Math.Max(RowsMin, Capacity * 2));
        Count = row + 1;
        Tag[row] = sample.Tag;
        SourceTime[row] = sample.Event.UnixNanoseconds;
        ServerTime[row] = sample.Server?.UnixNanoseconds ?? 0;
        HasServerTime[row] = sample.Server is null ? (short)0 : (short)1;
        AnyServerTime |= sample.Server is not null;
        Batch[row] = batch;
        Index[row] = index;
        Quality[row] = (int)sample.Quality.StatusCode;
        Kind[row] = (int)sample.Value.Kind;
        SetValue(row, sample.Value);
    }

    public Sample SampleAt(int row, IngestTime ingest) => new(
        Tag[row],
        new EventTime(SourceTime[row]),
        HasServerTime[row] != 0 ? new ServerTime(ServerTime[row]) : null,
        ingest,
        new Quality((uint)Quality[row]),
        ValueAt(row));

    void SetValue(int row, in TagValue value)
    {
        Mantissa[row] = 0;
        Scale[row] = 0;
        HasRaw[row] = 0;
        Text[row] = null;
        switch (value.Kind)
        {
            case TagValueKind.Double:
                if (DecimalForm.TryOf(value.Double, -1, out long mantissa, out int scale))
                {
                    Mantissa[row] = mantissa;
                    Scale[row] = scale;
                }
                else
                {
                    Raw[row] = value.Double;
                    HasRaw[row] = 1;
                    AnyRaw = true;
                }

                break;
            case TagValueKind.Int64:
                Mantissa[row] = value.Int64;
                break;
            case TagValueKind.Bool:
                Mantissa[row] = value.Bool ? 1 : 0;
                break;
            case TagValueKind.String:
                Text[row] = value.String;
                AnyText = true;
                break;
            case TagValueKind.Blob:
                Text[row] = BlobText.Of(value.Blob);
                AnyText = true;
                break;
            default:
                break;
        }
    }

    TagValue ValueAt(int row) => (TagValueKind)Kind[row] switch
    {
        TagValueKind.None => TagValue.None,
        TagValueKind.Double => TagValue.Of(HasRaw[row] != 0 ? Raw[row] : DecimalForm.Value(Mantissa[row], Scale[row])),
        TagValueKind.Int64 => TagValue.Of(Mantissa[row]),
        TagValueKind.Bool => TagValue.Of(Mantissa[row] != 0),
        TagValueKind.String => TagValue.Of(Text[row] ?? throw new FormatException("a string sample has no text")),
        TagValueKind.Blob => TagValue.Of(BlobIn(Text[row])),
        _ => throw new FormatException($"value kind {Kind[row]} is not known to this version"),
    };

    static BlobReference BlobIn(string? text)
    {
        string[] parts = text?.Split(' ') ?? [];
        return parts.Length == 2
            && Digest.TryParse(parts[0], out Digest digest)
            && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long size)
                ? new BlobReference(digest, size)
                : throw new FormatException("a blob sample does not name a blob");
    }

    void Reserve(int capacity)
    {
        if (capacity <= Capacity)
            return;
        Capacity = capacity;
        Array.Resize(ref Tag, capacity);
        Array.Resize(ref SourceTime, capacity);
        Array.Resize(ref ServerTime, capacity);
        Array.Resize(ref HasServerTime, capacity);
        Array.Resize(ref Batch, capacity);
        Array.Resize(ref Index, capacity);
        Array.Resize(ref Quality, capacity);
        Array.Resize(ref Kind, capacity);
        Array.Resize(ref Mantissa, capacity);
        Array.Resize(ref Scale, capacity);
        Array.Resize(ref Raw, capacity);
        Array.Resize(ref HasRaw, capacity);
        Array.Resize(ref Text, capacity);
    }
}
