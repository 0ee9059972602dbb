using System.Runtime.InteropServices;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Sealed.Pages;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>
/// Look-ups in one sealed unit. The head of its index stays in memory; the rest and the open files come when they are needed and go
/// (<see cref="Rest"/>) when others need the room. Not for several threads.
/// </summary>
sealed class SealedUnit(IDisk disk, string folder, Checkpoint unit, UnitMender mender, UnitIndexHead head, PageReader pages, PageCache cache) : IDisposable
{
    readonly long[] _block = new long[DeltaBlocks.BlockValuesMax];
    byte[] _body = [];
    long[] _maxBefore = [];
    long[] _minAfter = [];
    Page?[] _kept = [];
    Page?[] _dictionaries = [];
    string?[][] _texts = [];
    int _lastPage;
    IDiskFile? _samples;
    IDiskFile? _batches;

    // Open from the first damaged page on.
    CheckedFile? _mendedSamples;
    CheckedFile? _mendedBatches;

    public string IndexFile { get; } = unit.File(UnitFile.Index).Name;

    public UnitIndexHead Head => head;

    public bool IsAwake => _body.Length > 0;

    /// <summary>Bytes of memory while it is awake, pages aside.</summary>
    public long AwakeBytes => head.BodyBytes + head.Pieces * 16L + (head.Pages + head.RowGroups * SealedColumns.PerRowGroup) * 8L;

    ReadOnlySpan<PieceRecord> Pieces => MemoryMarshal.Cast<byte, PieceRecord>(_body.AsSpan(0, head.Pieces * PieceRecord.Bytes));

    ReadOnlySpan<ChunkRecord> Chunks => MemoryMarshal.Cast<byte, ChunkRecord>(
        _body.AsSpan(head.Pieces * PieceRecord.Bytes, (head.RowGroups * SealedColumns.PerRowGroup + head.BatchRowGroups * SealedColumns.PerBatchRowGroup) * ChunkRecord.Bytes));

    int PagesAt => head.Pieces * PieceRecord.Bytes
        + (head.RowGroups * SealedColumns.PerRowGroup + head.BatchRowGroups * SealedColumns.PerBatchRowGroup) * ChunkRecord.Bytes;

    ReadOnlySpan<PageRecord> PageRecords => MemoryMarshal.Cast<byte, PageRecord>(_body.AsSpan(PagesAt, head.Pages * PageRecord.Size));

    ReadOnlySpan<long> IngestLeast => MemoryMarshal.Cast<byte, long>(_body.AsSpan(PagesAt + head.Pages * PageRecord.Size, head.IngestPages * sizeof(long)));

    /// <summary>Reads the rest of the index.</summary>
    public void Wake()
    {
        if (IsAwake)
            return;
        byte[] body = head.ReadBody(disk, folder, unit.File(UnitFile.Index), mender);
        _samples = disk.Open(Path.Combine(folder, head.SamplesFile), forWriting: false);
        try
        {
            _batches = disk.Open(Path.Combine(folder, head.BatchesFile), forWriting: false);
        }
        catch
        {
            _samples.Dispose();
            throw;
        }

        _body = body;
        _kept = new Page?[head.Pages];
        _dictionaries = new Page?[head.RowGroups * SealedColumns.PerRowGroup + head.BatchRowGroups * SealedColumns.PerBatchRowGroup];
        _texts = new string?[head.RowGroups][];
        _maxBefore = new long[head.Pieces];
        _minAfter = new long[head.Pieces];
        ReadOnlySpan<PieceRecord> pieces = Pieces;
        foreach (TagSummary tag in head.Tags)
        {
            long bound = long.MinValue;
            for (int i = tag.FirstPiece; i < tag.FirstPiece + tag.Pieces; i++)
                _maxBefore[i] = bound = Math.Max(bound, pieces[i].MaxTime);
            bound = long.MaxValue;
            for (int i = tag.FirstPiece + tag.Pieces - 1; i >= tag.FirstPiece; i--)
                _minAfter[i] = bound = Math.Min(bound, pieces[i].MinTime);
        }
    }

