using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using ParquetSharp;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Writes the three Parquet files of a unit from batches in frame order. The files are cut into row groups at the same frames, so that a
/// reader has at most one row group of each in memory. The same batches give the same bytes.
/// </summary>
sealed class UnitWriter : IDisposable
{
    const int StripeBatchesMax = UnitSchema.RowGroupRowsMax;
    const int StripeFactBytesMax = 16 << 20;

    readonly UnitPart _samples;
    readonly UnitPart _facts;
    readonly UnitPart _batches;
    readonly SampleRows _rows = new();
    readonly List<BatchRow> _batchRows = [];
    readonly List<FactRow> _factRows = [];
    long _factBytes;

    // Gathered in the order of the row group, one column at a time.
    long[] _longs = [];
    int[] _ints = [];
    int[] _order = [];
    short[] _levels = [];
    ByteArray[] _names = [];

    /// <param name="last">The last segment of a merged unit; 0 for any other.</param>
    /// <exception cref="IOException">The disk refuses.</exception>
    public UnitWriter(IDisk disk, string folder, long number, int generation, long last = 0)
    {
        UnitPart? samples = null;
        UnitPart? facts = null;
        try
        {
            samples = new UnitPart(disk, folder, Name(UnitFile.Samples), UnitSchema.SamplesSchema(), UnitSchema.SamplesProperties());
            facts = new UnitPart(disk, folder, Name(UnitFile.Facts), UnitSchema.FactsSchema(), UnitSchema.FactsProperties());
            _batches = new UnitPart(disk, folder, Name(UnitFile.Batches), UnitSchema.BatchesSchema(), UnitSchema.BatchesProperties());
            (_samples, _facts) = (samples, facts);
        }
        catch
        {
            samples?.Dispose();
            facts?.Dispose();
            throw;
        }

        string Name(string part) => UnitFile.Of(number, generation, part, last);
    }

    /// <summary>Rows of samples, facts and batches so far, in the order of <see cref="UnitFile.Parts"/>.</summary>
    public (long Samples, long Facts, long Batches) Rows => (_samples.Rows, _facts.Rows, _batches.Rows);

    public void Add(long frame, FactBatch batch) => Add(frame, batch, batch.Samples.Count, static _ => true);

    /// <summary>The batch without the samples that <paramref name="keeps"/> refuses by their index. The rest keeps its positions.</summary>
    public void Add(long frame, FactBatch batch, int samples, Func<int, bool> keeps)
    {
        if (_batchRows.Count == StripeBatchesMax || _factBytes >= StripeFactBytesMax
            || (_rows.Count > 0 && _rows.Count + batch.Samples.Count > UnitSchema.RowGroupRowsMax))
            WriteStripe();
        _batchRows.Add(new BatchRow(frame, batch.Ingest.UnixNanoseconds, batch.Origin, batch.Key, samples, batch.Facts.Count));
        for (int i = 0; i < batch.Samples.Count; i++)
        {
            if (keeps(i))
                _rows.Add(batch.Samples[i], frame, i);
        }

        for (int i = 0; i < batch.Facts.Count; i++)
        {
            byte[] bytes = FactCodec.Encode(batch.Facts[i]);
            _factBytes += bytes.Length;
            _factRows.Add(new FactRow(frame, samples + i, (int)batch.Facts[i].Kind, batch.Ingest.UnixNanoseconds, bytes));
        }
    }

    /// <summary>Returns when all three files are on the medium; their names are once the folder is flushed.</summary>
    public void Finish()
    {
        WriteStripe();
        _samples.Finish();
        _facts.Finish();
        _batches.Finish();
    }

    public void Dispose()
    {
        _samples.Dispose();
        _facts.Dispose();
        _batches.Dispose();
    }

    void WriteStripe()
    {
        _samples.Write(_rows.Count, WriteSamples);
        _facts.Write(_factRows.Count, WriteFacts);
        _batches.Write(_batchRows.Count, WriteBatches);
        _rows.Clear();
        _batchRows.Clear();
        _factRows.Clear();
        _factBytes = 0;
    }

