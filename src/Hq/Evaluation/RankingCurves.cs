namespace EdgeRuntime.Hq.Evaluation;

/// <summary>One point of the precision-recall curve: what alarming at and above a score would give.</summary>
readonly record struct RankingPoint(double Score, double Recall, double Precision, double FalseAlarmRate);

/// <summary>
/// How well scores put events above normal, whatever the threshold. AUC PR is the average precision Σ (R_n - R_n-1) P_n over distinct scores, without
/// interpolation (as scikit-learn defines it; a straight line between points would flatter). AUC ROC is the chance that a row of an event scores above a
/// normal one, ties counting half (Mann and Whitney).
/// </summary>
/// <param name="Prevalence">Share of event rows: the average precision of scores that mean nothing.</param>
/// <param name="Points">By falling score, thinned for drawing.</param>
sealed record RankingCurves(Estimate AveragePrecision, Estimate AucRoc, double? Prevalence, IReadOnlyList<RankingPoint> Points)
{
    const int PointsMax = 200;

    /// <param name="rows">By falling score.</param>
    internal static RankingCurves Of(ScoredRow[] rows, int blocks, BlockBootstrap bootstrap)
    {
        var hasEvent = new bool[blocks];
        var hasNormal = new bool[blocks];
        foreach (ScoredRow row in rows)
            (row.IsEvent ? hasEvent : hasNormal)[row.Block] = true;
        bool Contributes(int i) => hasEvent[i] || hasNormal[i];
        var points = new List<RankingPoint>();
        _ = Areas(rows, Enumerable.Repeat(1, blocks).ToArray(), points);
        return new RankingCurves(
            bootstrap.Of(blocks, times => Areas(rows, times, null)?.Pr, Contributes),
            bootstrap.Of(blocks, times => Areas(rows, times, null)?.Roc, Contributes),
            rows.Length > 0 ? (double)rows.Count(r => r.IsEvent) / rows.Length : null,
            Thinned(points));
    }

    /// <summary>Null where there are not both events and normal rows.</summary>
    internal static double? AucRocOf(IEnumerable<(double Score, bool IsEvent)> rows) =>
        Areas([.. rows.Select(r => new ScoredRow(r.Score, r.IsEvent, false, 0)).OrderByDescending(r => r.Value)], [1], null)?.Roc;

    static (double Pr, double Roc)? Areas(ScoredRow[] rows, int[] times, List<RankingPoint>? points)
    {
        long events = 0, normals = 0;
        foreach (ScoredRow row in rows)
            _ = row.IsEvent ? events += times[row.Block] : normals += times[row.Block];
        if (events == 0 || normals == 0)
            return null;
        long hits = 0, falseAlarms = 0;
        double pr = 0, roc = 0;
        for (int i = 0; i < rows.Length;)
        {
            double score = rows[i].Value;
            long newHits = 0, newFalse = 0;
            for (; i < rows.Length && rows[i].Value == score; i++)
                _ = rows[i].IsEvent ? newHits += times[rows[i].Block] : newFalse += times[rows[i].Block];
            // Pairs with the normal rows below, and half of those with its equals.
            roc += newHits * (normals - falseAlarms - (0.5 * newFalse));
            (hits, falseAlarms) = (hits + newHits, falseAlarms + newFalse);
            if (hits + falseAlarms == 0)
                continue;
            double precision = (double)hits / (hits + falseAlarms);
            pr += (double)newHits / events * precision;
            points?.Add(new RankingPoint(score, (double)hits / events, precision, (double)falseAlarms / normals));
        }

        return (pr, roc / events / normals);
    }

    static List<RankingPoint> Thinned(List<RankingPoint> points)
    {
        if (points.Count <= PointsMax)
            return points;
        var kept = new List<RankingPoint> { points[0] };
        foreach (RankingPoint point in points.Skip(1))
        {
            RankingPoint last = kept[^1];
            if (point.Recall - last.Recall >= 2.0 / PointsMax || Math.Abs(point.Precision - last.Precision) >= 4.0 / PointsMax)
                kept.Add(point);
        }

        if (kept[^1] != points[^1])
            kept.Add(points[^1]);
        return kept;
    }
}
