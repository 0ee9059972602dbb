using EdgeRuntime.Facts;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>last: the newest taken sample as of the moment.</summary>
/// <param name="signal">Place of the signal in the definition.</param>
/// <param name="maxAge">How long a value is held; null: for ever.</param>
sealed class LastStep(HeldNow held, SignalHistory history, int signal, long? maxAge) : FeatureStep
{
    readonly long _maxAge = maxAge ?? long.MaxValue;

    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done) => At(moment);

    public FeatureValue At(long moment)
    {
        if (!held.Try(signal, out long at, out double value))
            return FeatureValue.Missing(history.WasSeenBy(moment) ? FeatureFault.Rejected : FeatureFault.NoSamples);
        return moment - at > _maxAge ? FeatureValue.Missing(FeatureFault.Stale) : FeatureValue.Of(value);
    }
}
