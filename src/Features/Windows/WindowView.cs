using EdgeRuntime.Features.Operators;

namespace EdgeRuntime.Features.Windows;

/// <summary>The samples of one window (moment - length, moment] that validation took, side by side, found once per moment for all operators that look at it.</summary>
sealed class WindowView(SignalHistory history, long length)
{
    // Used only where refused samples lie between.
    double[] _values = [];
    long[] _times = [];
    bool _isCopied;
    int _from;
    int _taken;
    bool _isPlaced;
    long _moment;
    bool _hasMean;
    double _mean;
    bool _hasStd;
    double _std;

    /// <summary>How many samples had gone or lay before the window at the last moment: the next begins there or a little behind.</summary>
    long _passed;

    /// <summary>Values that validation took, in event time.</summary>
    public ReadOnlySpan<double> Values => _isCopied ? _values.AsSpan(0, _taken) : history.Values(_from, _from + _taken);

    /// <summary>Their event times.</summary>
    public ReadOnlySpan<long> Times => _isCopied ? _times.AsSpan(0, _taken) : history.Times(_from, _from + _taken);

    /// <summary>How many of the window's samples validation refused.</summary>
    public int Refused { get; private set; }

    /// <summary>The mean of <see cref="Values"/>, computed once for all operators that need it.</summary>
    public double Mean
    {
        get
        {
            if (!_hasMean)
                (_hasMean, _mean) = (true, WindowFormulas.Mean(Values));
            return _mean;
        }
    }

    /// <summary>Their population standard deviation.</summary>
    public double Std
    {
        get
        {
            if (!_hasStd)
                (_hasStd, _std) = (true, WindowFormulas.Std(Values, Mean));
            return _std;
        }
    }

    /// <summary>How many they are.</summary>
    public int Taken => _taken;

    /// <summary>Takes what was computed of <see cref="Values"/> together with other windows.</summary>
    public void Take(double mean, double std) => (_hasMean, _mean, _hasStd, _std) = (true, mean, true, std);

    public void MoveTo(long moment)
    {
        if (_isPlaced && _moment == moment)
            return;
        (_isPlaced, _moment, _hasMean, _hasStd) = (true, moment, false, false);
        _from = history.CountAtOrBefore(moment - length, _passed - history.Gone);
        _passed = history.Gone + _from;
        int to = history.CountAtOrBefore(moment);
        _isCopied = !history.IsAllTaken;
        _taken = _isCopied ? CopyTaken(to) : to - _from;
        Refused = to - _from - _taken;
    }

    /// <summary>After a vector is out the same moment may come again only with other samples.</summary>
    public void Forget() => _isPlaced = false;

    int CopyTaken(int to)
    {
        int needed = to - _from;
        if (needed > _values.Length)
        {
            int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(16, needed));
            (_values, _times) = (new double[size], new long[size]);
        }

        return history.CopyTaken(_from, to, _values, _times);
    }
}
