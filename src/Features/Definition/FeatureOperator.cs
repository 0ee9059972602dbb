namespace EdgeRuntime.Features.Definition;

/// <summary>What a feature does. Formulas are in OPERATORS.md; a changed formula is a new <see cref="CanonicalForm.OperatorsVersion"/>.</summary>
enum FeatureOperator
{
    Last,
    Lag,
    Age,
    Ewma,
    Mean,
    Std,
    Min,
    Max,
    Rms,
    Slope,
    Rate,
    Count,
    BadRatio,
    Kurtosis,
    Crest,
    BandEnergy,
    TimeInState,
    Difference,
    Ratio,
    ZScore,
    Residual,
}

static class FeatureOperators
{
    /// <summary>The words of the document.</summary>
    public static readonly Dictionary<string, FeatureOperator> ByName = new()
    {
        ["last"] = FeatureOperator.Last,
        ["lag"] = FeatureOperator.Lag,
        ["age"] = FeatureOperator.Age,
        ["ewma"] = FeatureOperator.Ewma,
        ["mean"] = FeatureOperator.Mean,
        ["std"] = FeatureOperator.Std,
        ["min"] = FeatureOperator.Min,
        ["max"] = FeatureOperator.Max,
        ["rms"] = FeatureOperator.Rms,
        ["slope"] = FeatureOperator.Slope,
        ["rate"] = FeatureOperator.Rate,
        ["count"] = FeatureOperator.Count,
        ["bad-ratio"] = FeatureOperator.BadRatio,
        ["kurtosis"] = FeatureOperator.Kurtosis,
        ["crest"] = FeatureOperator.Crest,
        ["band-energy"] = FeatureOperator.BandEnergy,
        ["time-in-state"] = FeatureOperator.TimeInState,
        ["difference"] = FeatureOperator.Difference,
        ["ratio"] = FeatureOperator.Ratio,
        ["zscore"] = FeatureOperator.ZScore,
        ["residual"] = FeatureOperator.Residual,
    };

    public static string Name(this FeatureOperator op) => ByName.First(pair => pair.Value == op).Key;

    /// <summary>Takes features, not a signal.</summary>
    public static bool IsDerived(this FeatureOperator op) => op >= FeatureOperator.Difference;

    public static bool HasWindow(this FeatureOperator op) => op is >= FeatureOperator.Mean and <= FeatureOperator.TimeInState;
}
