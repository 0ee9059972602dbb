using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// The simplest control that can hold a leak: one feature, cut into bins of equally many rows, each scored by its share of events. Which feature is chosen on
/// the rows that it learns from, by how well three quarters of them foretell the fourth; the quarters lie side by side, so that a feature that merely tells
/// recordings apart does not win.
/// </summary>
sealed class BinnedLikelihood : IControlTrainer
{
    const int Bins = 20, Parts = 4;

    public IRowScorer Fit(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int seed)
    {
        if (rows.Count == 0)
            return new Histogram(0, [], [0]);
        int width = rows[0].Length;
        int best = Enumerable.Range(0, width).MaxBy(f => Foretells(rows, truths, f));
        return Fit(rows, truths, best, _ => true);
    }

    static double Foretells(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int feature)
    {
        double sum = 0;
        for (int part = 0; part < Parts; part++)
        {
            int from = rows.Count * part / Parts, to = rows.Count * (part + 1) / Parts;
            Histogram fitted = Fit(rows, truths, feature, i => i < from || i >= to);
            sum += RankingCurves.AucRocOf(Enumerable.Range(from, to - from).Select(i => (fitted.Score(rows[i]), truths[i] == Truth.Event))) ?? 0.5;
        }

        return sum;
    }

    static Histogram Fit(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int feature, Func<int, bool> learns)
    {
        int[] learned = [.. Enumerable.Range(0, rows.Count).Where(learns).OrderBy(i => rows[i][feature])];
        if (learned.Length == 0)
            return new Histogram(feature, [], [0]);
        float[] edges = [.. Enumerable.Range(1, Bins - 1).Select(b => rows[learned[learned.Length * b / Bins]][feature]).Distinct()];
        var events = new double[edges.Length + 1];
        var all = new double[edges.Length + 1];
        foreach (int i in learned)
        {
            int bin = Histogram.BinOf(edges, rows[i][feature]);
            all[bin]++;
            events[bin] += truths[i] == Truth.Event ? 1 : 0;
        }

        // One more row of the usual share: a bin without rows says nothing.
        double share = events.Sum() / all.Sum();
        return new Histogram(feature, edges, [.. events.Zip(all, (e, n) => (e + share) / (n + 1))]);
    }

    sealed class Histogram(int feature, float[] edges, double[] shares) : IRowScorer
    {
        public double Score(float[] row) => shares[BinOf(edges, row[feature])];

        /// <summary>How many edges lie at or below the value.</summary>
        internal static int BinOf(float[] edges, float value)
        {
            int place = Array.BinarySearch(edges, value);
            return place >= 0 ? place + 1 : ~place;
        }
    }
}
