using System.Globalization;
using System.Text;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>How a file is written. The three known ones need no further word.</summary>
/// <param name="TimeFormats">.NET custom formats, or the single word <c>iso8601</c>, <c>unix-s</c> or <c>unix-ms</c>.</param>
/// <param name="Labels">Columns that say what is true; they never travel with the telemetry.</param>
sealed record CsvDialect(char Delimiter, string TimeColumn, IReadOnlyList<string> TimeFormats, IReadOnlyList<string> Labels)
{
    public const string Generic = "generic";
    public static readonly IReadOnlyList<string> LabelsUnlessTold = ["anomaly", "changepoint", "class"];

    const string Seconds = "yyyy-MM-dd HH:mm:ss";
    const string Fractions = "yyyy-MM-dd HH:mm:ss.FFFFFFF";

    /// <summary>SKAB, Petrobras 3W (version 1) and NAB as published.</summary>
    public static readonly IReadOnlyDictionary<string, CsvDialect> Known = new Dictionary<string, CsvDialect>(StringComparer.Ordinal)
    {
        ["skab"] = new(';', "datetime", [Seconds], LabelsUnlessTold),
        ["3w"] = new(',', "timestamp", [Fractions], LabelsUnlessTold),
        ["nab"] = new(',', "timestamp", [Seconds, Fractions], LabelsUnlessTold),
    };

    /// <summary>The time as written, without a zone unless the text has one.</summary>
    public bool TryReadTime(ReadOnlySpan<byte> cell, out DateTime naive)
    {
        naive = default;
        if (cell.Length > 64)
            return false;
        string text = Encoding.UTF8.GetString(cell);
        switch (TimeFormats[0])
        {
            case "iso8601":
                return PlantTime.TryParse(text, out naive);
            case "unix-s" or "unix-ms":
                return TryReadUnix(text, TimeFormats[0] == "unix-s" ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond, out naive);
            default:
                if (!DateTime.TryParseExact(text, [.. TimeFormats], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out naive))
                    return false;
                return true;
        }
    }

    static bool TryReadUnix(string text, long ticksPerUnit, out DateTime utc)
    {
        utc = default;
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal units))
            return false;
        decimal ticks = (units * ticksPerUnit) + DateTime.UnixEpoch.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks)
            return false;
        utc = new DateTime((long)ticks, DateTimeKind.Utc);
        return true;
    }
}
