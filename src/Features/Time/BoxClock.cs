using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Time;

/// <summary>
/// The box's time as it passes: ingest times and ticks with their steps taken out. A box that was off, or whose clock was set, did not listen
/// to silence meanwhile, so such a step must not close windows.
/// </summary>
sealed class BoxClock
{
    bool _hasLast;
    long _last;
    long _skipped;

    /// <summary>Continuous box time for an ingest time or a tick, seen in the order of the journal.</summary>
    public long Observe(long unixNanoseconds)
    {
        long raw = Math.Clamp(unixNanoseconds, -FeatureLimits.EventNanosecondsMax, FeatureLimits.EventNanosecondsMax);
        long step = raw - _last;
        if (_hasLast && step is > FeatureLimits.BoxStepNanosecondsMax or < -FeatureLimits.BoxStepNanosecondsMax)
            _skipped += step;
        (_hasLast, _last) = (true, raw);
        return raw - _skipped;
    }

    public void Save(CanonicalWriter to)
    {
        to.Bool(_hasLast);
        to.Fixed64(_last);
        to.Fixed64(_skipped);
    }

    public void Restore(ref CanonicalReader from) => (_hasLast, _last, _skipped) = (from.Bool(), from.Fixed64(), from.Fixed64());
}
