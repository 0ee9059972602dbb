namespace EdgeRuntime.Hmi.Floor;

/// <summary>
/// "Received = stored + accounted", held against the clock: whatever was received must be durable or have a cause within
/// <see cref="SettleTime"/>. Until then it is being written, which is neither. Not safe for several threads.
/// </summary>
sealed class Reconciliation
{
    /// <summary>A thousand times the longest wait of a group commit (5 ms).</summary>
    internal static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    readonly Queue<(long At, long Received)> _seen = new();
    long _due;

    /// <param name="now">Nanoseconds; never goes back more than the settle time.</param>
    internal ReconciliationLine Check(long now, long received, long stored, IReadOnlyDictionary<string, long> accounted)
    {
        long explained = 0;
        foreach (long count in accounted.Values)
            explained += count;
        _seen.Enqueue((now, received));
        while (_seen.TryPeek(out (long At, long Received) oldest) && now - oldest.At >= SettleTime.Ticks * 100)
        {
            _due = oldest.Received;
            _seen.Dequeue();
        }

        long missing = Math.Max(0, _due - stored - explained);
        long tooMany = Math.Max(0, stored + explained - received);
        return new ReconciliationLine(received, stored, explained, accounted, received - stored - explained, missing, tooMany);
    }
}

/// <param name="Accounted">Values not stored, with a cause.</param>
/// <param name="BeingWritten">Received, not yet durable, not refused.</param>
/// <param name="Missing">Received longer ago than the settle time and neither stored nor accounted for.</param>
/// <param name="TooMany">Stored or accounted for without having been received.</param>
sealed record ReconciliationLine(
    long Received, long Stored, long Accounted, IReadOnlyDictionary<string, long> ByCause, long BeingWritten, long Missing, long TooMany)
{
    internal bool Balances => Missing == 0 && TooMany == 0;
}
