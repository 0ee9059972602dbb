using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Facts;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>
/// First-order lag in event time: y += (dt / (T + dt)) · (v - y), the first value starting it. The weight is this quotient and not 1 - exp(-dt/T),
/// because an exponential has other last bits on other machines. A sample that comes after its moment was closed has no part in it.
/// </summary>
sealed class EwmaStep(SignalHistory history, long timeConstant, long? maxAge) : FeatureStep
{
    readonly double _seconds = timeConstant / 1e9;
    bool _started;
    long _at;
    double _level;

    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        int to = history.CountAtOrBefore(moment);
        for (int i = history.ClosedCount; i < to; i++)
        {
            HeldSample sample = history[i];
            if (sample.Taken)
                Take(sample);
        }

        if (!_started)
            return FeatureValue.Missing(history.WasSeenBy(moment) ? FeatureFault.Rejected : FeatureFault.NoSamples);
        return moment - _at > maxAge ? FeatureValue.Missing(FeatureFault.Stale) : FeatureValue.Of(_level);
    }

    public override bool IsEndless => true;

    public override void Save(CanonicalWriter to)
    {
        to.Bool(_started);
        to.Fixed64(_at);
        to.Double(_level);
    }

    public override void Restore(ref CanonicalReader from) => (_started, _at, _level) = (from.Bool(), from.Fixed64(), from.Double());

    void Take(in HeldSample sample)
    {
        if (_started)
        {
            double step = (sample.At - _at) / 1e9;
            _level += step / (_seconds + step) * (sample.Value - _level);
        }
        else
        {
            _level = sample.Value;
        }

        (_started, _at) = (true, sample.At);
    }
}
