namespace EdgeRuntime.Facts;

/// <summary>When it happened on the floor, by the source's own clock. Nanoseconds since 1970-01-01T00:00:00Z.</summary>
public readonly record struct EventTime(long UnixNanoseconds) : IComparable<EventTime>
{
    public int CompareTo(EventTime other) => UnixNanoseconds.CompareTo(other.UnixNanoseconds);
    public static bool operator <(EventTime left, EventTime right) => left.UnixNanoseconds < right.UnixNanoseconds;
    public static bool operator >(EventTime left, EventTime right) => left.UnixNanoseconds > right.UnixNanoseconds;
    public static bool operator <=(EventTime left, EventTime right) => left.UnixNanoseconds <= right.UnixNanoseconds;
    public static bool operator >=(EventTime left, EventTime right) => left.UnixNanoseconds >= right.UnixNanoseconds;

    /// <summary>ISO 8601 in UTC; sub-second digits only as far as they are not zero.</summary>
    public override string ToString() => Iso8601.Format(UnixNanoseconds);
}
