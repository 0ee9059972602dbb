using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>Text to a value of the type that the tag's contract says.</summary>
static class TextValue
{
    const long ExactDoubleMax = 1L << 53;

    /// <returns>The rule that is broken, or null.</returns>
    internal static string? Read(ReadOnlySpan<char> text, TagContract tag, char decimalPoint, out TagValue value, out string what)
    {
        value = default;
        what = "";
        text = text.Trim();
        switch (tag.Type)
        {
            case TagType.String:
                value = TagValue.Of(text.ToString());
                return null;
            case TagType.Bool:
                return ReadBool(text, tag, out value, out what);
            default:
                if (decimalPoint == '.')
                    return ReadNumber(text, tag, out value, out what);
                // With a decimal comma a point can only part thousands, or come from another sender: 1.234 must not become 1.234.
                if (!text.Contains('.'))
                    return ReadNumber(text.ToString().Replace(decimalPoint, '.'), tag, out value, out what);
                what = WrongType(tag, $"the text '{Shortened(text)}' where numbers have a decimal comma");
                return RefusalRules.WrongType;
        }
    }

    /// <summary>Numbers for a whole-number tag may be written 3 or 3.0, not 3.5.</summary>
    internal static string? FromDouble(double number, TagContract tag, out TagValue value, out string what)
    {
        value = default;
        what = "";
        if (!double.IsFinite(number))
        {
            what = $"{tag.Id} is not a finite number; a sensor that cannot measure should send nothing, or null.";
            return RefusalRules.NotANumber;
        }

        if (tag.Type == TagType.Double)
        {
            value = TagValue.Of(number);
            return null;
        }

        if (number == Math.Floor(number) && Math.Abs(number) <= ExactDoubleMax)
        {
            value = TagValue.Of((long)number);
            return null;
        }

        what = string.Create(CultureInfo.InvariantCulture, $"{tag.Id} is {number}, but the tag holds whole numbers; change the sender or the type in tags.yaml.");
        return RefusalRules.WrongType;
    }

    internal static string WrongType(TagContract tag, string got) =>
        $"{tag.Id} got {got}, but the tag is {tag.Type.ToString().ToLowerInvariant()}; change the sender or the type in tags.yaml.";

    static string? ReadNumber(ReadOnlySpan<char> text, TagContract tag, out TagValue value, out string what)
    {
        if (tag.Type == TagType.Int64 && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
        {
            value = TagValue.Of(whole);
            what = "";
            return null;
        }

        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number))
            return FromDouble(number, tag, out value, out what);
        value = default;
        what = IsNotANumber(text) ? $"{tag.Id} is '{text}', not a finite number; a sensor that cannot measure should send nothing, or null." : WrongType(tag, $"the text '{Shortened(text)}'");
        return IsNotANumber(text) ? RefusalRules.NotANumber : RefusalRules.WrongType;
    }

    static string? ReadBool(ReadOnlySpan<char> text, TagContract tag, out TagValue value, out string what)
    {
        bool yes = text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase);
        bool no = text is "0" || text.Equals("false", StringComparison.OrdinalIgnoreCase);
        value = yes || no ? TagValue.Of(yes) : default;
        what = yes || no ? "" : WrongType(tag, $"the text '{Shortened(text)}'");
        return yes || no ? null : RefusalRules.WrongType;
    }

    /// <summary>The ways C, Python and Java write it that .NET does not read.</summary>
    internal static bool IsNotANumber(ReadOnlySpan<char> text)
    {
        text = text.TrimStart("+-");
        return text.Equals("nan", StringComparison.OrdinalIgnoreCase) || text.Equals("inf", StringComparison.OrdinalIgnoreCase)
            || text.Equals("infinity", StringComparison.OrdinalIgnoreCase) || text.StartsWith("nan(", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("1.#", StringComparison.Ordinal);
    }

    internal static string Shortened(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : string.Concat(text[..40], "…");
}
