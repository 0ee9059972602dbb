namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What is left when the runtime gives no answer below a confidence. Null: nothing to measure it on.</summary>
/// <param name="Confidence">What the box calls so, about the state that it says: p of an anomaly, 1 - p of normal. It must reach this.</param>
/// <param name="Coverage">Share of the rows that still get an answer.</param>
readonly record struct AbstentionRow(double Confidence, double Coverage, double? Precision, double? FalseAlarmRate, double? MissedAlarmRate, int Rows);

/// <summary>Coverage against quality: a model whose precision does not rise when it keeps silent more often does not know what it does not know.</summary>
static class AbstentionTable
{
    static readonly double[] Confidences = [0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99];

    internal static IReadOnlyList<AbstentionRow> Of(ScoredRow[] rows)
    {
        if (rows.Length == 0)
            return [];
        return [.. Confidences.Select(c => Of(rows, c))];
    }

    static AbstentionRow Of(ScoredRow[] rows, double confidence)
    {
        ScoredRow[] answered = [.. rows.Where(r => (r.Alarm ? r.Value : 1 - r.Value) >= confidence)];
        int hits = answered.Count(r => r.Alarm && r.IsEvent), alarms = answered.Count(r => r.Alarm), events = answered.Count(r => r.IsEvent);
        return new AbstentionRow(
            confidence, (double)answered.Length / rows.Length, Share(hits, alarms), Share(alarms - hits, answered.Length - events), Share(events - hits, events), answered.Length);
    }

    static double? Share(int part, int whole) => whole > 0 ? (double)part / whole : null;
}
