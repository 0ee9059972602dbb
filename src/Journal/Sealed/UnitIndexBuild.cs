using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Sealed.Pages;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>One making of an index: reads every page of both files once, one row group at a time.</summary>
sealed class UnitIndexBuild : IDisposable
{
    readonly string _samplesFile;
    readonly string _batchesFile;
    readonly IDiskFile _samples;
    readonly IDiskFile _batches;
    readonly PageCache _cache = new(0);
    readonly PageReader _pages;
    readonly List<ChunkRecord> _chunks = [];
    readonly List<ChunkRecord> _batchChunks = [];
    readonly List<PageRecord> _pageRecords = [];
    readonly List<long> _ingestLeast = [];
    readonly SortedDictionary<string, List<PieceRecord>> _pieces = new(StringComparer.Ordinal);
    readonly Dictionary<string, Arrival> _last = new(StringComparer.Ordinal);
    string _file = "";
    long _at;
    long _firstFrame;
    long _lastFrame;
    long _leastIngest = long.MaxValue;
    long _rows;

    public UnitIndexBuild(IDisk disk, string folder, string samplesFile, string batchesFile)
    {
        _samplesFile = samplesFile;
        _batchesFile = batchesFile;
        _pages = new PageReader(_cache);
        _samples = disk.Open(Path.Combine(folder, samplesFile), forWriting: false);
        try
        {
            _batches = disk.Open(Path.Combine(folder, batchesFile), forWriting: false);
        }
        catch
        {
            _samples.Dispose();
            throw;
        }
    }

    public byte[] Run()
    {
        try
        {
            ReadBatches();
            ReadSamples();
        }
        catch (Exception wrong) when (wrong is InvalidDataException or OverflowException)
        {
            throw new JournalCorruptException(_file, _at, _firstFrame, wrong.Message);
        }

        return Bytes();
    }

    public void Dispose()
    {
        _pages.Dispose();
        _samples.Dispose();
        _batches.Dispose();
    }

    void ReadBatches()
    {
        _file = _batchesFile;
        ParquetFooter footer = ParquetFooter.Read(_batches);
        int batch = Need(footer, new(SealedColumns.Batch, ParquetType.Int64, false));
        int[] columns = [.. SealedColumns.OfBatches.Select(name => Whole(footer, name))];
        long next = 0;
        foreach (ParquetRowGroup group in footer.RowGroups)
        {
            foreach (long frame in Numbers(Read(_batches, group, batch, footer, pages: null), group.Rows))
            {
                if (next == 0)
                    _firstFrame = frame;
                else if (frame != next)
                    throw new InvalidDataException($"batch {frame} follows batch {next - 1}");
                next = frame + 1;
            }

            for (int i = 0; i < columns.Length; i++)
            {
                Column column = Read(_batches, group, columns[i], footer, _pageRecords);
                _batchChunks.Add(column.Chunk);
                long[] numbers = Numbers(column, group.Rows);
                if (i == (int)BatchColumn.Ingest)
                    NoteIngest(numbers, column.Chunk);
            }
        }

        // A segment without a batch gives a unit without one.
        _lastFrame = next - 1;
    }

    void NoteIngest(long[] ingest, in ChunkRecord chunk)
    {
        for (int page = 0; page < chunk.Pages; page++)
        {
            int from = _pageRecords[chunk.FirstPage + page].FirstRow;
            int to = page + 1 < chunk.Pages ? _pageRecords[chunk.FirstPage + page + 1].FirstRow : chunk.Rows;
            long least = long.MaxValue;
            foreach (long one in ingest.AsSpan(from, to - from))
                least = Math.Min(least, one);
            _ingestLeast.Add(least);
            _leastIngest = Math.Min(_leastIngest, least);
        }
    }

    void ReadSamples()
    {
        _file = _samplesFile;
        ParquetFooter footer = ParquetFooter.Read(_samples);
        int tag = footer.Find(SealedColumns.Tag);
        if (tag < 0 || footer.Columns[tag].Type != ParquetType.Bytes)
            throw new InvalidDataException($"it has no column {SealedColumns.Tag} of texts");
        int[] columns = [.. SealedColumns.OfSamples.Select(column => Need(footer, column))];
        for (int number = 0; number < footer.RowGroups.Count; number++)
        {
            ParquetRowGroup group = footer.RowGroups[number];
            Column tags = Read(_samples, group, tag, footer, pages: null);
            var read = new Column[columns.Length];
            for (int i = 0; i < columns.Length; i++)
            {
                read[i] = Read(_samples, group, columns[i], footer, _pageRecords);
                _chunks.Add(read[i].Chunk);
            }

            NotePieces(number, group.Rows, tags, read);
            _rows += group.Rows;
        }
    }

