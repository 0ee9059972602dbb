using EdgeRuntime.Settings;
using EdgeRuntime.Telemetry.Times;

namespace EdgeRuntime.Telemetry.Definition;

/// <summary>The section <c>time</c> of a mapping.</summary>
static class TimeReader
{
    static readonly Dictionary<string, TimeFormat> Formats = new()
    {
        ["iso8601"] = TimeFormat.Iso8601,
        ["unix-s"] = TimeFormat.UnixSeconds,
        ["unix-ms"] = TimeFormat.UnixMilliseconds,
        ["unix-us"] = TimeFormat.UnixMicroseconds,
        ["unix-ns"] = TimeFormat.UnixNanoseconds,
    };

    /// <param name="fieldKey">What the place of the time is called: <c>field</c> in JSON, <c>column</c> in CSV.</param>
    internal static TimeMapping? Read(SettingsNode mapping, string fieldKey)
    {
        if (mapping.OptionalSection("time") is not { } time)
            return null;
        string format = time.TextOr("format", "iso8601");
        bool custom = !Formats.TryGetValue(format, out TimeFormat known);
        if (custom && !IsDotNetFormat(format))
            time.Violate("format", $"is '{format}'; it must be one of {string.Join(", ", Formats.Keys)}, or a .NET format such as yyyy-MM-dd HH:mm:ss.");
        return new TimeMapping(time.Text(fieldKey), custom ? TimeFormat.Custom : known, custom ? format : "", Zone(time));
    }

    static TimeZoneInfo? Zone(SettingsNode time)
    {
        if (time.OptionalText("zone") is not { } zone)
            return null;
        if (zone is "utc" or "naive-as-utc")
            return TimeZoneInfo.Utc;
        if (TimeZoneInfo.TryFindSystemTimeZoneById(zone, out TimeZoneInfo? found))
            return found;
        time.Violate("zone", $"is '{zone}'; it must be utc, naive-as-utc (no zone is written and UTC is meant), or a zone's name such as Europe/Berlin.");
        return null;
    }

    // A format must at least name year, month and day, or the day would be made up.
    static bool IsDotNetFormat(string format) => format.Contains("yy", StringComparison.Ordinal) && format.Contains('M') && format.Contains('d');
}
