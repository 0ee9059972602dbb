namespace EdgeRuntime.Hq.Evaluation;

/// <summary>How much better one set of alarms is than another, in everything that <see cref="AlarmQuality"/> holds together, and again never in F1 alone.</summary>
sealed class AlarmDifference(Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodesPerHour, Estimate informedness)
{
    /// <summary>Of 1 - FAR - MAR, which no detector gets by alarming more or less.</summary>
    internal Estimate Informedness => informedness;

    /// <summary>Both F1 and 1 - FAR - MAR are above by more than chance would give in 39 of 40 draws; null where nobody can tell.</summary>
    internal bool? IsClearlyAbove => f1.Low is { } low && informedness.Low is { } informed ? low > 0 && informed > 0 : null;

    internal void Deconstruct(out Estimate f1Difference, out Estimate falseAlarmRateDifference, out Estimate missedAlarmRateDifference, out Estimate episodesPerHourDifference) =>
        (f1Difference, falseAlarmRateDifference, missedAlarmRateDifference, episodesPerHourDifference) = (f1, falseAlarmRate, missedAlarmRate, episodesPerHour);

    public override string ToString() =>
        $"F1 {f1.Words("+0.000;-0.000;0.000")}, FAR {falseAlarmRate.Words("+0.0;-0.0;0.0", 100, " points")}, MAR {missedAlarmRate.Words("+0.0;-0.0;0.0", 100, " points")}, {episodesPerHour.Words("+0.0;-0.0;0.0")} false episodes per hour of normal";
}
