namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// How good alarms are, pooled over points: F1 together with what it hides. A detector that always alarms has a good F1 where faults are long, so F1 leaves
/// this type only beside the false alarm rate, the missed alarm rate and the false episodes per hour: by <see cref="Deconstruct"/> or in words.
/// Formulas as SKAB's <c>core/metrics.py</c> has them: F1 = TP/(TP + (FN + FP)/2), FAR = FP/(FP + TN), MAR = FN/(FN + TP).
/// </summary>
sealed record AlarmQuality
{
    readonly Estimate _f1;

    AlarmQuality(AlarmTally tally, Estimate f1, Estimate precision, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodesPerHour)
    {
        Tally = tally;
        _f1 = f1;
        Precision = precision;
        FalseAlarmRate = falseAlarmRate;
        MissedAlarmRate = missedAlarmRate;
        EpisodesPerHour = episodesPerHour;
    }

    internal AlarmTally Tally { get; }

    /// <summary>TP/(TP + FP): how much of the alarm time was an event.</summary>
    internal Estimate Precision { get; }

    /// <summary>FP/(FP + TN).</summary>
    internal Estimate FalseAlarmRate { get; }

    /// <summary>FN/(FN + TP).</summary>
    internal Estimate MissedAlarmRate { get; }

    /// <summary>False episodes for each hour of normal.</summary>
    internal Estimate EpisodesPerHour { get; }

    internal void Deconstruct(out Estimate f1, out Estimate falseAlarmRate, out Estimate missedAlarmRate, out Estimate episodesPerHour) =>
        (f1, falseAlarmRate, missedAlarmRate, episodesPerHour) = (_f1, FalseAlarmRate, MissedAlarmRate, EpisodesPerHour);

    /// <param name="blocks">One tally for each block.</param>
    internal static AlarmQuality Of(IReadOnlyList<AlarmTally> blocks, BlockBootstrap bootstrap) => new(
        AlarmTally.Sum(blocks), bootstrap.Of(blocks, F1Of), bootstrap.Of(blocks, PrecisionOf), bootstrap.Of(blocks, FalseAlarmRateOf),
        bootstrap.Of(blocks, MissedAlarmRateOf), bootstrap.Of(blocks, EpisodesPerHourOf));

    /// <summary>The first less the second, both on the same draws of the same blocks.</summary>
    internal static AlarmDifference Difference(IReadOnlyList<AlarmTally> first, IReadOnlyList<AlarmTally> second, BlockBootstrap bootstrap)
    {
        Estimate Of(Func<AlarmTally, double?> measure) => bootstrap.Of(
            first.Count,
            times => measure(BlockBootstrap.Sum(first, times)) - measure(BlockBootstrap.Sum(second, times)),
            i => measure(first[i]) is not null && measure(second[i]) is not null);
        return new AlarmDifference(Of(F1Of), Of(FalseAlarmRateOf), Of(MissedAlarmRateOf), Of(EpisodesPerHourOf), Of(InformednessOf));
    }

    public override string ToString() =>
        $"F1 {_f1.Words("0.000")}, FAR {FalseAlarmRate.Words("0.0", 100, " %")}, MAR {MissedAlarmRate.Words("0.0", 100, " %")}, {EpisodesPerHour.Words("0.0")} false episodes per hour of normal";

    // Without one row of an event there is nothing to find, and an F1 of 0 would say that it was not found.
    static double? F1Of(AlarmTally t) => t.EventRows > 0 ? t.Hits / (t.Hits + ((t.FalseAlarms + t.Misses) / 2)) : null;

    static double? PrecisionOf(AlarmTally t) => t.Hits + t.FalseAlarms > 0 ? t.Hits / (t.Hits + t.FalseAlarms) : null;

    static double? FalseAlarmRateOf(AlarmTally t) => t.NormalRows > 0 ? t.FalseAlarms / t.NormalRows : null;

    static double? MissedAlarmRateOf(AlarmTally t) => t.EventRows > 0 ? t.Misses / t.EventRows : null;

    static double? EpisodesPerHourOf(AlarmTally t) => t.NormalHours > 0 ? t.FalseEpisodes / t.NormalHours : null;

    /// <summary>1 - FAR - MAR (Youden's J): 0 for any detector that does not look, however often it alarms.</summary>
    static double? InformednessOf(AlarmTally t) => 1 - FalseAlarmRateOf(t) - MissedAlarmRateOf(t);
}
