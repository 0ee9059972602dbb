using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// The leak guard's control, learned from the features of <see cref="PositionFeatures"/> alone: one of them, cut into bins of equally many rows, each scored by its
/// share of events. Which feature is chosen on the rows that it learns from, by how well three quarters of them foretell the fourth; the quarters lie side by
/// side, so that a feature that merely tells recordings apart does not win.
/// </summary>
sealed class BinnedLikelihood
{
    const int Bins = 20, Parts = 4;

    readonly int _feature;
    readonly float[] _edges;
    readonly double[] _shares;

    BinnedLikelihood(int feature, float[] edges, double[] shares) => (_feature, _edges, _shares) = (feature, edges, shares);

    /// <param name="rows">Of known truth, recording after recording, each in order of time.</param>
    /// <param name="truths">As many.</param>
    internal static BinnedLikelihood Fit(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths)
    {
        if (rows.Count == 0)
            return new BinnedLikelihood(0, [], [0]);
        int best = Enumerable.Range(0, rows[0].Length).MaxBy(f => Foretells(rows, truths, f));
        return Fit(rows, truths, best, _ => true);
    }

    /// <summary>Higher is more of an event.</summary>
    internal double Score(float[] row) => _shares[BinOf(_edges, row[_feature])];

    static double Foretells(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int feature)
    {
        double sum = 0;
        for (int part = 0; part < Parts; part++)
        {
            int from = rows.Count * part / Parts, to = rows.Count * (part + 1) / Parts;
            BinnedLikelihood fitted = Fit(rows, truths, feature, i => i < from || i >= to);
            sum += RankingCurves.AucRocOf(Enumerable.Range(from, to - from).Select(i => (fitted.Score(rows[i]), truths[i] == Truth.Event))) ?? 0.5;
        }

        return sum;
    }

    static BinnedLikelihood Fit(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int feature, Func<int, bool> learns)
    {
        int[] learned = [.. Enumerable.Range(0, rows.Count).Where(learns).OrderBy(i => rows[i][feature])];
        if (learned.Length == 0)
            return new BinnedLikelihood(feature, [], [0]);
        float[] edges = [.. Enumerable.Range(1, Bins - 1).Select(b => rows[learned[learned.Length * b / Bins]][feature]).Distinct()];
        var events = new double[edges.Length + 1];
        var all = new double[edges.Length + 1];
        foreach (int i in learned)
        {
            int bin = BinOf(edges, rows[i][feature]);
            all[bin]++;
            events[bin] += truths[i] == Truth.Event ? 1 : 0;
        }

        // One more row of the usual share: a bin without rows says nothing.
        double share = events.Sum() / all.Sum();
        return new BinnedLikelihood(feature, edges, [.. events.Zip(all, (e, n) => (e + share) / (n + 1))]);
    }

    /// <summary>How many edges lie at or below the value.</summary>
    static int BinOf(float[] edges, float value)
    {
        int place = Array.BinarySearch(edges, value);
        return place >= 0 ? place + 1 : ~place;
    }
}
