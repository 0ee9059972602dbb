using EdgeRuntime.Features.Operators;

namespace EdgeRuntime.Features.Windows;

/// <summary>The samples of one window (moment - length, moment], copied side by side once per moment for all operators that look at it.</summary>
sealed class WindowView(SignalHistory history, long length)
{
    double[] _values = new double[16];
    long[] _times = new long[16];
    int _taken;
    long? _moment;
    double? _mean;

    /// <summary>Values that validation took, in event time.</summary>
    public ReadOnlySpan<double> Values => _values.AsSpan(0, _taken);

    /// <summary>Their event times.</summary>
    public ReadOnlySpan<long> Times => _times.AsSpan(0, _taken);

    /// <summary>How many of the window's samples validation refused.</summary>
    public int Refused { get; private set; }

    /// <summary>The mean of <see cref="Values"/>, computed once for all operators that need it.</summary>
    public double Mean => _mean ??= WindowFormulas.Mean(Values);

    public void MoveTo(long moment)
    {
        if (_moment == moment)
            return;
        (_moment, _mean) = (moment, null);
        int from = history.CountAtOrBefore(moment - length), to = history.CountAtOrBefore(moment);
        if (to - from > _values.Length)
            Grow(to - from);
        _taken = history.CopyTaken(from, to, _values, _times);
        Refused = to - from - _taken;
    }

    /// <summary>After a vector is out the same moment may come again only with other samples.</summary>
    public void Forget() => _moment = null;

    void Grow(int needed)
    {
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)needed);
        (_values, _times) = (new double[size], new long[size]);
    }
}
