using System.Globalization;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Numbers as text, the same in every country; what is missing is n/a and never NaN.</summary>
static class Plain
{
    internal static string Number(double? value, string format) =>
        value is { } v && double.IsFinite(v) ? Unsigned(v.ToString(format, CultureInfo.InvariantCulture)) : "n/a";

    internal static string Percent(double? share, string format = "0.0") => share is { } s && double.IsFinite(s) ? Number(100 * s, format) + " %" : "n/a";

    internal static string Seconds(double? seconds) => seconds switch
    {
        null => "n/a",
        < 10 => Number(seconds, "0.0") + " s",
        < 600 => Number(seconds, "0") + " s",
        < 36_000 => Number(seconds / 60, "0") + " min",
        _ => Number(seconds / 3600, "0.0") + " h",
    };

    /// <summary>1 event, 2 events.</summary>
    internal static string Count(long count, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : many ?? one + "s")}");

    // A difference that rounds to nothing has no side.
    static string Unsigned(string text) => text.StartsWith('-') && text.AsSpan(1).IndexOfAnyInRange('1', '9') < 0 ? text[1..] : text;
}
