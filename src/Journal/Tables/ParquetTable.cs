using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using ParquetSharp;
using ParquetSharp.Schema;

namespace EdgeRuntime.Journal.Tables;

/// <summary>Parquet with zstd, a row group at a time.</summary>
sealed class ParquetTable : ITableForm
{
    const int GroupRows = 131_072;
    const int GroupTextMax = 4 << 20;

    readonly UnitPart _part;
    readonly Column<string> _asset = new();
    readonly Column<string> _tag = new();
    readonly Column<string> _unit = new();
    readonly Column<long> _event = new();
    readonly Column<long> _ingest = new();
    readonly Column<long> _server = new();
    readonly Column<int> _status = new();
    readonly Column<string> _quality = new();
    readonly Column<string> _kind = new();
    readonly Column<double> _value = new();
    readonly Column<string> _text = new();
    int _rows;
    int _textLength;

    public ParquetTable(IDisk disk, string folder, string name) => _part = new UnitPart(disk, folder, name, Schema(), Properties());

    public void Add(in SampleTableRow row)
    {
        Sample sample = row.Sample;
        string? text = row.Text;
        _asset.Put(_rows, row.Asset);
        _tag.Put(_rows, sample.Tag);
        _unit.Put(_rows, row.Unit);
        _event.Put(_rows, sample.Event.UnixNanoseconds);
        _ingest.Put(_rows, sample.Ingest.UnixNanoseconds);
        _server.Put(_rows, sample.Server?.UnixNanoseconds ?? 0, sample.Server is not null);
        _status.Put(_rows, unchecked((int)sample.Quality.StatusCode));
        _quality.Put(_rows, sample.Quality.ToString());
        _kind.Put(_rows, row.Kind);
        _value.Put(_rows, row.Number ?? 0, row.Number is not null);
        _text.Put(_rows, text ?? "", text is not null);
        _rows++;
        _textLength += text?.Length ?? 0;
        if (_rows == GroupRows || _textLength >= GroupTextMax)
            WriteGroup();
    }

    public void Finish()
    {
        WriteGroup();
        _part.Finish();
    }

    public void Dispose() => _part.Dispose();

    void WriteGroup()
    {
        _part.Write(_rows, group =>
        {
            using var bytes = new ColumnBytes();
            Strings(group, _asset, bytes);
            Strings(group, _tag, bytes);
            Strings(group, _unit, bytes);
            Numbers(group, _event);
            Numbers(group, _ingest);
            Optional(group, _server);
            Numbers(group, _status);
            Strings(group, _quality, bytes);
            Strings(group, _kind, bytes);
            Optional(group, _value);
            Texts(group, bytes);
        });
        (_rows, _textLength) = (0, 0);
    }

    void Numbers<T>(RowGroupWriter group, Column<T> column)
        where T : unmanaged
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        writer.WriteBatch(column.Values.AsSpan(0, _rows));
    }

    void Optional<T>(RowGroupWriter group, Column<T> column)
        where T : unmanaged
    {
        using var writer = (ColumnWriter<T>)group.NextColumn();
        writer.WriteBatch(_rows, column.Levels.AsSpan(0, _rows), default, column.Values.AsSpan(0, column.Present(_rows)));
    }

    void Strings(RowGroupWriter group, Column<string> column, ColumnBytes bytes)
    {
        var known = new Dictionary<string, ByteArray>(StringComparer.Ordinal);
        var values = new ByteArray[_rows];
        string? last = null;
        ByteArray lastBytes = default;
        for (int i = 0; i < values.Length; i++)
        {
            string text = column.Values[i];
            if (!ReferenceEquals(text, last) && !known.TryGetValue(text, out lastBytes))
                known.Add(text, lastBytes = bytes.Of(text));
            last = text;
            values[i] = lastBytes;
        }

        using var writer = (ColumnWriter<ByteArray>)group.NextColumn();
        writer.WriteBatch(values);
    }

    void Texts(RowGroupWriter group, ColumnBytes bytes)
    {
        var values = new ByteArray[_text.Present(_rows)];
        for (int i = 0; i < values.Length; i++)
            values[i] = bytes.Of(_text.Values[i]);
        using var writer = (ColumnWriter<ByteArray>)group.NextColumn();
        writer.WriteBatch(_rows, _text.Levels.AsSpan(0, _rows), default, values);
    }

    static GroupNode Schema() => new("samples", Repetition.Required,
    [
        Text("asset", Repetition.Required),
        Text("tag", Repetition.Required),
        Text("unit", Repetition.Required),
        UnitSchema.Time("event_time", Repetition.Required),
        UnitSchema.Time("ingest_time", Repetition.Required),
        UnitSchema.Time("server_time", Repetition.Optional),
        new PrimitiveNode("status_code", Repetition.Required, LogicalType.Int(32, isSigned: false), PhysicalType.Int32),
        Text("quality", Repetition.Required),
        Text("kind", Repetition.Required),
        new PrimitiveNode("value", Repetition.Optional, LogicalType.None(), PhysicalType.Double),
        Text("text", Repetition.Optional),
    ]);

    static WriterProperties Properties()
    {
        using var builder = new WriterPropertiesBuilder();
        builder
            .Version(ParquetVersion.PARQUET_2_6)
            .DataPageVersion(ParquetDataPageVersion.V1)
            .CreatedBy("EdgeRuntime")
            .Compression(Compression.Zstd)
            .CompressionLevel(UnitSchema.ZstdLevel)
            .MaxRowGroupLength(int.MaxValue)
            .EnablePageChecksum();
        foreach (string time in (string[])["event_time", "ingest_time", "server_time"])
            builder.DisableDictionary(time).Encoding(time, Encoding.DeltaBinaryPacked);
        return builder.Build();
    }

    static PrimitiveNode Text(string name, Repetition repetition) => new(name, repetition, LogicalType.String(), PhysicalType.ByteArray);

    /// <summary>Values of a row group. Where some are missing, those that are there lie side by side, and the levels say which rows have one.</summary>
    sealed class Column<T>
    {
        int _present;

        public T[] Values { get; private set; } = [];

        public short[] Levels { get; private set; } = [];

        public int Present(int rows) => rows == 0 ? 0 : _present;

        public void Put(int row, T value, bool isThere = true)
        {
            if (row == 0)
                _present = 0;
            if (row == Values.Length)
            {
                int room = Math.Clamp(row * 2, 1024, GroupRows);
                (T[] values, short[] levels) = (Values, Levels);
                Array.Resize(ref values, room);
                Array.Resize(ref levels, room);
                (Values, Levels) = (values, levels);
            }

            Levels[row] = isThere ? (short)1 : (short)0;
            if (isThere)
                Values[_present++] = value;
        }
    }
}
