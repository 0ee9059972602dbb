namespace EdgeRuntime.Mqtt;

/// <summary>
/// How long to wait before the next try: short at first, doubling, with jitter, so that a hundred boxes do not come back in the same second after the
/// broker did. A connection that lived for <see cref="Settled"/> starts it over; one that dies at once does not.
/// </summary>
sealed class ReconnectDelay(TimeProvider time, Random jitter)
{
    internal static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    int _failures;
    long? _connectedAt;

    internal void Connected() => _connectedAt = time.GetTimestamp();

    internal TimeSpan Next()
    {
        if (_connectedAt is { } since && time.GetElapsedTime(since) >= Settled)
            _failures = 0;
        _connectedAt = null;
        // 200 ms * 2^8 is past the longest; further doubling would only overflow.
        double full = Math.Min(First.TotalMilliseconds * (1 << Math.Min(_failures++, 8)), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (jitter.NextDouble() / 2)));
    }
}
