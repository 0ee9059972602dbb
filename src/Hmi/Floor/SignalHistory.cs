using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi.Floor;

/// <summary>One watched signal: the sample that arrived last and the recent numbers.</summary>
sealed class SignalHistory(WatchedSignal signal, int pointsMax)
{
    internal WatchedSignal Signal { get; } = signal;

    /// <summary>By arrival, not by time: after a PLC clock fell back the screen must not stand still at the highest time ever seen.</summary>
    internal Sample? Newest { get; private set; }

    internal PointRing Points { get; } = new(pointsMax);

    internal void Add(in Sample sample)
    {
        Newest = sample;
        // What the source itself calls bad is no measurement; the lane shows a gap and the table the word.
        if (!sample.Quality.IsBad && sample.Value.TryNumber(out double number) && double.IsFinite(number))
            Points.Add(sample.Event.UnixNanoseconds, number);
    }
}
