using EdgeRuntime.Facts;
using EdgeRuntime.Features.Definition;
using EdgeRuntime.Features.Windows;

namespace EdgeRuntime.Features.Operators;

/// <summary>Seconds of the window in which the value that was held lay in the state. A value is held until the next taken one, at most for the signal's maxAge.</summary>
sealed class TimeInStateStep(FeatureDefinition feature, SignalHistory history, long? maxAge) : FeatureStep
{
    public override FeatureValue At(long moment, ReadOnlySpan<FeatureValue> done)
    {
        long from = moment - feature.Window.Nanoseconds();
        HeldSample? held = history.TryNewestTaken(from, out long heldAt, out double heldValue) ? new HeldSample(heldAt, heldValue, true, 0, 0) : null;
        bool anyKnown = false, anyTaken = held is not null;
        long inState = 0;
        int to = history.CountAtOrBefore(moment);
        for (int i = history.CountAtOrBefore(from); i < to; i++)
        {
            HeldSample sample = history[i];
            if (!sample.Taken)
                continue;
            anyTaken = true;
            if (held is { } before)
                Add(before, sample.At);
            held = sample;
        }

        if (held is { } last)
            Add(last, moment);
        if (!anyTaken)
            return FeatureValue.Missing(history.WasSeenBy(moment) ? FeatureFault.Rejected : FeatureFault.NoSamples);
        return anyKnown ? FeatureValue.Of(inState / 1e9) : FeatureValue.Missing(FeatureFault.Stale);

        void Add(in HeldSample sample, long until)
        {
            long end = maxAge is { } age ? Math.Min(until, sample.At + age) : until;
            long start = Math.Max(sample.At, from);
            if (end < start || (end == start && start == from))
                return;
            anyKnown = true;
            if (sample.Value >= feature.State.Low && sample.Value <= feature.State.High)
                inState += end - start;
        }
    }
}
