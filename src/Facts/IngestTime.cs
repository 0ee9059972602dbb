namespace EdgeRuntime.Facts;

/// <summary>When this box learned of it, by its own clock. Nanoseconds since 1970-01-01T00:00:00Z. Order comes from <see cref="Position"/>, never from this.</summary>
public readonly record struct IngestTime(long UnixNanoseconds)
{
    /// <summary>The box's time now, through the seam that a simulation replaces.</summary>
    public static IngestTime Now(TimeProvider time) => new((time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100);

    public override string ToString() => Iso8601.Format(UnixNanoseconds);
}