    void WriteSamples(RowGroupWriter group)
    {
        int count = _rows.Count;
        if (_order.Length < count)
        {
            _order = new int[_rows.Capacity];
            _levels = new short[_rows.Capacity];
            _names = new ByteArray[_rows.Capacity];
        }

        (string[] tags, int[] ends) = OrderByTag();
        using var bytes = new ColumnBytes();
        using (ColumnWriter<ByteArray> column = Next<ByteArray>(group))
        {
            Span<ByteArray> values = _names.AsSpan(0, count);
            for (int tag = 0, from = 0; tag < tags.Length; from = ends[tag++])
                values.Slice(from, ends[tag] - from).Fill(bytes.Of(tags[tag]));
            column.WriteBatch(values);
        }

        for (int tag = 0, from = 0; tag < tags.Length; from = ends[tag++])
            OneScale(_order.AsSpan(from, ends[tag] - from));
        int[] pages = PagesByTag(ends.AsSpan(0, tags.Length));
        int[] onePage = [count];
        Longs(group, _rows.SourceTime, pages);
        Optional(group, _rows.HasServerTime, _rows.ServerTime, _rows.AnyServerTime ? pages : onePage);
        Longs(group, _rows.Batch, pages);
        Ints(group, _rows.Index, pages);
        Ints(group, _rows.Quality, onePage);
        Ints(group, _rows.Kind, onePage);
        Longs(group, _rows.Mantissa, pages);
        Ints(group, _rows.Scale, onePage);
        Optional(group, _rows.HasRaw, _rows.Raw, _rows.AnyRaw ? pages : onePage);
        WriteText(group, bytes);
    }

    void WriteText(RowGroupWriter group, ColumnBytes bytes)
    {
        int count = _rows.Count;
        Span<short> levels = _levels.AsSpan(0, count);
        levels.Clear();
        var values = new List<ByteArray>();
        for (int i = 0; _rows.AnyText && i < count; i++)
        {
            if (_rows.Text[_order[i]] is not { } text)
                continue;
            levels[i] = 1;
            values.Add(bytes.Of(text));
        }

        using ColumnWriter<ByteArray> column = Next<ByteArray>(group);
        column.WriteBatch(count, levels, default, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
    }

    void WriteBatches(RowGroupWriter group)
    {
        using var bytes = new ColumnBytes();
        Column(group, _batchRows, static row => row.Frame);
        Column(group, _batchRows, static row => row.Ingest);
        var origins = new Dictionary<string, ByteArray>(StringComparer.Ordinal);
        Column(group, _batchRows, row =>
        {
            if (!origins.TryGetValue(row.Origin, out ByteArray origin))
                origins.Add(row.Origin, origin = bytes.Of(row.Origin));
            return origin;
        });
        Column(group, _batchRows, row => bytes.Of(row.Key.Span));
        Column(group, _batchRows, static row => row.Samples);
        Column(group, _batchRows, static row => row.Facts);
    }

    void WriteFacts(RowGroupWriter group)
    {
        using var bytes = new ColumnBytes();
        Column(group, _factRows, static row => row.Frame);
        Column(group, _factRows, static row => row.Index);
        Column(group, _factRows, static row => row.Kind);
        Column(group, _factRows, static row => row.Ingest);
        Column(group, _factRows, row => bytes.Of(row.Bytes));
    }

    /// <summary>Sorts by tag and keeps the order of arrival inside a tag: a counting sort, for tags are few and rows are many.</summary>
    (string[] Tags, int[] Ends) OrderByTag()
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        int[] tagOf = new int[_rows.Count];
        string? last = null;
        for (int row = 0, place = 0; row < tagOf.Length; row++)
        {
            string tag = _rows.Tag[row];
            if (!ReferenceEquals(tag, last) && !places.TryGetValue(tag, out place))
                places.Add(tag, place = places.Count);
            last = tag;
            tagOf[row] = place;
        }

        string[] tags = [.. places.Keys.Order(StringComparer.Ordinal)];
        int[] rank = new int[tags.Length];
        for (int i = 0; i < tags.Length; i++)
            rank[places[tags[i]]] = i;
        int[] ends = new int[tags.Length + 1];
        foreach (int place in tagOf)
            ends[rank[place] + 1]++;
        for (int i = 1; i < ends.Length; i++)
            ends[i] += ends[i - 1];
        for (int row = 0; row < tagOf.Length; row++)
            _order[ends[rank[tagOf[row]]]++] = row;
        return (tags, ends);
    }

    /// <summary>
    /// Where pages end: with a tag, so that a look-up does not unpack its neighbours. A tag with more rows than a page is cut into equal
    /// ones; tags with few rows share one, for a page has a price of its own.
    /// </summary>
    static int[] PagesByTag(ReadOnlySpan<int> ends)
    {
        List<int> pages = [];
        int start = 0, from = 0;
        foreach (int end in ends)
        {
            if (end - start > UnitSchema.SmallPageRowsMax && from > start)
            {
                pages.Add(from);
                start = from;
            }

            // Of a tag that is alone in its page, or it fits in.
            int count = (end - start + UnitSchema.SmallPageRowsMax - 1) / UnitSchema.SmallPageRowsMax;
            for (int rows = end - start, i = 1; i < count; i++)
                pages.Add(end - rows + (int)((long)rows * i / count));
            if (count > 1 || end - start >= UnitSchema.SmallPageRowsMin)
            {
                pages.Add(end);
                start = end;
            }

            from = end;
        }

        if (from > start)
            pages.Add(from);
        return [.. pages];
    }

