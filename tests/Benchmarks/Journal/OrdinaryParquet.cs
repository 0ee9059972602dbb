using EdgeRuntime.Facts;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>The same samples as one would write them with a Parquet library at hand: a row has tag, source time, arrival, quality and value; sorted by tag and time, zstd 3.</summary>
static class OrdinaryParquet
{
    const int RowGroupRows = 262_144;

    public static readonly string[] Ways = ["plain", "dictionary", "byte-stream-split"];

    /// <param name="byBatch">The arrival is the number of the batch, as ours is; else the ingest time.</param>
    public static long Write(string path, string way, bool byBatch, IReadOnlyList<FactBatch> batches)
    {
        Row[] samples =
        [
            .. batches.SelectMany((batch, i) => batch.Samples.Select(sample => new Row(sample, byBatch ? i + 1 : batch.Ingest.UnixNanoseconds)))
                .OrderBy(row => row.Sample.Tag, StringComparer.Ordinal),
        ];
        using var schema = new GroupNode("samples", Repetition.Required,
        [
            new PrimitiveNode("tag", Repetition.Required, LogicalType.String(), PhysicalType.ByteArray),
            new PrimitiveNode("source_time", Repetition.Required, LogicalType.Timestamp(true, TimeUnit.Nanos), PhysicalType.Int64),
            new PrimitiveNode("arrival", Repetition.Required, byBatch ? LogicalType.None() : LogicalType.Timestamp(true, TimeUnit.Nanos), PhysicalType.Int64),
            new PrimitiveNode("quality", Repetition.Required, LogicalType.Int(32, false), PhysicalType.Int32),
            new PrimitiveNode("value", Repetition.Required, LogicalType.None(), PhysicalType.Double),
        ]);
        using WriterProperties properties = Properties(way);
        using (FileStream stream = File.Create(path))
        using (var writer = new ParquetFileWriter(stream, schema, properties))
        {
            for (int at = 0; at < samples.Length; at += RowGroupRows)
            {
                Row[] rows = samples[at..Math.Min(samples.Length, at + RowGroupRows)];
                using RowGroupWriter group = writer.AppendRowGroup();
                using (LogicalColumnWriter<string> column = group.NextColumn().LogicalWriter<string>())
                    column.WriteBatch([.. rows.Select(row => row.Sample.Tag)]);
                Write(group, rows, row => row.Sample.Event.UnixNanoseconds);
                Write(group, rows, row => row.Arrival);
                Write(group, rows, row => (int)row.Sample.Quality.StatusCode);
                Write(group, rows, row => row.Sample.Value.Double);
            }

            writer.Close();
        }

        return new FileInfo(path).Length;
    }

    static void Write<T>(RowGroupWriter group, Row[] rows, Func<Row, T> cell)
        where T : unmanaged
    {
        using var column = (ColumnWriter<T>)group.NextColumn();
        column.WriteBatch(Array.ConvertAll(rows, row => cell(row)));
    }

    static WriterProperties Properties(string way)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Zstd).CompressionLevel(3);
        if (way == "plain")
            builder.DisableDictionary();
        if (way == "byte-stream-split")
        {
            foreach (string column in new[] { "source_time", "arrival", "value" })
                builder.DisableDictionary(column).Encoding(column, Encoding.ByteStreamSplit);
        }

        return builder.Build();
    }

    readonly record struct Row(Sample Sample, long Arrival);
}
