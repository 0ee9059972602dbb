using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Decisions.Postprocessing;

/// <summary>
/// Score → state with hysteresis and a minimum duration, by event time. An anomaly begins when the score has stayed above
/// <c>threshold</c> for <c>minDuration</c>; it ends when the score falls below <c>threshold - hysteresis</c>. Training chooses its settings by this very code.
/// </summary>
public sealed class Debounce(double threshold, double hysteresis, TimeSpan minDuration)
{
    EventTime? _aboveSince;

    public bool InAnomaly { get; private set; }

    /// <summary>What the next score is compared with.</summary>
    public double EffectiveThreshold => InAnomaly ? threshold - hysteresis : threshold;

    /// <summary>Nanoseconds that the score has been above the threshold at the last look; 0 when it is not.</summary>
    public long AboveFor { get; private set; }

    public bool Look(double score, EventTime at)
    {
        bool above = InAnomaly ? score >= threshold - hysteresis : score > threshold;
        if (!above)
        {
            _aboveSince = null;
            AboveFor = 0;
            InAnomaly = false;
            return false;
        }

        EventTime since = _aboveSince ??= at;
        AboveFor = at.UnixNanoseconds - since.UnixNanoseconds;
        InAnomaly |= AboveFor >= minDuration.Ticks * 100;
        return InAnomaly;
    }

    public void Save(CanonicalWriter to)
    {
        to.Optional64(_aboveSince?.UnixNanoseconds);
        to.Signed(AboveFor);
        to.Bool(InAnomaly);
    }

    public void Restore(ref CanonicalReader from)
    {
        _aboveSince = from.Optional64() is { } since ? new EventTime(since) : null;
        (AboveFor, InAnomaly) = (from.Signed(), from.Bool());
    }

    /// <summary>Nobody could give a score: what was pending starts anew, what was an anomaly is no longer known to be one.</summary>
    public void Forget()
    {
        _aboveSince = null;
        AboveFor = 0;
        InAnomaly = false;
    }
}
