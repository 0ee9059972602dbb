namespace EdgeRuntime.Hmi.Floor;

/// <summary>
/// "Received = stored + accounted", held against the clock. What was received a moment ago may still be on its way to the disk; two rules say
/// when that is no longer an excuse: more is under way than arrived within <see cref="SettleTime"/> (exact), or for a whole
/// <see cref="FloorTime"/> never less was under way than arrives in a quarter of a second (a loss that steady traffic would hide).
/// Not safe for several threads.
/// </summary>
sealed class Reconciliation
{
    /// <summary>A thousand times the longest wait of a group commit (5 ms).</summary>
    internal static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    internal static readonly TimeSpan FloorTime = TimeSpan.FromSeconds(60);

    /// <summary>Fewer looks than this in a <see cref="FloorTime"/> say nothing: nobody watched.</summary>
    const int LooksMin = 20;

    /// <summary>However often it is asked, so that a busy API does not fill the memory.</summary>
    static readonly TimeSpan LookApart = TimeSpan.FromMilliseconds(100);

    readonly Queue<Count> _looks = new();
    Count _newest;
    long _settledReceived;

    /// <param name="now">Nanoseconds of a clock that never goes back.</param>
    internal ReconciliationLine Check(long now, long received, long stored, IReadOnlyDictionary<string, long> accounted)
    {
        long explained = stored;
        foreach (long count in accounted.Values)
            explained += count;
        Remember(new Count(now, received, received - explained));
        long underWay = received - explained;
        long arrivedLately = received - _settledReceived;
        long least = LeastUnderWay(now);
        long missing = underWay > arrivedLately ? underWay - arrivedLately : least > QuarterSecondOf(now) ? least : 0;
        return new ReconciliationLine(received, stored, explained - stored, accounted, underWay, missing, Math.Max(0, -underWay), least);
    }

    void Remember(Count look)
    {
        if (_looks.Count == 0 || look.At - _newest.At >= Nanoseconds(LookApart))
        {
            _looks.Enqueue(look);
            _newest = look;
        }

        foreach (Count past in _looks)
        {
            if (look.At - past.At < Nanoseconds(SettleTime))
                break;
            _settledReceived = past.Received;
        }

        while (_looks.Peek() is var oldest && look.At - oldest.At > Nanoseconds(FloorTime))
            _looks.Dequeue();
    }

    /// <summary>The fewest values under way in the last <see cref="FloorTime"/>; 0 while that is not known.</summary>
    long LeastUnderWay(long now) =>
        _looks.Count >= LooksMin && now - _looks.Peek().At >= Nanoseconds(FloorTime) - Nanoseconds(SettleTime) ? Math.Max(0, _looks.Min(l => l.UnderWay)) : 0;

    long QuarterSecondOf(long now)
    {
        Count oldest = _looks.Peek();
        return now == oldest.At ? 0 : (long)((_newest.Received - oldest.Received) * 0.25e9 / (now - oldest.At));
    }

    static long Nanoseconds(TimeSpan span) => span.Ticks * 100;

    readonly record struct Count(long At, long Received, long UnderWay);
}

/// <param name="Accounted">Values not stored, with a cause.</param>
/// <param name="BeingWritten">Received, not yet durable, not refused.</param>
/// <param name="Missing">Received and neither stored nor accounted for, too long ago to be under way.</param>
/// <param name="TooMany">Stored or accounted for without having been received.</param>
/// <param name="LeastBeingWritten">The fewest under way in the last minute; 0 in a healthy box, or while that is not known.</param>
sealed record ReconciliationLine(
    long Received,
    long Stored,
    long Accounted,
    IReadOnlyDictionary<string, long> ByCause,
    long BeingWritten,
    long Missing,
    long TooMany,
    long LeastBeingWritten)
{
    internal bool Balances => Missing == 0 && TooMany == 0;
}
