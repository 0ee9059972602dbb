using EdgeRuntime.Facts;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>An operator over the window that ends at the moment.</summary>
sealed class WindowStep(FeatureOperator op, WindowView window) : FeatureStep
{
    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        window.MoveTo(moment);
        if (op is FeatureOperator.Mean or FeatureOperator.Std && window.Taken > 0)
            return FeatureValue.Of(op == FeatureOperator.Mean ? window.Mean : window.Std);
        ReadOnlySpan<double> values = window.Values;
        int all = values.Length + window.Refused;
        if (op == FeatureOperator.Count)
            return FeatureValue.Of(values.Length);
        if (all == 0)
            return FeatureValue.Missing(FeatureFault.NoSamples);
        if (op == FeatureOperator.BadRatio)
            return FeatureValue.Of((double)window.Refused / all);
        return values.IsEmpty ? FeatureValue.Missing(FeatureFault.Rejected) : FeatureValue.Of(Number(values, moment));
    }

    double Number(ReadOnlySpan<double> values, long moment) => op switch
    {
        FeatureOperator.Mean => window.Mean,
        FeatureOperator.Std => window.Std,
        FeatureOperator.Min => WindowFormulas.Min(values),
        FeatureOperator.Max => WindowFormulas.Max(values),
        FeatureOperator.Rms => WindowFormulas.Rms(values),
        FeatureOperator.Kurtosis => WindowFormulas.Kurtosis(values),
        FeatureOperator.Crest => WindowFormulas.Crest(values),
        FeatureOperator.Slope => WindowFormulas.Slope(values, window.Times, moment),
        FeatureOperator.Rate => WindowFormulas.Rate(values, window.Times),
        _ => throw new InvalidOperationException($"{op} has no window."),
    };
}
