using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.AsOf;

public sealed partial class AsOfReader
{
    readonly List<int> _pieces = [];
    readonly List<LateRow> _late = [];

    // The late row that is at or before the questions that were answered, its time and that of the next one.
    int _lateRow;
    long _lateTime;
    long _nextLateTime;
    long[] _times = [];
    long[] _numbers = [];

    /// <summary>
    /// The value of every tag at every moment, as <see cref="TryLast"/> would give them one by one, at a small part of the cost. Answers
    /// come tag by tag, and of one tag in the order of the moments' times; a question's number is that of its moment.
    /// </summary>
    /// <exception cref="JournalCorruptException">A stored byte that an answer needs is not what was written; what was given before is good.</exception>
    public void Join(IReadOnlyList<string> tags, ReadOnlySpan<EventTime> moments, Position? knownAt, JoinedRows sink)
    {
        long[] times = new long[moments.Length];
        int[] asks = new int[moments.Length];
        for (int i = 0; i < times.Length; i++)
            (times[i], asks[i]) = (moments[i].UnixNanoseconds, i);
        Sort(times, asks);
        for (int tag = 0; tag < tags.Count; tag++)
            JoinTag(tags[tag], tag, times, asks, knownAt ?? s_everything, sink);
    }

    /// <summary>The same for questions of which each has its own tag. The numbers are theirs in the list.</summary>
    /// <exception cref="ArgumentException">A question has a tag that is not in the list.</exception>
    /// <exception cref="JournalCorruptException">A stored byte that an answer needs is not what was written; what was given before is good.</exception>
    public void Join(IReadOnlyList<string> tags, ReadOnlySpan<AsOfAsk> asks, Position? knownAt, JoinedRows sink)
    {
        int[] ends = new int[tags.Count + 1];
        foreach (AsOfAsk ask in asks)
        {
            if ((uint)ask.Tag >= (uint)tags.Count)
                throw new ArgumentException($"A question asks for tag number {ask.Tag} of {tags.Count}.", nameof(asks));
            ends[ask.Tag + 1]++;
        }

        for (int tag = 0; tag < tags.Count; tag++)
            ends[tag + 1] += ends[tag];
        int[] next = ends[..^1];
        long[] times = new long[asks.Length];
        int[] numbers = new int[asks.Length];
        for (int i = 0; i < asks.Length; i++)
        {
            int at = next[asks[i].Tag]++;
            (times[at], numbers[at]) = (asks[i].At.UnixNanoseconds, i);
        }

        for (int tag = 0; tag < tags.Count; tag++)
        {
            Span<long> here = times.AsSpan(ends[tag]..ends[tag + 1]);
            Span<int> of = numbers.AsSpan(ends[tag]..ends[tag + 1]);
            Sort(here, of);
            JoinTag(tags[tag], tag, here, of, knownAt ?? s_everything, sink);
        }
    }

    static void Sort(Span<long> times, Span<int> asks)
    {
        for (int i = 1; i < times.Length; i++)
        {
            if (times[i] < times[i - 1])
            {
                times.Sort(asks);
                return;
            }
        }
    }

    // The rows of a tag that are newer than all before them, in the order of arrival, are a chain that only rises; the others are late.
    // The answer to a question is the newer of two: the last of the chain at or before its moment, and the last of the late ones. Of the
    // same time, the one that arrived later.
    void JoinTag(string name, int tag, ReadOnlySpan<long> times, ReadOnlySpan<int> asks, Position known, JoinedRows sink)
    {
        if (times.IsEmpty)
            return;
        lock (_lock)
        {
            int ask = 0;
            if (_tags.TryGetValue(name, out TagHistory? history))
            {
                // Nothing before the answer to the first question can be an answer.
                long from = TryLastLocked(name, times[0], known, out KnownSample first) ? first.Sample.Event.UnixNanoseconds : times[0];
                List<Run> runs = RunsOf(history, from, times[^1], known);
                FindLate(runs, known);
                ask = Chain(runs, known, times, asks, tag, sink);
            }

            if (ask < asks.Length)
                sink(new Joined(tag, false, default, default, default), asks[ask..]);
        }
    }

    void FindLate(List<Run> runs, Position known)
    {
        _late.Clear();
        long newest = long.MinValue;
        for (int i = 0; i < runs.Count; i++)
        {
            Run run = runs[i];
            if (!run.IsRising || run.MinTime < newest)
            {
                Wake(run);
                Span<long> times = Room(run.RowsKnown(known, _block));
                run.Times(times, _block);
                for (int row = 0; row < times.Length; row++)
                {
                    if (times[row] < newest)
                        _late.Add(new(times[row], i, row));
                    else
                        newest = times[row];
                }
            }
            else
            {
                // Where only some of its rows are known, no run behind it has any.
                newest = run.MaxTime;
            }
        }

        _late.Sort();
    }