    /// <summary>Gives back everything but the head.</summary>
    public void Rest()
    {
        cache.Drop(_kept);
        cache.Drop(_dictionaries);
        _samples?.Dispose();
        _batches?.Dispose();
        _samples = _batches = null;
        _mendedSamples?.Dispose();
        _mendedBatches?.Dispose();
        _mendedSamples = _mendedBatches = null;
        (_body, _kept, _dictionaries, _texts, _maxBefore, _minAfter) = ([], [], [], [], [], []);
    }

    public void Dispose() => Rest();

    /// <summary>
    /// The newest row of a tag at or before <paramref name="at"/> among those known, if it is newer than <paramref name="found"/> (rows here
    /// came earlier than what was found, so at the same time they lose).
    /// </summary>
    public bool Last(in TagSummary tag, long at, Position known, ref FoundRow found)
    {
        int first = tag.FirstPiece, piece = LastBelow(_minAfter, first, first + tag.Pieces, at);
        ReadOnlySpan<PieceRecord> pieces = Pieces;
        bool better = false;
        for (; piece >= first && !(found.IsThere && _maxBefore[piece] <= found.Time); piece--)
        {
            ref readonly PieceRecord one = ref pieces[piece];
            if (one.MinTime > at || one.FirstFrame > known.Frame || (found.IsThere && one.MaxTime <= found.Time))
                continue;
            int rows = RowsKnown(one, known);
            if (rows > 0 && LastIn(one, rows, at, ref found.Time, ref found.IsThere, ref found.Row))
            {
                found.Piece = piece;
                better = true;
            }
        }

        return better;
    }

    /// <summary>The numbers of a tag's pieces that may have rows from <paramref name="from"/> to <paramref name="to"/>, at most <paramref name="into"/>'s own list.</summary>
    public void PiecesBetween(in TagSummary tag, long from, long to, Position known, List<int> into)
    {
        ReadOnlySpan<PieceRecord> pieces = Pieces;
        int end = tag.FirstPiece + tag.Pieces;
        int last = LastBelow(_minAfter, tag.FirstPiece, end, to);
        for (int i = FirstNotBelow(_maxBefore, tag.FirstPiece, end, from); i <= last; i++)
        {
            if (pieces[i].MaxTime >= from && pieces[i].MinTime <= to && pieces[i].FirstFrame <= known.Frame)
                into.Add(i);
        }
    }

    public PieceRecord Piece(int number) => Pieces[number];

    /// <summary>How many of a piece's rows were known: always the first ones, for they lie as they came.</summary>
    public int RowsKnown(in PieceRecord piece, Position known)
    {
        if (piece.LastFrame < known.Frame)
            return piece.Rows;
        if (piece.FirstFrame > known.Frame)
            return 0;
        int row;
        if (piece.FrameStep > 0)
        {
            row = (int)((known.Frame - piece.FirstFrame + piece.FrameStep - 1) / piece.FrameStep);
        }
        else
        {
            int low = 0, high = piece.Rows;
            while (low < high)
            {
                int middle = (low + high) / 2;
                if (FrameOf(piece, middle) < known.Frame)
                    low = middle + 1;
                else
                    high = middle;
            }

            row = low;
        }

        while (row < piece.Rows && FrameOf(piece, row) == known.Frame && IndexOf(piece, row) <= known.Index)
            row++;
        return row;
    }

    /// <summary>Decodes the source times of the first rows of a piece.</summary>
    public void Times(in PieceRecord piece, Span<long> into)
    {
        Page page = PageOf(piece, SealedColumn.SourceTime, 0, out int row);
        page.Decode(row, into);
    }

    /// <summary>Decodes a column of whole numbers of a piece's rows, over the borders of pages.</summary>
    public void Numbers(in PieceRecord piece, SealedColumn column, int from, Span<long> into)
    {
        while (into.Length > 0)
        {
            Page page = PageOf(piece, column, from, out int row);
            int here = Math.Min(into.Length, page.Rows - row);
            page.Decode(row, into[..here]);
            if (page.IsDictionaryPlaces)
            {
                Page dictionary = Dictionary(piece.RowGroup, column);
                for (int i = 0; i < here; i++)
                    into[i] = dictionary.At((int)into[i]);
            }

            from += here;
            into = into[here..];
        }
    }

