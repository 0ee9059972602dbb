using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Features.Time;

/// <summary>How far one source's own time has come, and when the box learned of that.</summary>
sealed class SourceClock(string origin)
{
    public string Origin { get; } = origin;

    /// <summary>Newest event time of an input sample, in nanoseconds since 1970.</summary>
    public long Newest { get; private set; }

    /// <summary>Continuous box time of the batch that brought <see cref="Newest"/>.</summary>
    public long HeardAt { get; private set; } = long.MinValue;

    public bool HasTime => HeardAt != long.MinValue;

    public void Hear(long eventTime, long boxTime)
    {
        if (!HasTime || eventTime > Newest)
            (Newest, HeardAt) = (eventTime, boxTime);
    }

    public void Save(CanonicalWriter to)
    {
        to.Text(Origin);
        to.Fixed64(Newest);
        to.Fixed64(HeardAt);
    }

    public static SourceClock Restore(ref CanonicalReader from) => new(from.Text()) { Newest = from.Fixed64(), HeardAt = from.Fixed64() };
}
