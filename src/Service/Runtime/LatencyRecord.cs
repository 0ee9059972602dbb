namespace EdgeRuntime.Service.Runtime;

/// <summary>The newest latencies, for percentiles. Not safe for several threads by itself.</summary>
sealed class LatencyRecord
{
    /// <summary>18 hours at one decision a second.</summary>
    const int KeptMax = 65_536;

    readonly List<double> _microseconds = [];
    int _next;

    public void Add(double microseconds)
    {
        if (_microseconds.Count < KeptMax)
        {
            _microseconds.Add(microseconds);
            return;
        }

        _microseconds[_next] = microseconds;
        _next = (_next + 1) % KeptMax;
    }

    /// <summary>Nearest-rank percentile; null when there is nothing.</summary>
    public double? Percentile(double share)
    {
        if (_microseconds.Count == 0)
            return null;
        double[] sorted = [.. _microseconds.Order()];
        return sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
    }
}
