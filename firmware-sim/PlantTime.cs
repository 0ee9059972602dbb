using System.Globalization;
using System.Xml;

namespace EdgeRuntime.FirmwareSim;

/// <summary>Plant time as text: ISO 8601 in UTC, and durations as PT8S. No culture, no zone of this machine.</summary>
static class PlantTime
{
    public static string Format(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>As PT1H30M, which <see cref="TryParseDuration"/> reads.</summary>
    public static string Format(TimeSpan duration) => XmlConvert.ToString(duration);

    /// <summary>So that the times in the payloads are as short as a controller would write them.</summary>
    public static DateTime WholeMilliseconds(DateTime utc) => new(utc.Ticks - (utc.Ticks % TimeSpan.TicksPerMillisecond), DateTimeKind.Utc);

    public static bool TryParse(string text, out DateTime utc)
    {
        bool parsed = DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out DateTimeOffset time);
        utc = time.UtcDateTime;
        return parsed;
    }

    /// <summary>Days, hours, minutes and seconds only: a month has no fixed length.</summary>
    public static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        string date = text.Split('T')[0];
        if (!text.StartsWith('P') || date.Contains('Y', StringComparison.Ordinal) || date.Contains('M', StringComparison.Ordinal))
            return false;
        try
        {
            duration = XmlConvert.ToTimeSpan(text);
            return true;
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return false;
        }
    }
}
