namespace EdgeRuntime.Hmi.Floor;

/// <summary>The newest points of one series, in order of arrival, at most <paramref name="pointsMax"/>. Grows by doubling, so a quiet tag costs little.</summary>
sealed class PointRing(int pointsMax)
{
    const int PointsFirst = 64;

    long[] _times = new long[Math.Min(PointsFirst, pointsMax)];
    double[] _values = new double[Math.Min(PointsFirst, pointsMax)];
    int _head;

    internal int Count { get; private set; }

    /// <summary>Points ever added: a reader that remembers it can ask for what came since.</summary>
    internal long Added { get; private set; }

    internal void Add(long time, double value)
    {
        if (Count == _times.Length && Count < pointsMax)
            Grow();
        int at = (_head + Count) % _times.Length;
        _times[at] = time;
        _values[at] = value;
        if (Count < _times.Length)
            Count++;
        else
            _head = (_head + 1) % _times.Length;
        Added++;
    }

    /// <summary>From 0, the oldest kept.</summary>
    internal (long Time, double Value) this[int index]
    {
        get
        {
            int at = (_head + index) % _times.Length;
            return (_times[at], _values[at]);
        }
    }

    /// <summary>Index of the first point added after <paramref name="added"/> points had been.</summary>
    internal int IndexSince(long added) => (int)Math.Max(0, Count - (Added - added));

    void Grow()
    {
        int size = (int)Math.Min(pointsMax, _times.Length * 2L);
        var times = new long[size];
        var values = new double[size];
        for (int i = 0; i < Count; i++)
            (times[i], values[i]) = this[i];
        (_times, _values, _head) = (times, values, 0);
    }
}