    void NotePieces(int rowGroup, int rows, Column tagColumn, Column[] columns)
    {
        _at = tagColumn.Chunk.Offset;
        string[] tags = Texts(tagColumn, rows);
        long[] time = Numbers(columns[(int)SealedColumn.SourceTime], rows);
        long[] batch = Numbers(columns[(int)SealedColumn.Batch], rows);
        long[] index = Numbers(columns[(int)SealedColumn.Index], rows);
        long[] quality = Numbers(columns[(int)SealedColumn.Quality], rows);
        long[] kind = Numbers(columns[(int)SealedColumn.Kind], rows);
        long[] scale = Numbers(columns[(int)SealedColumn.Scale], rows);
        Numbers(columns[(int)SealedColumn.Mantissa], rows);
        bool[] server = Presence(columns[(int)SealedColumn.ServerTime], rows);
        bool[] raw = Presence(columns[(int)SealedColumn.Raw], rows);
        bool[] text = Presence(columns[(int)SealedColumn.Text], rows);

        // A look-up goes into the middle of a page of times, which only this encoding allows.
        foreach (Page times in columns[(int)SealedColumn.SourceTime].Pages)
            _ = times.Delta;
        ChunkRecord timePages = columns[(int)SealedColumn.SourceTime].Chunk;
        int page = 0;
        for (int from = 0; from < rows;)
        {
            while (page + 1 < timePages.Pages && _pageRecords[timePages.FirstPage + page + 1].FirstRow <= from)
                page++;
            int end = page + 1 < timePages.Pages ? _pageRecords[timePages.FirstPage + page + 1].FirstRow : rows;
            int to = from + 1;
            while (to < end && tags[to] == tags[from])
                to++;
            CheckOrder(tags, from, to, batch, index);
            (long least, long most, long backstep) = Bounds(time.AsSpan(from, to - from));
            var piece = new PieceRecord
            {
                MinTime = least,
                MaxTime = most,
                FirstFrame = batch[from],
                LastFrame = batch[to - 1],
                FirstRow = from,
                Rows = to - from,
                RowGroup = rowGroup,
                Index = (int)index[from],
                Quality = (uint)quality[from],
                Scale = (int)scale[from],
                Kind = checked((ushort)kind[from]),
                FrameStep = Step(batch.AsSpan(from, to - from)),
                Backstep = backstep,
                Flags = (IsSame(index.AsSpan(from, to - from)) ? PieceFlags.SameIndex : 0)
                    | (IsSame(quality.AsSpan(from, to - from)) ? PieceFlags.SameQuality : 0)
                    | (IsSame(kind.AsSpan(from, to - from)) ? PieceFlags.SameKind : 0)
                    | (IsSame(scale.AsSpan(from, to - from)) ? PieceFlags.SameScale : 0)
                    | (server.AsSpan(from, to - from).Contains(true) ? 0 : PieceFlags.NoServerTime)
                    | (raw.AsSpan(from, to - from).Contains(true) ? 0 : PieceFlags.NoRaw)
                    | (text.AsSpan(from, to - from).Contains(true) ? 0 : PieceFlags.NoText),
            };
            if (!_pieces.TryGetValue(tags[from], out List<PieceRecord>? pieces))
                _pieces.Add(tags[from], pieces = []);
            pieces.Add(piece);
            from = to;
        }
    }

    // Everything that reads the index relies on it: the rows of a tag lie in the order of their positions.
    void CheckOrder(string[] tags, int from, int to, long[] batch, long[] index)
    {
        _last.TryGetValue(tags[from], out Arrival before);
        for (int row = from; row < to; row++)
        {
            if (batch[row] < _firstFrame || batch[row] > _lastFrame)
                throw new InvalidDataException($"row {row} is of batch {batch[row]}, and {_batchesFile} has batches {_firstFrame} to {_lastFrame}");
            if (index[row] < 0 || batch[row] < before.Frame || (batch[row] == before.Frame && index[row] <= before.Index))
                throw new InvalidDataException($"row {row} of tag {tags[from]} lies behind one that came later");
            before = new(batch[row], index[row]);
        }

        _last[tags[from]] = before;
    }

    static (long Least, long Most, long Backstep) Bounds(ReadOnlySpan<long> times)
    {
        long least = times[0], most = times[0], backstep = 0;
        foreach (long one in times)
        {
            least = Math.Min(least, one);
            most = Math.Max(most, one);
            long back = unchecked(most - one);

            // From one end of time to the other is more than a number has room for.
            backstep = Math.Max(backstep, back < 0 ? long.MaxValue : back);
        }

        return (least, most, backstep);
    }

    static int Step(ReadOnlySpan<long> batch)
    {
        if (batch.Length == 1)
            return 1;
        long step = batch[1] - batch[0];
        if (step is <= 0 or > int.MaxValue)
            return 0;
        for (int i = 2; i < batch.Length; i++)
        {
            if (batch[i] - batch[i - 1] != step)
                return 0;
        }

        return (int)step;
    }