    /// <summary>
    /// Writes the decimals of one tag with one scale where they fit: a sensor that sends 79.5 between 79.3366 and 79.5158 means 79.5000, and
    /// only then do the mantissas lie close together. The scale is the smallest that is enough for 98 of 100; the rest keep their own.
    /// </summary>
    void OneScale(ReadOnlySpan<int> rows)
    {
        Span<int> withScale = stackalloc int[DecimalForm.ScaleMax + 1];
        withScale.Clear();
        int decimals = 0;
        foreach (int row in rows)
        {
            if (!IsDecimal(row))
                continue;
            withScale[_rows.Scale[row]]++;
            decimals++;
        }

        int common = 0;
        for (long below = withScale[0]; common < DecimalForm.ScaleMax && below * 50 < decimals * 49L; below += withScale[++common])
        {
        }

        foreach (int row in rows)
        {
            if (!IsDecimal(row))
                continue;
            long mantissa = _rows.Mantissa[row];
            int scale = _rows.Scale[row];
            while (scale < common && Math.Abs(mantissa) <= DecimalForm.MantissaMax / 10)
            {
                mantissa *= 10;
                scale++;
            }

            // Half of the way helps nobody.
            if (scale == common)
                (_rows.Mantissa[row], _rows.Scale[row]) = (mantissa, scale);
        }
    }

    bool IsDecimal(int row) => _rows.Kind[row] == (int)TagValueKind.Double && _rows.HasRaw[row] == 0;

    void Longs(RowGroupWriter group, long[] column, ReadOnlySpan<int> pages)
    {
        if (_longs.Length < _rows.Count)
            _longs = new long[_rows.Capacity];
        Gather(column, _longs);
        using ColumnWriter<long> writer = Next<long>(group);
        int at = 0;
        foreach (int end in pages)
        {
            writer.WriteBatch(_longs.AsSpan(at, end - at));
            at = end;
        }
    }

    void Ints(RowGroupWriter group, int[] column, ReadOnlySpan<int> pages)
    {
        if (_ints.Length < _rows.Count)
            _ints = new int[_rows.Capacity];
        Gather(column, _ints);
        using ColumnWriter<int> writer = Next<int>(group);
        int at = 0;
        foreach (int end in pages)
        {
            writer.WriteBatch(_ints.AsSpan(at, end - at));
            at = end;
        }
    }

    void Optional<T>(RowGroupWriter group, short[] has, T[] column, ReadOnlySpan<int> pages)
        where T : unmanaged
    {
        var values = new List<T>();
        using ColumnWriter<T> writer = Next<T>(group);
        int at = 0;
        foreach (int end in pages)
        {
            Span<short> levels = _levels.AsSpan(0, end - at);
            values.Clear();
            for (int i = 0; i < levels.Length; i++)
            {
                levels[i] = has[_order[at + i]];
                if (levels[i] != 0)
                    values.Add(column[_order[at + i]]);
            }

            writer.WriteBatch(levels.Length, levels, default, System.Runtime.InteropServices.CollectionsMarshal.AsSpan(values));
            at = end;
        }
    }

    void Gather<T>(T[] from, T[] to)
    {
        for (int i = 0; i < _rows.Count; i++)
            to[i] = from[_order[i]];
    }

    static void Column<TRow, T>(RowGroupWriter group, List<TRow> rows, Func<TRow, T> cell)
        where T : unmanaged
    {
        var values = new T[rows.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = cell(rows[i]);
        using ColumnWriter<T> column = Next<T>(group);
        for (int at = 0; at < values.Length; at += UnitSchema.SmallPageRowsMax)
            column.WriteBatch(values.AsSpan(at, Math.Min(UnitSchema.SmallPageRowsMax, values.Length - at)));
    }

    static ColumnWriter<T> Next<T>(RowGroupWriter group)
        where T : unmanaged => (ColumnWriter<T>)group.NextColumn();

    readonly record struct BatchRow(long Frame, long Ingest, string Origin, ReadOnlyMemory<byte> Key, int Samples, int Facts);

    readonly record struct FactRow(long Frame, int Index, int Kind, long Ingest, byte[] Bytes);
}
