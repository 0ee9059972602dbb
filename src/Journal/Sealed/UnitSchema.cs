using ParquetSharp;
using ParquetSharp.Schema;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>The columns of the three Parquet files and how each is written. FORMAT.md lists them; both the order and the names are on disks in plants.</summary>
static class UnitSchema
{
    /// <summary>Rows of a row group of samples.parquet, unless one frame alone has more.</summary>
    public const int RowGroupRowsMax = 262_144;

    /// <summary>Rows of a page of a column in which an as-of look-up searches: it decodes one page.</summary>
    public const int SmallPageRowsMax = 2048;

    /// <summary>Rows with which a page is large enough to end with its tag.</summary>
    public const int SmallPageRowsMin = 1024;

    public const int ZstdLevel = 3;

    /// <summary>Repetitions are found and bits are left as they are, which unpacks in half the time.</summary>
    const int ZstdLevelQuick = -1;

    public static class Samples
    {
        public const int Tag = 0, SourceTime = 1, ServerTime = 2, Batch = 3, Index = 4, Quality = 5, Kind = 6, Mantissa = 7, Scale = 8, Raw = 9, Text = 10;
    }

    public static class Batches
    {
        public const int Batch = 0, IngestTime = 1, Origin = 2, Key = 3, Samples = 4, Facts = 5;
    }

    public static class FactColumns
    {
        public const int Batch = 0, Index = 1, Kind = 2, IngestTime = 3, Fact = 4;
    }

    public static GroupNode SamplesSchema() => new("samples", Repetition.Required,
    [
        Text("tag", Repetition.Required),
        Time("source_time", Repetition.Required),
        Time("server_time", Repetition.Optional),
        Plain("batch", PhysicalType.Int64),
        Plain("index", PhysicalType.Int32),
        new PrimitiveNode("quality", Repetition.Required, LogicalType.Int(32, isSigned: false), PhysicalType.Int32),
        Plain("kind", PhysicalType.Int32),
        Plain("mantissa", PhysicalType.Int64),
        Plain("scale", PhysicalType.Int32),
        new PrimitiveNode("raw", Repetition.Optional, LogicalType.None(), PhysicalType.Double),
        Text("text", Repetition.Optional),
    ]);

    public static GroupNode BatchesSchema() => new("batches", Repetition.Required,
    [
        Plain("batch", PhysicalType.Int64),
        Time("ingest_time", Repetition.Required),
        Text("origin", Repetition.Required),
        Plain("key", PhysicalType.ByteArray),
        Plain("samples", PhysicalType.Int32),
        Plain("facts", PhysicalType.Int32),
    ]);

    public static GroupNode FactsSchema() => new("facts", Repetition.Required,
    [
        Plain("batch", PhysicalType.Int64),
        Plain("index", PhysicalType.Int32),
        Plain("kind", PhysicalType.Int32),
        Time("ingest_time", Repetition.Required),
        Plain("fact", PhysicalType.ByteArray),
    ]);

    public static WriterProperties SamplesProperties() => Properties(["batch", "source_time", "server_time", "index", "mantissa"], ["tag", "quality", "kind", "scale"], ["source_time", "batch", "index"]);

    public static WriterProperties BatchesProperties() => Properties(["batch", "ingest_time", "samples", "facts"], ["origin"], []);

    public static WriterProperties FactsProperties() => Properties(["batch", "index", "ingest_time"], ["kind"], []);

    static WriterProperties Properties(string[] delta, string[] dictionary, string[] quick)
    {
        using var builder = new WriterPropertiesBuilder();

        // A page ends with the call that wrote it: it is full at its first byte, and a call is never cut. So each column has pages of
        // its own size, and the same rows always give the same bytes.
        builder
            .Version(ParquetVersion.PARQUET_2_6)
            .DataPageVersion(ParquetDataPageVersion.V1)
            .CreatedBy("EdgeRuntime")
            .Compression(Compression.Zstd)
            .CompressionLevel(ZstdLevel)
            .DataPagesize(1)
            .WriteBatchSize(int.MaxValue)
            .MaxRowGroupLength(int.MaxValue)
            .SetSizeStatisticsLevel(SizeStatisticsLevel.None)
            .EnablePageChecksum()
            .DisableStatistics()
            .EnableStatistics("batch")
            .DisableDictionary();
        foreach (string column in dictionary)
            builder.EnableDictionary(column);
        foreach (string column in delta)
            builder.Encoding(column, Encoding.DeltaBinaryPacked);
        foreach (string column in quick)
            builder.CompressionLevel(column, ZstdLevelQuick);
        return builder.Build();
    }

    static PrimitiveNode Plain(string name, PhysicalType type) => new(name, Repetition.Required, LogicalType.None(), type);

    static PrimitiveNode Text(string name, Repetition repetition) => new(name, repetition, LogicalType.String(), PhysicalType.ByteArray);

    /// <summary>
    /// Nanoseconds since 1970 in UTC. Not flagged as adjusted to UTC: DuckDB takes what is flagged for a time with a zone, which it keeps to the
    /// microsecond only, and the rest would be lost without a word.
    /// </summary>
    public static PrimitiveNode Time(string name, Repetition repetition) =>
        new(name, repetition, LogicalType.Timestamp(isAdjustedToUtc: false, TimeUnit.Nanos), PhysicalType.Int64);
}
