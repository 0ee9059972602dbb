namespace EdgeRuntime.Hmi.Floor;

/// <summary>The newest <see cref="CallsMax"/> of something, oldest first: enough to say "the last 100 answers".</summary>
sealed class RecentCalls<T>
{
    internal const int CallsMax = 100;

    readonly Queue<T> _calls = new(CallsMax);

    internal int Count => _calls.Count;

    internal void Add(T call)
    {
        if (_calls.Count == CallsMax)
            _calls.Dequeue();
        _calls.Enqueue(call);
    }

    internal T[] ToArray() => [.. _calls];
}

/// <summary>Nearest-rank percentiles of few values.</summary>
static class Percentile
{
    /// <param name="share">0 to 1.</param>
    /// <returns>Null for no values.</returns>
    internal static double? Of(IReadOnlyList<long> values, double share)
    {
        if (values.Count == 0)
            return null;
        long[] sorted = [.. values.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
