namespace EdgeRuntime.Hq.Training;

/// <summary>How a classifier is fitted, calibrated and given its alarm settings.</summary>
sealed record ClassifierOptions
{
    /// <summary>How trees are boosted; null: logistic regression instead.</summary>
    public BoostingOptions? Boosting { get; init; } = new();

    public LogisticOptions Logistic { get; init; } = new();

    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.Platt;

    /// <summary>Every how many rows of a recording one is fitted on. 1 unless told: neighbours whose windows overlap say nearly the same and cost as much.</summary>
    public int RowStep { get; init; } = 1;

    /// <summary>What false alarms may cost.</summary>
    public AlarmLimits Limits { get; init; } = new();
}