    static bool IsSame(ReadOnlySpan<long> values) => !values.ContainsAnyExcept(values[0]);

    static int Need(ParquetFooter footer, ParquetColumn wanted)
    {
        int at = footer.Find(wanted.Name);
        return at >= 0 && footer.Columns[at] == wanted
            ? at
            : throw new InvalidDataException($"it has no column {wanted.Name} of type {wanted.Type}{(wanted.Optional ? ", optional" : ", required")}");
    }

    static int Whole(ParquetFooter footer, string name)
    {
        int at = footer.Find(name);
        return at >= 0 && footer.Columns[at] is { Optional: false, Type: ParquetType.Int32 or ParquetType.Int64 }
            ? at
            : throw new InvalidDataException($"it has no required column {name} of whole numbers");
    }

    /// <summary>Reads a chunk, and notes its pages where they are wanted.</summary>
    Column Read(IDiskFile file, ParquetRowGroup group, int number, ParquetFooter footer, List<PageRecord>? pages)
    {
        ParquetChunk chunk = group.Chunks[number];
        ParquetColumn column = footer.Columns[number];
        _at = chunk.Offset;
        if (chunk.Bytes is < 0 or > int.MaxValue || chunk.Offset < 0 || chunk.Offset + chunk.Bytes > file.Length)
            throw new InvalidDataException("a column chunk lies outside the file");
        byte[] bytes = new byte[chunk.Bytes];
        if (file.Read(chunk.Offset, bytes) != bytes.Length)
            throw new InvalidDataException("the file ends inside a column chunk");
        var record = new ChunkRecord
        {
            FirstPage = pages?.Count ?? 0,
            Offset = chunk.Offset,
            Rows = group.Rows,
            Type = (byte)column.Type,
            Optional = column.Optional ? (byte)1 : (byte)0,
            Codec = (byte)chunk.Codec,
        };
        List<Page> unpacked = [];
        Page? dictionary = null;
        int rows = 0;
        for (int at = 0; at < bytes.Length;)
        {
            _at = chunk.Offset + at;
            PageHeader header = PageHeader.Read(bytes.AsSpan(at));
            if (header.PackedBytes > bytes.Length - at - header.HeaderBytes)
                throw new InvalidDataException("a page is longer than its column chunk");
            int all = header.HeaderBytes + header.PackedBytes;
            Page page = _pages.Unpack(bytes.AsSpan(at, all), column.Type, column.Optional, chunk.Codec);
            page.Check();
            if (header.IsDictionary)
            {
                dictionary = page;
                record.DictionaryOffset = chunk.Offset + at;
                record.DictionaryBytes = all;
                record.DictionaryCrc = Crc32C.Of(bytes.AsSpan(at, all));
            }
            else
            {
                pages?.Add(new PageRecord { Offset = (uint)at, Bytes = all, FirstRow = rows, Crc = Crc32C.Of(bytes.AsSpan(at, all)) });
                record.Pages++;
                rows += header.Values;
                unpacked.Add(page);
                if (page.IsDictionaryPlaces && dictionary is null)
                    throw new InvalidDataException("a page asks for a dictionary that is not there");
            }

            at += all;
        }

        return rows == group.Rows ? new(record, unpacked, dictionary) : throw new InvalidDataException($"column {column.Name} has {rows} of {group.Rows} rows");
    }

    long[] Numbers(Column column, int rows)
    {
        _at = column.Chunk.Offset;
        long[] numbers = new long[rows];
        int at = 0;
        foreach (Page page in column.Pages)
        {
            Span<long> here = numbers.AsSpan(at, page.Rows);
            page.Decode(0, here);
            if (page.IsDictionaryPlaces)
            {
                for (int i = 0; i < here.Length; i++)
                    here[i] = column.Dictionary!.At(Place(here[i], column.Dictionary));
            }

            at += page.Rows;
        }

        return numbers;
    }

    static string[] Texts(Column column, int rows)
    {
        string[] texts = new string[rows];
        string[] known = column.Dictionary is { } dictionary ? [.. Enumerable.Range(0, dictionary.Rows).Select(dictionary.TextAt)] : [];
        int at = 0;
        foreach (Page page in column.Pages)
        {
            if (page.Present != page.Rows)
                throw new InvalidDataException("a row has no tag");
            long[] places = new long[page.IsDictionaryPlaces ? page.Rows : 0];
            if (page.IsDictionaryPlaces)
                page.Decode(0, places);
            for (int i = 0; i < page.Rows; i++)
                texts[at++] = page.IsDictionaryPlaces ? known[Place(places[i], column.Dictionary!)] : page.TextAt(i);
        }

        return texts;
    }