    // Gives the answers to all questions that have one, and the number of the first behind them.
    int Chain(List<Run> runs, Position known, ReadOnlySpan<long> times, ReadOnlySpan<int> asks, int tag, JoinedRows sink)
    {
        int ask = 0;
        MoveLate(-1);
        var last = new ChainRow { Time = long.MinValue, Run = -1 };
        Joined chained = default;
        bool isChained = false;
        for (int i = 0; i < runs.Count && ask < times.Length; i++)
        {
            Run run = runs[i];

            // A run whose rows are all late has no part in the chain.
            if (last.Run >= 0 && run.MaxTime < last.Time)
                continue;
            Wake(run);
            Span<long> rows = Room(run.RowsKnown(known, _block));
            run.Times(rows, _block);
            int row = 0;
            if (last.Run < 0)
            {
                // Questions before the first row of the chain have no answer from it; a late row may still be one.
                int from = ask;
                while (rows.Length > 0 && ask < times.Length && times[ask] < rows[0])
                    ask++;
                GiveBetter(runs, times[from..ask], asks[from..ask], default, new Joined(tag, false, default, default, default), sink);
            }
            else
            {
                while (row < rows.Length && rows[row] < last.Time)
                    row++;
                long first = row < rows.Length ? rows[row] : long.MaxValue;
                int from = ask;
                while (ask < times.Length && times[ask] < first && row < rows.Length)
                    ask++;
                if (ask > from)
                {
                    if (!isChained)
                        (chained, isChained) = (Answer(runs, last, tag), true);
                    GiveBetter(runs, times[from..ask], asks[from..ask], last, chained, sink);
                }
            }

            if (row >= rows.Length)
                continue;
            last = ChainOf(run, i, rows, row, runs, times, asks, tag, ref ask, ref chained, sink);
            isChained = false;
        }

        if (ask == times.Length || last.Run < 0)
            return ask;
        GiveBetter(runs, times[ask..], asks[ask..], last, isChained ? chained : Answer(runs, last, tag), sink);
        return times.Length;
    }

    // Answers what lies between the rows of one run; gives its last row of the chain, whose own questions may go on in the next run.
    ChainRow ChainOf(
        in Run run,
        int number,
        ReadOnlySpan<long> rows,
        int row,
        List<Run> runs,
        ReadOnlySpan<long> times,
        ReadOnlySpan<int> asks,
        int tag,
        ref int ask,
        ref Joined chained,
        JoinedRows sink)
    {
        long top = rows[row];
        int numbersFrom = -1;
        TagValueKind kind = default;
        int scale = 0;
        bool oneQuality = run.HasOneQuality(out Quality quality);
        int next = row + 1;
        while (ask < times.Length)
        {
            // To the last row of the chain that is not behind the question.
            long at = times[ask];
            for (; next < rows.Length; next++)
            {
                long time = rows[next];
                if (time < top)
                    continue;
                if (time > at)
                    break;
                (top, row) = (time, next);
            }

            if (next >= rows.Length)
                break;
            if (numbersFrom < 0)
            {
                if (_numbers.Length < rows.Length)
                    _numbers = new long[rows.Length * 2];
                Wake(run);
                numbersFrom = oneQuality && run.TryNumbers(row, _numbers.AsSpan(0, rows.Length - row), out kind, out scale) ? row : int.MaxValue;
            }

            var last = new ChainRow { Time = top, Run = number, Row = row };
            chained = numbersFrom != int.MaxValue
                ? new Joined(tag, true, quality, new EventTime(top), Value(kind, _numbers[row - numbersFrom], scale))
                : Answer(runs, last, tag);
            long until = rows[next];
            int from = ask;
            do
                ask++;
            while (ask < times.Length && times[ask] < until);

            // Mostly no late row is near.
            if (times[ask - 1] < _nextLateTime && _lateTime < top)
                sink(chained, asks[from..ask]);
            else
                GiveBetter(runs, times[from..ask], asks[from..ask], last, chained, sink);
        }

        return new() { Time = top, Run = number, Row = row };
    }

    static TagValue Value(TagValueKind kind, long number, int scale) => kind switch
    {
        TagValueKind.Double => TagValue.Of(DecimalForm.Value(number, scale)),
        TagValueKind.Int64 => TagValue.Of(number),
        _ => TagValue.Of(number != 0),
    };

    Joined Answer(List<Run> runs, in ChainRow row, int tag)
    {
        Wake(runs[row.Run]);
        (Quality quality, TagValue value) = runs[row.Run].Value(row.Row, _block);
        return new(tag, true, quality, new EventTime(row.Time), value);
    }

    // The newer of the chain's row and the late one, for questions in the order of their times.
    void GiveBetter(
        List<Run> runs, ReadOnlySpan<long> times, ReadOnlySpan<int> asks, in ChainRow last, in Joined chained, JoinedRows sink)
    {
        while (!times.IsEmpty)
        {
            while (_nextLateTime <= times[0] && _lateRow + 1 < _late.Count)
                MoveLate(_lateRow + 1);

            // As far as the same late row is the last one.
            int end = times.Length;
            if (_lateRow + 1 < _late.Count && _nextLateTime <= times[^1])
            {
                end = 1;
                while (times[end] < _nextLateTime)
                    end++;
            }

            if (_lateRow >= 0 && (!chained.IsThere || _late[_lateRow].CompareTo(new LateRow(last.Time, last.Run, last.Row)) > 0))
                sink(Answer(runs, new ChainRow { Time = _late[_lateRow].Time, Run = _late[_lateRow].Run, Row = _late[_lateRow].Row }, chained.Tag), asks[..end]);
            else
                sink(chained, asks[..end]);
            times = times[end..];
            asks = asks[end..];
        }
    }

    void MoveLate(int row)
    {
        _lateRow = row;
        _lateTime = row >= 0 ? _late[row].Time : long.MinValue;
        _nextLateTime = row + 1 < _late.Count ? _late[row + 1].Time : long.MaxValue;
    }

    struct ChainRow
    {
        public long Time;
        public int Run;
        public int Row;
    }

    /// <summary>Sorts by time and, of the same time, by arrival.</summary>
    readonly record struct LateRow(long Time, int Run, int Row) : IComparable<LateRow>
    {
        public int CompareTo(LateRow other)
        {
            int byTime = Time.CompareTo(other.Time);
            int byRun = byTime != 0 ? byTime : Run.CompareTo(other.Run);
            return byRun != 0 ? byRun : Row.CompareTo(other.Row);
        }
    }
}