    public KnownSample Sample(in PieceRecord piece, int row, long time, string tag)
    {
        long frame = FrameOf(piece, row);
        ServerTime? server = (piece.Flags & PieceFlags.NoServerTime) == 0 && TryOptional(piece, SealedColumn.ServerTime, row, out long at)
            ? new ServerTime(at)
            : null;
        var ingest = new IngestTime(BatchNumber(frame, BatchColumn.Ingest));
        return new(
            new Sample(tag, new EventTime(time), server, ingest, QualityOf(piece, row), ValueOf(piece, row)),
            new Position(frame, IndexOf(piece, row)));
    }

    public Quality QualityOf(in PieceRecord piece, int row) =>
        new((piece.Flags & PieceFlags.SameQuality) != 0 ? piece.Quality : (uint)Number(piece, SealedColumn.Quality, row));

    public TagValue ValueOf(in PieceRecord piece, int row)
    {
        var kind = (TagValueKind)((piece.Flags & PieceFlags.SameKind) != 0 ? piece.Kind : Number(piece, SealedColumn.Kind, row));
        switch (kind)
        {
            case TagValueKind.Double:
                if ((piece.Flags & PieceFlags.NoRaw) == 0 && TryOptional(piece, SealedColumn.Raw, row, out long bits))
                    return TagValue.Of(BitConverter.Int64BitsToDouble(bits));
                int scale = (piece.Flags & PieceFlags.SameScale) != 0 ? piece.Scale : (int)Number(piece, SealedColumn.Scale, row);
                return TagValue.Of(DecimalForm.Value(Number(piece, SealedColumn.Mantissa, row), scale));
            case TagValueKind.Int64:
                return TagValue.Of(Number(piece, SealedColumn.Mantissa, row));
            case TagValueKind.Bool:
                return TagValue.Of(Number(piece, SealedColumn.Mantissa, row) != 0);
            case TagValueKind.String:
                return TagValue.Of(TextOf(piece, row));
            case TagValueKind.Blob:
                return TagValue.Of(BlobText.Parse(TextOf(piece, row)) ?? throw Corrupt(piece, SealedColumn.Text, "a reference to a blob is not one"));
            case TagValueKind.None:
                return TagValue.None;
            default:
                throw Corrupt(piece, SealedColumn.Kind, $"a value has the unknown kind {(int)kind}");
        }
    }

    /// <summary>The newest batch of this unit with an ingest time at or before <paramref name="at"/>, and how many positions it takes.</summary>
    public bool LastIngested(long at, out long frame, out int count)
    {
        ReadOnlySpan<ChunkRecord> chunks = Chunks;
        long end = head.LastFrame + 1;
        int ingestPage = head.IngestPages;
        for (int group = head.BatchRowGroups - 1; group >= 0; group--)
        {
            int chunk = BatchChunk(group, BatchColumn.Ingest);
            end -= chunks[chunk].Rows;
            for (int page = chunks[chunk].Pages - 1; page >= 0; page--)
            {
                if (IngestLeast[--ingestPage] > at)
                    continue;
                Page unpacked = Get(chunk, page, _batches!, head.BatchesFile);
                for (int row = unpacked.Rows - 1; row >= 0; row--)
                {
                    if (Resolved(unpacked, row, chunk) > at)
                        continue;
                    frame = end + PageRecords[chunks[chunk].FirstPage + page].FirstRow + row;
                    count = checked((int)(BatchNumber(frame, BatchColumn.Samples) + BatchNumber(frame, BatchColumn.Facts)));
                    return true;
                }
            }
        }

        (frame, count) = (0, 0);
        return false;
    }

    // The last place with a number at or below the wanted one, in numbers that do not fall; from - 1 where there is none.
    static int LastBelow(long[] numbers, int from, int end, long wanted)
    {
        int low = from, high = end;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (numbers[middle] <= wanted)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }

