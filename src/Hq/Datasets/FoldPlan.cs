using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Splits a dataset so that a score on what was held out means something.</summary>
static class FoldPlan
{
    /// <param name="folds">How many; by recording or asset each row is held out once, by time the first part is only learned from.</param>
    /// <param name="reach">How far back a vector looks. Where a recording is cut, so much of what is learned from is left out before and behind the cut.</param>
    /// <param name="seed">Which recordings go together; by time nothing is left to chance.</param>
    /// <exception cref="TrainingException">There is too little that can be kept apart.</exception>
    internal static IReadOnlyList<Fold> Of(Dataset data, SplitBy by, int folds, TimeSpan reach, int seed) => by switch
    {
        SplitBy.Time => ByTime(data, folds, reach),
        SplitBy.Asset => ByUnit(data, UnitsOfAssets(data), "assets", folds, seed),
        _ => ByUnit(data, data.Groups, "recordings, counted as one where they share rows,", folds, seed),
    };

    /// <summary>One fold: learned from all recordings but those whose names match, which are asked about.</summary>
    /// <param name="pattern">Of names without extension; * stands for any part of one, ** for any folders.</param>
    /// <exception cref="TrainingException">Nothing or everything matches, or a recording that is asked about shares rows with one that is learned from.</exception>
    internal static Fold OfNamed(Dataset data, string pattern)
    {
        var named = CsvFiles.FilePattern(pattern);
        int[] all = [.. Enumerable.Range(0, data.Recordings.Count)];
        HashSet<int> held = [.. all.Where(r => named.IsMatch(data.Recordings[r].Name))];
        if (held.Count == 0 || held.Count == all.Length)
            throw new TrainingException($"evaluate.heldOut is '{pattern}'; it names {(held.Count == 0 ? "none" : "all")} of the {all.Length} recordings ({data.Recordings[0].Name} is the first). It must name some, so that the others can be learned from.");
        foreach (SharedRows shared in data.Shared)
        {
            if (named.IsMatch(shared.First) != named.IsMatch(shared.Second))
                throw new TrainingException($"evaluate.heldOut is '{pattern}'; {shared.First} and {shared.Second} share {shared.Rows} rows, and only one of them is held out. Hold out both or neither.");
        }

        return new Fold([.. all.Where(r => !held.Contains(r)).Select(r => Whole(data, r))], [.. all.Where(held.Contains).Select(r => Whole(data, r))]);
    }

    static List<Fold> ByUnit(Dataset data, IReadOnlyList<int> unitOf, string what, int folds, int seed)
    {
        int[] units = [.. unitOf.Distinct().Order()];
        if (units.Length < folds)
            throw new TrainingException($"split: {folds} folds need as many {what} that can be kept apart; the data has {units.Length}. {(units.Length < 2 ? "Split by time" : "Ask for fewer folds or split by time")}.");
        new Random(seed).Shuffle(units);
        // The largest first, each to the fold that has the fewest events and then the fewest rows: folds are alike and every fold has events while there are any.
        var events = new long[folds];
        var rows = new long[folds];
        var foldOf = new Dictionary<int, int>();
        foreach (int unit in units.OrderByDescending(u => Sum(data, unitOf, u, r => r.Rows.Count)))
        {
            int fold = Enumerable.Range(0, folds).OrderBy(f => events[f]).ThenBy(f => rows[f]).First();
            foldOf.Add(unit, fold);
            events[fold] += Sum(data, unitOf, unit, r => r.Truths.Count(t => t == Truth.Event));
            rows[fold] += Sum(data, unitOf, unit, r => r.Rows.Count);
        }

        int[] all = [.. Enumerable.Range(0, data.Recordings.Count)];
        return [.. Enumerable.Range(0, folds).Select(f => new Fold(
            [.. all.Where(r => foldOf[unitOf[r]] != f).Select(r => Whole(data, r))],
            [.. all.Where(r => foldOf[unitOf[r]] == f).Select(r => Whole(data, r))]))];
    }

    static List<Fold> ByTime(Dataset data, int folds, TimeSpan reach)
    {
        long[] times = [.. data.Recordings.SelectMany(r => r.Times).Select(t => t.UnixNanoseconds).Order()];
        if (times.Length < folds + 1)
            throw new TrainingException($"split: {folds} folds by time need at least {folds + 1} vectors; the data has {times.Length}.");
        long wide = reach.Ticks * 100;
        var plan = new List<Fold>();
        for (int f = 1; f <= folds; f++)
        {
            long from = times[(long)times.Length * f / (folds + 1)];
            long to = f == folds ? long.MaxValue : times[(long)times.Length * (f + 1) / (folds + 1)];
            Slice[] test = Slices(data, from, to);
            // What a recording shares with one that is asked about is known from there.
            HashSet<int> groups = [.. test.Select(t => data.Groups[t.Recording])];
            Slice[] train = [.. Slices(data, long.MinValue, from - wide).Where(t => !groups.Contains(data.Groups[t.Recording]) || test.Any(s => s.Recording == t.Recording))];
            if (train.Length == 0 || test.Length == 0)
                throw new TrainingException($"split: fold {f} of {folds} by time has nothing to {(train.Length == 0 ? "learn from" : "ask about")}. Ask for fewer folds.");
            plan.Add(new Fold(train, test));
        }

        return plan;
    }

    static Slice[] Slices(Dataset data, long from, long to)
    {
        var slices = new List<Slice>();
        for (int r = 0; r < data.Recordings.Count; r++)
        {
            IReadOnlyList<EventTime> times = data.Recordings[r].Times;
            int first = 0, end = times.Count;
            while (first < end && times[first].UnixNanoseconds < from)
                first++;
            while (end > first && times[end - 1].UnixNanoseconds >= to)
                end--;
            if (end > first)
                slices.Add(new Slice(r, first, end - first));
        }

        return [.. slices];
    }

    /// <summary>Assets, and as one where recordings of two of them share rows.</summary>
    static int[] UnitsOfAssets(Dataset data)
    {
        string[] names = [.. data.Recordings.Select(r => r.Name)];
        var same = new List<SharedRows>(data.Shared);
        foreach (IGrouping<string, Recording> asset in data.Recordings.GroupBy(r => r.Asset))
            same.AddRange(asset.Skip(1).Select(r => new SharedRows(asset.First().Name, r.Name, 0, 0)));
        return SharedRowsSearch.Groups(names, same);
    }

    static Slice Whole(Dataset data, int recording) => new(recording, 0, data.Recordings[recording].Rows.Count);

    static long Sum(Dataset data, IReadOnlyList<int> unitOf, int unit, Func<Recording, int> of) =>
        data.Recordings.Where((_, i) => unitOf[i] == unit).Sum(r => (long)of(r));
}
