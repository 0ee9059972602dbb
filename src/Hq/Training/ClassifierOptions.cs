namespace EdgeRuntime.Hq.Training;

/// <summary>How a classifier is fitted, calibrated and given its alarm settings.</summary>
sealed record ClassifierOptions
{
    /// <summary>How trees are boosted; null: logistic regression instead.</summary>
    public BoostingOptions? Boosting { get; init; } = new();

    public LogisticOptions Logistic { get; init; } = new();

    public CalibrationMethod Calibration { get; init; } = CalibrationMethod.Platt;

    /// <summary>In how many parts the recordings are held out in turn, for calibration and alarm settings. 4 unless told.</summary>
    public int Folds { get; init; } = 4;

    /// <summary>Every how many rows of a recording one is fitted on. 1 unless told: neighbours whose windows overlap say nearly the same and cost as much.</summary>
    public int RowStep { get; init; } = 1;

    /// <summary>What false alarms may cost.</summary>
    public AlarmLimits Limits { get; init; } = new();

    /// <summary>Of the folds. 1 unless told.</summary>
    public int Seed { get; init; } = 1;
}