    static int FirstNotBelow(long[] numbers, int from, int end, long wanted)
    {
        int low = from, high = end;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (numbers[middle] < wanted)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    bool LastIn(in PieceRecord piece, int rows, long at, ref long best, ref bool isThere, ref int bestRow)
    {
        Page page = PageOf(piece, SealedColumn.SourceTime, 0, out int first);
        DeltaBlocks delta = page.Delta;
        int end = first + rows, size = delta.BlockValues, firstBlock = first / size;

        // No row lies further than this before one above it: behind a row that is later than this, none is early enough. So any place
        // will do where the starts of blocks go from below to above. The first block may begin in another tag's rows.
        long bound = Sum(at, piece.Backstep);
        int low = firstBlock + 1, high = (end - 1) / size + 1;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (delta.StartOf(middle) <= bound)
                low = middle + 1;
            else
                high = middle;
        }

        bool better = false;
        for (int block = low - 1; block >= firstBlock; block--)
        {
            int count = delta.Decode(block, _block), start = block * size;
            int from = Math.Max(first - start, 0);
            for (int i = Math.Min(count, end - start) - 1; i >= from; i--)
            {
                // Rows are gone over from the newest, so of equal times the first that is met came last.
                if (_block[i] > at || (isThere && _block[i] <= best))
                    continue;
                (best, isThere, bestRow, better) = (_block[i], true, start + i - first, true);
                if (piece.Backstep == 0)
                    return true;
            }

            // And no row above one lies further than this behind it.
            if (isThere && Sum(_block[from], piece.Backstep) <= best)
                break;
        }

        return better;
    }

    static long Sum(long time, long backstep) =>
        backstep == long.MaxValue || time > long.MaxValue - backstep ? long.MaxValue : time + backstep;

    long FrameOf(in PieceRecord piece, int row) =>
        piece.FrameStep > 0 ? piece.FirstFrame + (long)row * piece.FrameStep : Number(piece, SealedColumn.Batch, row);

    int IndexOf(in PieceRecord piece, int row) =>
        (piece.Flags & PieceFlags.SameIndex) != 0 ? piece.Index : (int)Number(piece, SealedColumn.Index, row);

    string TextOf(in PieceRecord piece, int row)
    {
        Page page = PageOf(piece, SealedColumn.Text, row, out int inPage);
        if (!page.IsPresent(inPage))
            throw Corrupt(piece, SealedColumn.Text, "a value that has a text is without one");
        if (!page.IsDictionaryPlaces)
            return page.TextAt(inPage);
        int place = (int)page.At(inPage);
        Page dictionary = Dictionary(piece.RowGroup, SealedColumn.Text);
        string?[] texts = _texts[piece.RowGroup] ??= new string?[dictionary.Rows];
        return texts[place] ??= dictionary.TextAt(place);
    }

    bool TryOptional(in PieceRecord piece, SealedColumn column, int row, out long number)
    {
        Page page = PageOf(piece, column, row, out int inPage);
        bool present = page.IsPresent(inPage);
        number = present ? Resolved(page, inPage, piece.RowGroup * SealedColumns.PerRowGroup + (int)column) : 0;
        return present;
    }

    long Number(in PieceRecord piece, SealedColumn column, int row)
    {
        Page page = PageOf(piece, column, row, out int inPage);
        return Resolved(page, inPage, piece.RowGroup * SealedColumns.PerRowGroup + (int)column);
    }

    long Resolved(Page page, int row, int chunk)
    {
        long number = page.At(row);
        return page.IsDictionaryPlaces ? DictionaryOf(chunk).At((int)number) : number;
    }

    Page Dictionary(int rowGroup, SealedColumn column) => DictionaryOf(rowGroup * SealedColumns.PerRowGroup + (int)column);

    Page DictionaryOf(int chunk)
    {
        bool ofSamples = chunk < head.RowGroups * SealedColumns.PerRowGroup;
        if (_dictionaries[chunk] is { } kept)
        {
            kept.Used = true;
            return kept;
        }

        ref readonly ChunkRecord record = ref Chunks[chunk];
        return Read(
            ofSamples ? _samples! : _batches!,
            ofSamples ? head.SamplesFile : head.BatchesFile,
            record.DictionaryOffset,
            record.DictionaryBytes,
            record.DictionaryCrc,
            record,
            _dictionaries,
            chunk);
    }

