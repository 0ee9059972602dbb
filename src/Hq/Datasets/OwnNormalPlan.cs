using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>How much of a recording's own normal rows it is learned from; exactly one of both.</summary>
sealed record OwnNormal(double? Share, int? Rows);

/// <summary>
/// Each recording by itself: learned from its own first normal rows, asked about what follows, as a box is that is fitted where it stands. A recording without
/// enough of them gives no fold.
/// </summary>
static class OwnNormalPlan
{
    /// <param name="reach">How far back a vector looks: what lies so near before the cut is not learned from.</param>
    /// <exception cref="TrainingException">No recording has enough normal rows.</exception>
    internal static IReadOnlyList<Fold> Of(Dataset data, OwnNormal own, TimeSpan reach)
    {
        Fold[] plan = [.. Enumerable.Range(0, data.Recordings.Count).Select(r => Of(r, data.Recordings[r], own, reach)).OfType<Fold>()];
        return plan.Length > 0 ? plan : throw new TrainingException("evaluate.by: self learns from each recording's first normal rows; no recording has enough of them with anything behind them. Look at the labels, or split by recording.");
    }

    static Fold? Of(int place, Recording recording, OwnNormal own, TimeSpan reach)
    {
        int[] normal = [.. Enumerable.Range(0, recording.Rows.Count).Where(i => recording.Truths[i] == Truth.Normal)];
        int learned = own.Rows ?? (int)(normal.Length * own.Share!.Value);
        if (learned < 1 || learned > normal.Length)
            return null;
        EventTime last = recording.Times[normal[learned - 1]];
        int test = normal[learned - 1] + 1;
        while (test < recording.Rows.Count && recording.Times[test] == last)
            test++;
        if (test == recording.Rows.Count)
            return null;
        int train = normal[learned - 1] + 1;
        while (train > 0 && recording.Times[train - 1].UnixNanoseconds >= recording.Times[test].UnixNanoseconds - (reach.Ticks * 100))
            train--;
        return train == 0 ? null : new Fold([new Slice(place, 0, train)], [new Slice(place, test, recording.Rows.Count - test)]);
    }
}
