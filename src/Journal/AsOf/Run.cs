using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Sealed.Pages;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>Rows of one tag side by side, wherever they are: in a sealed unit, packed in memory, or as they came.</summary>
readonly struct Run
{
    readonly SealedUnit? _unit;
    readonly PieceRecord _record;
    readonly HotPiece? _packed;
    readonly HotTag? _tail;

    public Run(SealedUnit unit, int piece)
    {
        _unit = unit;
        _record = unit.Piece(piece);
        Piece = piece;
        (MinTime, MaxTime, IsRising) = (_record.MinTime, _record.MaxTime, _record.Backstep == 0);
        Rows = _record.Rows;
    }

    public Run(HotPiece packed)
    {
        _packed = packed;
        (MinTime, MaxTime, IsRising, Rows) = (packed.MinTime, packed.MaxTime, packed.IsRising, packed.Rows);
    }

    public Run(HotTag tail)
    {
        _tail = tail;
        Rows = tail.Tail.Length;
        (MinTime, MaxTime, IsRising) = (tail.Tail[0].Time, tail.Tail[0].Time, true);
        for (int i = 1; i < Rows; i++)
        {
            long time = tail.Tail[i].Time;
            IsRising &= time >= tail.Tail[i - 1].Time;
            MinTime = Math.Min(MinTime, time);
            MaxTime = Math.Max(MaxTime, time);
        }
    }

    public SealedUnit? Unit => _unit;

    /// <summary>In the unit.</summary>
    public int Piece { get; }
    public long MinTime { get; }
    public long MaxTime { get; }
    public bool IsRising { get; }
    public int Rows { get; }

    public int RowsKnown(Position known, Span<long> scratch)
    {
        if (_unit is not null)
            return _unit.RowsKnown(_record, known);
        if (_packed is not null)
            return _packed.RowsKnown(known, scratch);
        int rows = 0;
        while (rows < Rows && new Position(_tail!.Tail[rows].Frame, _tail.Tail[rows].Index) <= known)
            rows++;
        return rows;
    }

    public void Times(Span<long> into, Span<long> scratch)
    {
        if (_unit is not null)
        {
            _unit.Times(_record, into);
        }
        else if (_packed is not null)
        {
            _packed.Times(into, scratch);
        }
        else
        {
            for (int i = 0; i < into.Length; i++)
                into[i] = _tail!.Tail[i].Time;
        }
    }

    /// <summary>
    /// The mantissas of many rows at once, where nothing else is needed for their values: numbers of one kind, one scale and none raw.
    /// </summary>
    public bool TryNumbers(int from, Span<long> into, out TagValueKind kind, out int scale)
    {
        const PieceFlags Plain = PieceFlags.SameKind | PieceFlags.SameScale | PieceFlags.NoRaw;
        (kind, scale) = ((TagValueKind)_record.Kind, _record.Scale);
        if (_unit is null || (_record.Flags & Plain) != Plain || kind is not (TagValueKind.Double or TagValueKind.Int64 or TagValueKind.Bool))
            return false;
        _unit.Numbers(_record, SealedColumn.Mantissa, from, into);
        return true;
    }

    /// <summary>Whether every row has the same quality, which is then given.</summary>
    public bool HasOneQuality(out Quality quality)
    {
        quality = new Quality(_record.Quality);
        return _unit is not null && (_record.Flags & PieceFlags.SameQuality) != 0;
    }

    public (Quality Quality, TagValue Value) Value(int row, Span<long> scratch) =>
        _unit is not null ? (_unit.QualityOf(_record, row), _unit.ValueOf(_record, row))
        : _packed is not null ? (_packed.QualityOf(row), _packed.ValueOf(row, scratch))
        : (_tail!.Tail[row].Quality, _tail.Tail[row].Value);

    public KnownSample Sample(string tag, int row, long time, HotFrames frames, Span<long> scratch)
    {
        if (_unit is not null)
            return _unit.Sample(_record, row, time, tag);
        HotRow hot = _packed is not null ? _packed.Row(row, scratch) : _tail!.Tail[row];
        return new(
            new Sample(tag, new EventTime(time), hot.Server, frames.IngestOf(hot.Frame), hot.Quality, hot.Value),
            new Position(hot.Frame, hot.Index));
    }
}