    long BatchNumber(long frame, BatchColumn column)
    {
        ReadOnlySpan<ChunkRecord> chunks = Chunks;
        long row = frame - head.FirstFrame;
        int group = 0;
        while (row >= chunks[BatchChunk(group, column)].Rows)
            row -= chunks[BatchChunk(group++, column)].Rows;
        int chunk = BatchChunk(group, column);
        int page = PageWith(chunk, (int)row);
        Page unpacked = Get(chunk, page, _batches!, head.BatchesFile);
        return Resolved(unpacked, (int)row - PageRecords[chunks[chunk].FirstPage + page].FirstRow, chunk);
    }

    int BatchChunk(int group, BatchColumn column) => head.RowGroups * SealedColumns.PerRowGroup + group * SealedColumns.PerBatchRowGroup + (int)column;

    Page PageOf(in PieceRecord piece, SealedColumn column, int row, out int inPage)
    {
        int chunk = piece.RowGroup * SealedColumns.PerRowGroup + (int)column, inGroup = piece.FirstRow + row;
        int page = PageWith(chunk, inGroup);
        inPage = inGroup - PageRecords[Chunks[chunk].FirstPage + page].FirstRow;
        return Get(chunk, page, _samples!, head.SamplesFile);
    }

    // The page of a chunk that has a row.
    int PageWith(int chunk, int row)
    {
        ref readonly ChunkRecord record = ref Chunks[chunk];
        ReadOnlySpan<PageRecord> all = PageRecords.Slice(record.FirstPage, record.Pages);

        // The columns mostly have their pages at the same rows, so what was right for one is mostly right for the next.
        int guess = Math.Min(_lastPage, all.Length - 1);
        if (all[guess].FirstRow <= row && (guess + 1 == all.Length || all[guess + 1].FirstRow > row))
            return guess;
        int low = 0, high = all.Length;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (all[middle].FirstRow <= row)
                low = middle + 1;
            else
                high = middle;
        }

        return _lastPage = low - 1;
    }

    Page Get(int chunk, int page, IDiskFile file, string name)
    {
        ref readonly ChunkRecord record = ref Chunks[chunk];
        int number = record.FirstPage + page;
        if (_kept[number] is { } kept)
        {
            kept.Used = true;
            return kept;
        }

        ref readonly PageRecord at = ref PageRecords[number];
        return Read(file, name, record.Offset + at.Offset, at.Bytes, at.Crc, record, _kept, number);
    }

    Page Read(IDiskFile file, string name, long offset, int bytes, uint crc, in ChunkRecord chunk, Page?[] home, int slot)
    {
        try
        {
            return pages.Read(file, offset, bytes, crc, chunk, home, slot);
        }
        catch (InvalidDataException wrong)
        {
            return ReadMended(name, offset, bytes, crc, chunk, home, slot)
                ?? throw new JournalCorruptException(name, offset, head.FirstFrame, wrong.Message);
        }
    }

    /// <summary>The same where a byte of the page is damaged; null where parity does not give it.</summary>
    Page? ReadMended(string name, long offset, int bytes, uint crc, in ChunkRecord chunk, Page?[] home, int slot)
    {
        try
        {
            CheckedFile mended = name == head.SamplesFile
                ? _mendedSamples ??= mender.Open(unit.File(UnitFile.Samples))
                : _mendedBatches ??= mender.Open(unit.File(UnitFile.Batches));
            return pages.Read(mended, offset, bytes, crc, chunk, home, slot);
        }
        catch (Exception damaged) when (damaged is JournalCorruptException or InvalidDataException)
        {
            return null;
        }
    }

    JournalCorruptException Corrupt(in PieceRecord piece, SealedColumn column, string what) =>
        new(head.SamplesFile, Chunks[piece.RowGroup * SealedColumns.PerRowGroup + (int)column].Offset, piece.FirstFrame, what);
}

/// <summary>A row that a look-up has found so far.</summary>
struct FoundRow
{
    public bool IsThere;
    public long Time;
    public int Piece;
    public int Row;
}
