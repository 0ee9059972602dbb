using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using ParquetSharp;
using ParquetSharp.IO;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

/// <summary>The samples and batches of a sealed unit, as src/Journal/FORMAT.md says, with row groups and pages so small that a test has many.</summary>
static class SealedFiles
{
    public static string Samples(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D10}.samples.parquet");

    public static string Batches(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D10}.batches.parquet");

    public static string Index(long number) => string.Create(CultureInfo.InvariantCulture, $"{number:D10}.index");

    public static byte[] SamplesOf(IReadOnlyList<StoredBatch> batches, int groupRows, int pageRows)
    {
        var rows = batches.SelectMany(stored => stored.Batch.Samples.Select((sample, index) => new SealedRow(sample, stored.Frame, index))).ToList();
        return Write(SampleColumns(), SampleProperties(pageRows), file =>
        {
            for (int from = 0; from < rows.Count;)
            {
                // A row group holds whole frames.
                int to = Math.Min(rows.Count, from + groupRows);
                while (to < rows.Count && rows[to].Frame == rows[to - 1].Frame)
                    to++;
                WriteSamples(file, rows[from..to]);
                from = to;
            }
        });
    }

    public static byte[] BatchesOf(IReadOnlyList<StoredBatch> batches, int pageRows) =>
        BatchesOf(
            [.. batches.Select(stored => stored.Frame)],
            [.. batches.Select(stored => stored.Batch.Ingest.UnixNanoseconds)],
            [.. batches.Select(stored => stored.Batch.Origin)],
            [.. batches.Select(stored => stored.Batch.Samples.Count)],
            [.. batches.Select(stored => stored.Batch.Facts.Count)],
            pageRows);

    public static byte[] BatchesOf(long[] frames, long[] ingest, string[] origins, int[] samples, int[] facts, int pageRows)
    {
        Column[] columns =
        [
            new Column<long>("batch"),
            new(typeof(DateTimeNanos), "ingest_time", LogicalType.Timestamp(false, TimeUnit.Nanos)),
            new Column<string>("origin"),
            new Column<int>("samples"),
            new Column<int>("facts"),
        ];
        using WriterProperties properties = Common(pageRows).Encoding("batch", ParquetSharp.Encoding.DeltaBinaryPacked).DisableDictionary("batch")
            .Encoding("ingest_time", ParquetSharp.Encoding.DeltaBinaryPacked).DisableDictionary("ingest_time")
            .Build();
        return Write(columns, properties, file =>
        {
            using RowGroupWriter group = file.AppendRowGroup();
            Put(group, frames);
            Put(group, ingest);
            using (LogicalColumnWriter<string> origin = group.NextColumn().LogicalWriter<string>())
                origin.WriteBatch(origins);
            Put(group, samples);
            Put(group, facts);
        });
    }

    public static Column[] SampleColumns() =>
    [
        new Column<string>("tag"),
        new(typeof(DateTimeNanos), "source_time", LogicalType.Timestamp(false, TimeUnit.Nanos)),
        new(typeof(DateTimeNanos?), "server_time", LogicalType.Timestamp(false, TimeUnit.Nanos)),
        new Column<long>("batch"),
        new Column<int>("index"),
        new Column<int>("quality"),
        new Column<int>("kind"),
        new Column<long>("mantissa"),
        new Column<int>("scale"),
        new Column<double?>("raw"),
        new Column<string?>("text"),
    ];

    public static WriterProperties SampleProperties(int pageRows)
    {
        WriterPropertiesBuilder builder = Common(pageRows);
        foreach (string column in (string[])["source_time", "server_time", "batch", "index", "mantissa"])
            builder.Encoding(column, ParquetSharp.Encoding.DeltaBinaryPacked).DisableDictionary(column);
        return builder.DisableDictionary("raw").Build();
    }

    public static void Put<T>(RowGroupWriter group, T[] values)
        where T : unmanaged
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        writer.WriteBatch(values);
    }

    public static void PutOptional<T>(RowGroupWriter group, T?[] values)
        where T : unmanaged
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        short[] levels = [.. values.Select(value => (short)(value is null ? 0 : 1))];
        writer.WriteBatch(values.Length, levels, [], [.. values.Where(value => value is not null).Select(value => value!.Value)]);
    }

    public static byte[] Write(Column[] columns, WriterProperties properties, Action<ParquetFileWriter> rows)
    {
        using var memory = new MemoryStream();
        using (var output = new ManagedOutputStream(memory))
        {
            using var file = new ParquetFileWriter(output, columns, properties);
            rows(file);
            file.Close();
        }

        return memory.ToArray();
    }

    static WriterPropertiesBuilder Common(int pageRows) =>
        new WriterPropertiesBuilder().Compression(Compression.Zstd).CompressionLevel(3).DataPagesize(1).WriteBatchSize(pageRows).DisableStatistics();

    static void WriteSamples(ParquetFileWriter file, List<SealedRow> rows)
    {
        SealedRow[] sorted = [.. rows.OrderBy(row => row.Sample.Tag, StringComparer.Ordinal).ThenBy(row => row.Frame).ThenBy(row => row.Index)];
        using RowGroupWriter group = file.AppendRowGroup();
        using (LogicalColumnWriter<string> tag = group.NextColumn().LogicalWriter<string>())
            tag.WriteBatch([.. sorted.Select(row => row.Sample.Tag)]);
        Put(group, [.. sorted.Select(row => row.Sample.Event.UnixNanoseconds)]);
        PutOptional(group, [.. sorted.Select(row => row.Sample.Server?.UnixNanoseconds)]);
        Put(group, [.. sorted.Select(row => row.Frame)]);
        Put(group, [.. sorted.Select(row => row.Index)]);
        Put(group, [.. sorted.Select(row => unchecked((int)row.Sample.Quality.StatusCode))]);
        Put(group, [.. sorted.Select(row => (int)row.Sample.Value.Kind)]);
        Put(group, [.. sorted.Select(row => Mantissa(row.Sample.Value))]);
        Put(group, [.. sorted.Select(row => Scale(row.Sample.Value))]);
        PutOptional(group, [.. sorted.Select(row => Raw(row.Sample.Value))]);
        using LogicalColumnWriter<string?> text = group.NextColumn().LogicalWriter<string?>();
        text.WriteBatch([.. sorted.Select(row => Text(row.Sample.Value))]);
    }

    static long Mantissa(TagValue value) => value.Kind switch
    {
        TagValueKind.Double => DecimalForm.TryOf(value.Double, -1, out long mantissa, out _) ? mantissa : 0,
        TagValueKind.Int64 => value.Int64,
        TagValueKind.Bool => value.Bool ? 1 : 0,
        _ => 0,
    };

    static int Scale(TagValue value) => value.Kind == TagValueKind.Double && DecimalForm.TryOf(value.Double, -1, out _, out int scale) ? scale : 0;

    static double? Raw(TagValue value) => value.Kind == TagValueKind.Double && !DecimalForm.TryOf(value.Double, -1, out _, out _) ? value.Double : null;

    static string? Text(TagValue value) => value.Kind switch
    {
        TagValueKind.String => value.String,
        TagValueKind.Blob => string.Create(CultureInfo.InvariantCulture, $"{value.Blob.Digest} {value.Blob.Size}"),
        _ => null,
    };

    readonly record struct SealedRow(Sample Sample, long Frame, int Index);
}
