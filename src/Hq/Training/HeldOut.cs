namespace EdgeRuntime.Hq.Training;

/// <summary>What a classifier said of rows it was not fitted on, and what people say they were: what a calibration is fitted on.</summary>
sealed record HeldOut(IReadOnlyList<double> LogOdds, IReadOnlyList<bool> IsEvent)
{
    /// <exception cref="TrainingException">One kind of rows is missing, or the log odds do not rise with the truth.</exception>
    internal ICalibration Fit(CalibrationMethod method)
    {
        if (LogOdds.Count != IsEvent.Count)
            throw new ArgumentException($"There are {LogOdds.Count} log odds for {IsEvent.Count} rows.");
        if (!IsEvent.Contains(true) || !IsEvent.Contains(false))
            throw new TrainingException("The held-out rows are of one kind only; a calibration needs events and normal rows: hold out more recordings.");
        return method switch
        {
            CalibrationMethod.Platt => PlattCalibration.Fit(this),
            CalibrationMethod.Isotonic => IsotonicCalibration.Fit(this),
            _ => TemperatureCalibration.Fit(this),
        };
    }

    internal TrainingException KnowsNothing() => new(
        $"On the {LogOdds.Count} held-out rows the model's score does not rise with the truth: it has learned nothing that holds on other recordings, and no calibration can mend that. Look at the features and the labels.");
}
