using System.CommandLine.Parsing;
using System.Globalization;
using System.Xml;

namespace EdgeRuntime.Service.Verbs;

/// <summary>A span of time on a command line: 30s, 5m, 2h, or ISO 8601 as PT30S.</summary>
static class Span
{
    public static TimeSpan? Parse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 0 ? "" : result.Tokens[0].Value;
        if (TryParse(text, out TimeSpan span) && span > TimeSpan.Zero)
            return span;
        result.AddError($"'{text}' is not a span of time; write 30s, 5m, 2h or PT30S.");
        return null;
    }

    static bool TryParse(string text, out TimeSpan span)
    {
        span = default;
        if (text.Length < 2)
            return false;
        if (text[0] == 'P')
        {
            try
            {
                span = XmlConvert.ToTimeSpan(text);
                return true;
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                return false;
            }
        }

        if (!double.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count))
            return false;
        TimeSpan? unit = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            _ => null,
        };
        if (unit is not { } one || count > TimeSpan.MaxValue / one)
            return false;
        span = one * count;
        return true;
    }
}
