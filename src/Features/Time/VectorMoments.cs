using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Time;

/// <summary>The moments at which vectors are made: the points of a grid aligned to the Unix epoch, or every event time that carries a sample.</summary>
/// <param name="every">Distance of the grid's points; 0: each event time.</param>
sealed class VectorMoments(long every)
{
    bool _hasLast;
    long _last;

    /// <summary>The newest moment whose vector is out; samples at or before it are late.</summary>
    public long? Last => _hasLast ? _last : null;

    /// <summary>A sample at <paramref name="moment"/> is late.</summary>
    public bool IsOut(long moment) => _hasLast && moment <= _last;

    public void Close(long moment) => (_hasLast, _last) = (true, moment);

    public void Forget() => _hasLast = false;

    public void Save(CanonicalWriter to) => to.Optional64(Last);

    public void Restore(ref CanonicalReader from)
    {
        long? last = from.Optional64();
        (_hasLast, _last) = (last is not null, last ?? 0);
    }

    /// <summary>The next moment, as far as the samples known now tell; null when there is none before <paramref name="watermark"/>.</summary>
    /// <param name="earliestOpen">Event time of the earliest sample after <see cref="Last"/>.</param>
    public long? Due(long? earliestOpen, long watermark)
    {
        long? next = every == 0 ? earliestOpen : NextOnGrid(earliestOpen, watermark);
        return next < watermark ? next : null;
    }

    long? NextOnGrid(long? earliestOpen, long watermark)
    {
        if (Last is not { } last)
            return earliestOpen is { } first ? AtOrAfter(first) : null;
        long next = last + every;
        // A hole in the recording, or a clock that was set: thousands of empty vectors at once tell nobody anything.
        long until = earliestOpen ?? watermark;
        return until > next && (until - next) / every > FeatureLimits.HoleVectorsMax ? AtOrAfter(until) : next;
    }

    long AtOrAfter(long moment)
    {
        long remainder = moment % every;
        return remainder == 0 ? moment : remainder > 0 ? moment - remainder + every : moment - remainder;
    }
}