    static int Place(long place, Page dictionary) =>
        place >= 0 && place < dictionary.Rows ? (int)place : throw new InvalidDataException("a page asks for a place that its dictionary has not");

    // Every value that is there is also looked up once, so that no look-up later meets a place that the dictionary has not.
    bool[] Presence(Column column, int rows)
    {
        _at = column.Chunk.Offset;
        bool[] presence = new bool[rows];
        int at = 0;
        foreach (Page page in column.Pages)
        {
            int present = page.Present;
            for (int i = 0; i < page.Rows; i++, at++)
            {
                if (present == 0)
                    continue;
                presence[at] = present == page.Rows || page.IsPresent(i);
                if (presence[at] && page.IsDictionaryPlaces)
                    Place(page.At(i), column.Dictionary!);
            }
        }

        return presence;
    }

    byte[] Bytes()
    {
        int headBytes = UnitIndexLayout.FixedBytes + Named(_samplesFile) + Named(_batchesFile) + _pieces.Keys.Sum(tag => Named(tag) + UnitIndexLayout.TagNumbersBytes);
        headBytes = UnitIndexLayout.Padded(headBytes);
        int pieces = _pieces.Values.Sum(list => list.Count);
        int bodyBytes = checked(pieces * PieceRecord.Bytes + (_chunks.Count + _batchChunks.Count) * ChunkRecord.Bytes
            + _pageRecords.Count * PageRecord.Size + _ingestLeast.Count * sizeof(long));
        byte[] file = new byte[headBytes + bodyBytes + UnitIndexLayout.DigestBytes];
        UnitIndexLayout.Magic.CopyTo(file);
        Put(file, UnitIndexLayout.AtVersion, UnitIndexLayout.Version);
        Put(file, UnitIndexLayout.AtHeadBytes, headBytes);
        PutLong(file, UnitIndexLayout.AtBodyBytes, bodyBytes);
        PutLong(file, UnitIndexLayout.AtFirstFrame, _firstFrame);
        PutLong(file, UnitIndexLayout.AtLastFrame, _lastFrame);
        PutLong(file, UnitIndexLayout.AtLeastIngest, _leastIngest);
        PutLong(file, UnitIndexLayout.AtSamplesBytes, _samples.Length);
        PutLong(file, UnitIndexLayout.AtBatchesBytes, _batches.Length);
        Put(file, UnitIndexLayout.AtTags, _pieces.Count);
        Put(file, UnitIndexLayout.AtPieces, pieces);
        Put(file, UnitIndexLayout.AtRowGroups, _chunks.Count / SealedColumns.PerRowGroup);
        Put(file, UnitIndexLayout.AtBatchRowGroups, _batchChunks.Count / SealedColumns.PerBatchRowGroup);
        Put(file, UnitIndexLayout.AtPages, _pageRecords.Count);
        Put(file, UnitIndexLayout.AtIngestPages, _ingestLeast.Count);
        PutLong(file, UnitIndexLayout.AtSamples, _rows);
        int at = Name(file, UnitIndexLayout.FixedBytes, _samplesFile);
        at = Name(file, at, _batchesFile);
        int body = headBytes, first = 0;
        foreach ((string tag, List<PieceRecord> list) in _pieces)
        {
            at = Name(file, at, tag);
            PutLong(file, at, list.Min(piece => piece.MinTime));
            PutLong(file, at + 8, list.Max(piece => piece.MaxTime));
            PutLong(file, at + 16, list[0].FirstFrame);
            PutLong(file, at + 24, list[^1].LastFrame);
            Put(file, at + 32, first);
            Put(file, at + 36, list.Count);
            at += UnitIndexLayout.TagNumbersBytes;
            first += list.Count;
            body = Records(file, body, list);
        }

        body = Records(file, body, _chunks);
        body = Records(file, body, _batchChunks);
        body = Records(file, body, _pageRecords);
        Records(file, body, _ingestLeast);
        UnitIndexLayout.Seal(file, headBytes);
        return file;
    }

    static int Records<T>(byte[] file, int at, List<T> records)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(records));
        bytes.CopyTo(file.AsSpan(at));
        return at + bytes.Length;
    }

    static int Named(string name) => sizeof(ushort) + Encoding.UTF8.GetByteCount(name);

    static int Name(byte[] file, int at, string name)
    {
        int bytes = Encoding.UTF8.GetBytes(name, file.AsSpan(at + sizeof(ushort)));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), checked((ushort)bytes));
        return at + sizeof(ushort) + bytes;
    }

    static void Put(byte[] file, int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at), value);

    static void PutLong(byte[] file, int at, long value) => BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(at), value);

    readonly record struct Arrival(long Frame, long Index);

    sealed record Column(ChunkRecord Chunk, List<Page> Pages, Page? Dictionary);
}
