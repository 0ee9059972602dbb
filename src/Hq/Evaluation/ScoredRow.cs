using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>One row of known truth, with the block it lies in.</summary>
readonly record struct ScoredRow(double Value, bool IsEvent, bool Alarm, int Block)
{
    /// <summary>Rows of known truth, by falling value; order among equals is that of the recordings.</summary>
    internal static ScoredRow[] Sorted(IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> blocks, Func<ScoredRecording, IReadOnlyList<double>> value) =>
    [
        .. scored.SelectMany((s, r) => value(s).Select((v, i) => (Truth: s.Recording.Truths[i], Row: new ScoredRow(v, s.Recording.Truths[i] == Truth.Event, s.Alarms[i], blocks[r]))))
            .Where(p => p.Truth != Truth.Unknown).Select(p => p.Row).OrderByDescending(r => r.Value),
    ];
}
