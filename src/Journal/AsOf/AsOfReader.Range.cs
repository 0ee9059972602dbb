using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

public sealed partial class AsOfReader
{
    /// <summary>Rows that a step of a range is meant to take; one step holds the lock.</summary>
    const int RangeRows = 4096;

    /// <summary>
    /// The samples of a tag from one moment to another, both included, among those known, in the order of event time and then of arrival.
    /// Memory stays small however long it is.
    /// </summary>
    /// <exception cref="JournalCorruptException">A stored byte that the answer needs is not what was written; everything before it was given.</exception>
    public IEnumerable<KnownSample> Range(string tag, EventTime from, EventTime to, Position? knownAt)
    {
        // What comes while the caller goes on does not get in: the answer is that of the moment of asking.
        Position known;
        lock (_lock)
            known = knownAt ?? new Position(_frames.Last, int.MaxValue);
        List<KnownSample> step = [];
        for (long at = from.UnixNanoseconds; at <= to.UnixNanoseconds;)
        {
            long end;
            lock (_lock)
                end = RangeStep(tag, at, to.UnixNanoseconds, known, step);
            foreach (KnownSample one in step)
                yield return one;
            if (end == long.MaxValue)
                break;
            at = end + 1;
        }
    }

    // Takes everything from a moment to one that it chooses, and gives that.
    long RangeStep(string tag, long from, long to, Position known, List<KnownSample> into)
    {
        into.Clear();
        if (!_tags.TryGetValue(tag, out TagHistory? history))
            return long.MaxValue;
        List<Run> runs = RunsOf(history, from, to, known);

        // As far as some runs reach, so that a step has many rows and yet not all.
        long[] starts = [.. runs.Select(run => run.MinTime).Where(start => start > from).Order()];
        int room = Math.Max(1, RangeRows / Math.Max(1, runs.Count > 0 ? (int)runs.Average(run => run.Rows) : 1));
        long end = starts.Length > room ? starts[room] - 1 : to;
        List<(long Time, int Run, int Row)> rows = [];
        for (int i = 0; i < runs.Count; i++)
        {
            Run run = runs[i];
            if (run.MinTime > end || run.MaxTime < from)
                continue;
            Wake(run);
            Span<long> times = Room(run.RowsKnown(known, _block));
            run.Times(times, _block);
            for (int row = 0; row < times.Length; row++)
            {
                if (times[row] >= from && times[row] <= end)
                    rows.Add((times[row], i, row));
            }
        }

        // Runs lie in the order of arrival, and so do the rows in them.
        rows.Sort();
        foreach ((long time, int run, int row) in rows)
        {
            Wake(runs[run]);
            into.Add(runs[run].Sample(history.Name, row, time, _frames, _block));
        }

        return end;
    }

    // The runs of a tag that may have rows between two moments, in the order of arrival.
    List<Run> RunsOf(TagHistory history, long from, long to, Position known)
    {
        List<Run> runs = [];
        for (int i = 0; i < history.Units; i++)
        {
            ref readonly UnitTag unit = ref history.Unit(i);
            if (unit.Summary.MaxTime < from || unit.Summary.MinTime > to || unit.Summary.FirstFrame > known.Frame)
                continue;
            Awaken(unit.Unit);
            _pieces.Clear();
            unit.Unit.PiecesBetween(unit.Summary, from, to, known, _pieces);
            foreach (int piece in _pieces)
                runs.Add(new Run(unit.Unit, piece));
        }

        if (history.Hot is not { Rows: > 0 } hot)
            return runs;
        foreach (HotPiece piece in hot.Pieces)
        {
            if (piece.MaxTime >= from && piece.MinTime <= to && piece.FirstFrame <= known.Frame)
                runs.Add(new Run(piece));
        }

        if (hot.Tail.Length > 0)
            runs.Add(new Run(hot));
        return runs;
    }

    // A unit may have gone to rest since its run was found.
    void Wake(in Run run)
    {
        if (run.Unit is not null)
            Awaken(run.Unit);
    }

    Span<long> Room(int rows)
    {
        if (_times.Length < rows)
            _times = new long[Math.Max(rows, _times.Length * 2)];
        return _times.AsSpan(0, rows);
    }
}
