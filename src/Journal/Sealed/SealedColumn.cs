using EdgeRuntime.Journal.Sealed.Pages;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>The columns that a look-up may need, in the order in which the index has their chunks. The numbers are on disks: never renumber.</summary>
enum SealedColumn
{
    SourceTime = 0,
    ServerTime = 1,
    Batch = 2,
    Index = 3,
    Quality = 4,
    Kind = 5,
    Mantissa = 6,
    Scale = 7,
    Raw = 8,
    Text = 9,
}

/// <summary>The same of the batches' file.</summary>
enum BatchColumn
{
    Ingest = 0,
    Samples = 1,
    Facts = 2,
}

static class SealedColumns
{
    public const int PerRowGroup = 10;
    public const int PerBatchRowGroup = 3;

    /// <summary>Name, type, and whether it may be null, by <see cref="SealedColumn"/>.</summary>
    public static readonly ParquetColumn[] OfSamples =
    [
        new("source_time", ParquetType.Int64, false),
        new("server_time", ParquetType.Int64, true),
        new("batch", ParquetType.Int64, false),
        new("index", ParquetType.Int32, false),
        new("quality", ParquetType.Int32, false),
        new("kind", ParquetType.Int32, false),
        new("mantissa", ParquetType.Int64, false),
        new("scale", ParquetType.Int32, false),
        new("raw", ParquetType.Double, true),
        new("text", ParquetType.Bytes, true),
    ];

    /// <summary>The name by <see cref="BatchColumn"/>; whole numbers of 32 or 64 bits.</summary>
    public static readonly string[] OfBatches = ["ingest_time", "samples", "facts"];

    public const string Tag = "tag";
    public const string Batch = "batch";
}
