namespace EdgeRuntime.Facts;

/// <summary>When the server between the source and this box saw it, by the server's clock. Nanoseconds since 1970-01-01T00:00:00Z.</summary>
public readonly record struct ServerTime(long UnixNanoseconds)
{
    public override string ToString() => Iso8601.Format(UnixNanoseconds);
}
