using EdgeRuntime.Facts;

namespace EdgeRuntime.Telemetry.Times;

enum TimeFormat
{
    Iso8601,
    UnixSeconds,
    UnixMilliseconds,
    UnixMicroseconds,
    UnixNanoseconds,
    Custom,
}

/// <summary>Where a payload says when it happened, and how.</summary>
/// <param name="Field">JSON path or column.</param>
/// <param name="Custom">A .NET format, where <paramref name="Format"/> says so.</param>
/// <param name="Zone">What a time without an offset means; null: nobody said, so such a time is refused.</param>
sealed record TimeMapping(string Field, TimeFormat Format, string Custom, TimeZoneInfo? Zone)
{
    // Before 2000 a device's clock has lost its battery (1970, 1980); tomorrow has not happened on any floor.
    const long EarliestUnixNanoseconds = 946_684_800_000_000_000;
    const long AheadNanosecondsMax = 86_400_000_000_000;

    /// <returns>The rule that is broken, or null.</returns>
    internal string? Read(ReadOnlySpan<byte> text, IngestTime ingest, out EventTime at, out string what)
    {
        if (!TimeText.TryRead(this, text, out long nanoseconds, out string why))
        {
            at = default;
            what = $"the time {Quote(text)} {why}";
            return RefusalRules.TimeUnreadable;
        }

        at = new EventTime(nanoseconds);
        if (nanoseconds < EarliestUnixNanoseconds)
        {
            what = $"the time {at} is before 2000; check the sender's clock and the format.";
            return RefusalRules.TimeImplausible;
        }

        if (nanoseconds - ingest.UnixNanoseconds > AheadNanosecondsMax)
        {
            what = $"the time {at} is more than a day ahead of this box ({ingest}); check both clocks and the format.";
            return RefusalRules.TimeImplausible;
        }

        what = "";
        return null;
    }

    static string Quote(ReadOnlySpan<byte> text) => $"'{System.Text.Encoding.UTF8.GetString(text[..Math.Min(text.Length, 40)])}'";
}
