using EdgeRuntime.Facts;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>last: the newest taken sample as of the moment.</summary>
/// <param name="signal">Place of the signal in the definition.</param>
/// <param name="maxAge">How long a value is held; null: for ever.</param>
sealed class LastStep(HeldNow held, SignalHistory history, int signal, long? maxAge) : FeatureStep
{
    readonly long _maxAge = maxAge ?? long.MaxValue;

    /// <summary>What it looks at, side by side with others of its kind.</summary>
    public HeldValue HeldAt(int place) => new(place, signal, _maxAge);

    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        if (!held.Try(signal, out long at, out double value))
            return FeatureValue.Missing(history.WasSeenBy(moment) ? FeatureFault.Rejected : FeatureFault.NoSamples);
        return moment - at > _maxAge ? FeatureValue.Missing(FeatureFault.Stale) : FeatureValue.Of(value);
    }
}

/// <param name="Place">Of the feature in the order of computation.</param>
/// <param name="Signal">Its place in the definition.</param>
/// <param name="MaxAge">Nanoseconds that a value is held.</param>
readonly record struct HeldValue(int Place, int Signal, long MaxAge);
