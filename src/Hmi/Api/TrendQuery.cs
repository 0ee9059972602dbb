using System.Globalization;
using EdgeRuntime.Hmi.Floor;

namespace EdgeRuntime.Hmi.Api;

/// <summary>The window of a trend as asked for in a query string.</summary>
/// <param name="From">Nanoseconds, inclusive; null: five minutes before the end.</param>
/// <param name="To">Nanoseconds, exclusive; null: the newest sample.</param>
sealed record TrendQuery(long? From, long? To, int Columns)
{
    const int ColumnsDefault = 600;
    const long WindowDefault = 300_000_000_000;

    /// <returns>The query, or one plain sentence saying what is wrong with it.</returns>
    internal static (TrendQuery? Query, string? Wrong) Parse(string? from, string? to, string? columns)
    {
        int count = ColumnsDefault;
        if (columns is not null
            && (!int.TryParse(columns, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count is < 1 or > TrendColumns.ColumnsMax))
            return (null, $"columns is '{columns}'; it must be a whole number from 1 to {TrendColumns.ColumnsMax}.");
        if (!TryTime(from, out long? start))
            return (null, NotATime("from", from));
        if (!TryTime(to, out long? end))
            return (null, NotATime("to", to));
        return (new TrendQuery(start, end, count), null);
    }

    /// <param name="edge">Event time of the newest sample, nanoseconds.</param>
    /// <returns>The window, or one plain sentence saying what is wrong with it.</returns>
    internal (long From, long To, string? Wrong) Window(long edge)
    {
        long to = To ?? edge + 1;
        long from = From ?? to - WindowDefault;
        return from >= to ? (from, to, "from must be earlier than to.")
            : (Int128)to - from > TrendColumns.WindowMax.Ticks * 100 ? (from, to, $"The window is longer than {TrendColumns.WindowMax.TotalDays:0} days; ask for a shorter one.")
            : (from, to, null);
    }

    internal static string NotATime(string key, string? said) =>
        $"{key} is '{said}'; it must be milliseconds since 1970-01-01T00:00:00Z or a time such as 2026-03-15T14:47:00Z, from 1970 to 2262.";

    internal static bool TryTime(string? text, out long? nanoseconds)
    {
        nanoseconds = null;
        if (text is null)
            return true;
        double milliseconds;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
            milliseconds = number;
        else if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            milliseconds = (time - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        else
            return false;
        // 64-bit nanoseconds end in 2262.
        if (milliseconds is not (>= 0 and < 9.2e12))
            return false;
        nanoseconds = (long)(milliseconds * 1e6);
        return true;
    }
}
