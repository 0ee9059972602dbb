namespace EdgeRuntime.Hmi.Floor;

/// <summary>
/// A series reduced to one lowest and one highest value per pixel column. Never sampled: a spike of one sample stays a spike, however long
/// the window. A column without a point holds NaN in both.
/// </summary>
sealed record TrendColumns(double[] Min, double[] Max)
{
    internal const int ColumnsMax = 2000;

    /// <summary>31 days: (window in ns) × <see cref="ColumnsMax"/> must stay below 2^63.</summary>
    internal static readonly TimeSpan WindowMax = TimeSpan.FromDays(31);

    /// <param name="from">First nanosecond of the window, inclusive.</param>
    /// <param name="to">End of the window, exclusive.</param>
    internal static TrendColumns Of(PointRing ring, long from, long to, int columns, int firstIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, ColumnsMax);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(to - from, WindowMax.Ticks * 100);
        ArgumentOutOfRangeException.ThrowIfLessThan(to - from, 1);
        var min = new double[columns];
        var max = new double[columns];
        Array.Fill(min, double.NaN);
        Array.Fill(max, double.NaN);
        // Points lie in order of arrival, not of time, so each is looked at: a late one belongs in its own column.
        for (int i = firstIndex; i < ring.Count; i++)
        {
            (long time, double value) = ring[i];
            if (time < from || time >= to)
                continue;
            int column = (int)((time - from) * columns / (to - from));
            // Written so that the first value of a column replaces NaN.
            if (!(min[column] <= value))
                min[column] = value;
            if (!(max[column] >= value))
                max[column] = value;
        }

        return new TrendColumns(min, max);
    }
}
