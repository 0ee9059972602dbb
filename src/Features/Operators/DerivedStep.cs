using EdgeRuntime.Features.Definition;

namespace EdgeRuntime.Features.Operators;

/// <summary>difference, ratio, zscore and residual: made of features of the same moment. What one of them misses, this misses for the same reason.</summary>
/// <param name="sources">Their places in the order of computation.</param>
sealed class DerivedStep(FeatureDefinition feature, int[] sources) : FeatureStep
{
    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        foreach (int source in sources)
        {
            if (done[source].Fault is { } fault)
                return FeatureValue.Missing(fault);
        }

        double first = done[sources[0]].Number;
        return FeatureValue.Of(feature.Operator switch
        {
            FeatureOperator.Difference => first - done[sources[1]].Number,
            FeatureOperator.Ratio => first / done[sources[1]].Number,
            FeatureOperator.ZScore => (first - feature.Mean) / feature.Std,
            FeatureOperator.Residual => first - Expected(done),
            _ => throw new InvalidOperationException($"{feature.Operator} is not made of features."),
        });
    }

    double Expected(ReadOnlySpan<FeatureValue> done)
    {
        double expected = feature.Intercept;
        for (int i = 1; i < sources.Length; i++)
            expected += feature.Coefficients[i - 1] * done[sources[i]].Number;
        return expected;
    }
}
