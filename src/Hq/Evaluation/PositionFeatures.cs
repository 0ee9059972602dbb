using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// What no model may learn from, for the control that learns from nothing else: row number, seconds since the recording's beginning, seconds of the day,
/// and a counter that never resets (how many vectors of the asset came before).
/// </summary>
sealed class PositionFeatures
{
    const long Day = 86_400_000_000_000;

    readonly Dictionary<string, long[]> _timesOf;

    /// <param name="recordings">All that there are of the assets, in whatever fold.</param>
    internal PositionFeatures(IEnumerable<Recording> recordings) => _timesOf = recordings.GroupBy(r => r.Asset, StringComparer.Ordinal)
        .ToDictionary(g => g.Key, g => g.SelectMany(r => r.Times).Select(t => t.UnixNanoseconds).Distinct().Order().ToArray(), StringComparer.Ordinal);

    internal IReadOnlyList<float[]> Of(Recording recording)
    {
        long[] known = _timesOf[recording.Asset];
        return [.. recording.Times.Select((t, i) => Row(t, i, recording.Times[0], known))];
    }

    static float[] Row(EventTime at, int row, EventTime first, long[] known) =>
    [
        row,
        (float)((at.UnixNanoseconds - first.UnixNanoseconds) / 1e9),
        (float)((((at.UnixNanoseconds % Day) + Day) % Day) / 1e9),
        Array.BinarySearch(known, at.UnixNanoseconds),
    ];
}
