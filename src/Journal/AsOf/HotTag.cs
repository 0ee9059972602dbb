using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

/// <summary>What is not sealed yet of one tag: packed pieces, and the newest rows as they came.</summary>
sealed class HotTag
{
    /// <summary>Rows of a packed piece: two blocks, so that a look-up decodes one and the packing costs little memory of its own.</summary>
    public const int PieceRows = 256;

    const int TailRowsMin = 8;

    readonly List<HotPiece> _pieces = [];
    readonly List<long> _maxBefore = [];
    readonly List<long> _minAfter = [];
    HotRow[] _tail = new HotRow[TailRowsMin];
    int _tailRows;

    public int Rows { get; private set; }

    public IReadOnlyList<HotPiece> Pieces => _pieces;

    public ReadOnlySpan<HotRow> Tail => _tail.AsSpan(0, _tailRows);

    public void Add(in HotRow row)
    {
        if (_tailRows == PieceRows)
            PackTail();
        if (_tailRows == _tail.Length)
            Array.Resize(ref _tail, _tail.Length * 2);
        _tail[_tailRows++] = row;
        Rows++;
    }

    /// <summary>Forgets the rows up to a frame, which are sealed now.</summary>
    public void DropThrough(long frame, Span<long> scratch)
    {
        List<HotRow> kept = [];
        foreach (HotPiece piece in _pieces)
        {
            if (piece.LastFrame <= frame)
                continue;
            for (int row = 0; row < piece.Rows; row++)
                kept.Add(piece.Row(row, scratch));
        }

        foreach (HotRow row in Tail)
            kept.Add(row);
        _pieces.Clear();
        _maxBefore.Clear();
        _minAfter.Clear();
        (_tail, _tailRows, Rows) = (new HotRow[TailRowsMin], 0, 0);
        foreach (HotRow row in kept)
        {
            if (row.Frame > frame)
                Add(row);
        }
    }

    /// <summary>The newest row at or before a time among those known.</summary>
    public bool Last(long at, Position known, Span<long> scratch, Span<long> times, out HotRow found)
    {
        found = default;
        bool isThere = false;
        for (int i = _tailRows - 1; i >= 0; i--)
        {
            ref readonly HotRow row = ref _tail[i];
            if (row.Time <= at && (!isThere || row.Time > found.Time) && new Position(row.Frame, row.Index) <= known)
                (found, isThere) = (row, true);
        }

        for (int piece = LastBelow(at); piece >= 0 && !(isThere && _maxBefore[piece] <= found.Time); piece--)
        {
            HotPiece one = _pieces[piece];
            if (one.MinTime > at || one.FirstFrame > known.Frame || (isThere && one.MaxTime <= found.Time))
                continue;
            Span<long> all = times[..one.RowsKnown(known, scratch)];
            one.Times(all, scratch);
            int best = -1;
            for (int i = all.Length - 1; i >= 0; i--)
            {
                if (all[i] > at || (best >= 0 && all[i] <= all[best]))
                    continue;
                best = i;
                if (one.IsRising)
                    break;
            }

            if (best >= 0 && !(isThere && all[best] <= found.Time))
                (found, isThere) = (one.Row(best, scratch), true);
        }

        return isThere;
    }

    void PackTail()
    {
        var piece = new HotPiece(Tail);
        _pieces.Add(piece);
        _maxBefore.Add(_maxBefore.Count > 0 ? Math.Max(_maxBefore[^1], piece.MaxTime) : piece.MaxTime);
        _minAfter.Add(piece.MinTime);
        for (int i = _minAfter.Count - 2; i >= 0 && _minAfter[i] > piece.MinTime; i--)
            _minAfter[i] = piece.MinTime;
        _tailRows = 0;
    }

    int LastBelow(long at)
    {
        int low = 0, high = _minAfter.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_minAfter[middle] <= at)
                low = middle + 1;
            else
                high = middle;
        }

        return low - 1;
    }
}
