using EdgeRuntime.Hmi.Live;

namespace EdgeRuntime.Hmi.Floor;

/// <summary>One window of an asset's past, reduced to columns, as the API gives it. Times in ms since the Unix epoch, event time.</summary>
sealed record Trend(
    string Asset,
    double From,
    double To,
    int Columns,
    IReadOnlyList<TrendSeries> Signals,
    TrendSeries Score,
    TrendSeries Threshold,
    IReadOnlyList<PeriodSpan> Periods)
{
    /// <param name="from">Nanoseconds, inclusive.</param>
    /// <param name="to">Nanoseconds, exclusive.</param>
    internal static Trend Of(AssetHistory asset, long from, long to, int columns) => new(
        asset.Asset.Id,
        Milliseconds(from),
        Milliseconds(to),
        columns,
        [.. asset.Signals.Select(s => Series(s.Signal, TrendColumns.Of(s.Points, from, to, columns)))],
        Series(null, TrendColumns.Of(asset.Scores, from, to, columns)),
        Series(null, TrendColumns.Of(asset.Thresholds, from, to, columns)),
        [.. Spans(asset.Periods.All).Where(p => p.To >= Milliseconds(from) && p.From < Milliseconds(to))]);

    internal static double Milliseconds(long unixNanoseconds) => unixNanoseconds / 1e6;

    internal static IReadOnlyList<PeriodSpan> Spans(IReadOnlyList<AnomalyPeriod> periods) =>
        [.. periods.Select(p => new PeriodSpan(
            Milliseconds(p.From.UnixNanoseconds), Milliseconds(p.To.UnixNanoseconds), p.Open, double.IsFinite(p.Peak) ? p.Peak : null, p.Reason))];

    static TrendSeries Series(WatchedSignal? signal, TrendColumns columns) =>
        new(signal?.Tag, signal?.Name, signal?.Unit, signal?.Low, signal?.High, Nulls(columns.Min), Nulls(columns.Max));

    static double?[] Nulls(double[] values) => [.. values.Select(v => double.IsNaN(v) ? (double?)null : v)];
}

/// <param name="Min">Lowest value per column; null where the column has no point.</param>
/// <param name="Max">Highest value per column; null where the column has no point.</param>
sealed record TrendSeries(string? Tag, string? Name, string? Unit, double? Low, double? High, double?[] Min, double?[] Max);
