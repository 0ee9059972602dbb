using EdgeRuntime.Facts;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>lag and age: the newest taken sample, as of the moment or of a lag before it.</summary>
/// <param name="maxAge">How long a value is held; null: for ever. An age has none: it is the number that says how old.</param>
sealed class HeldStep(FeatureOperator op, SignalHistory history, long lag, long? maxAge) : FeatureStep
{
    readonly long _maxAge = maxAge ?? long.MaxValue;

    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        long asOf = moment - lag;
        if (!history.TryNewestTaken(asOf, out long at, out double value))
            return FeatureValue.Missing(history.WasSeenBy(asOf) ? FeatureFault.Rejected : FeatureFault.NoSamples);
        if (op == FeatureOperator.Age)
            return FeatureValue.Of((moment - at) / 1e9);
        return asOf - at > _maxAge ? FeatureValue.Missing(FeatureFault.Stale) : FeatureValue.Of(value);
    }
}
