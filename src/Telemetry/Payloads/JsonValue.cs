using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>A JSON token to a value of the type that the tag's contract says.</summary>
static class JsonValue
{
    /// <returns>The rule that is broken, or null.</returns>
    internal static string? Read(ref Utf8JsonReader reader, TagContract tag, out TagValue value, out string what)
    {
        what = "";
        value = default;
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                // The source says that there is no value: that is stored, and Features judges it.
                value = TagValue.None;
                return null;
            case JsonTokenType.Number:
                return ReadNumber(ref reader, tag, out value, out what);
            case JsonTokenType.True or JsonTokenType.False:
                return ReadBool(reader.TokenType == JsonTokenType.True, tag, out value, out what);
            default:
                return ReadText(reader.GetString()!, tag, out value, out what);
        }
    }

    static string? ReadNumber(ref Utf8JsonReader reader, TagContract tag, out TagValue value, out string what)
    {
        what = "";
        value = default;
        switch (tag.Type)
        {
            case TagType.String:
                // A recipe may be called 7; its name is what the sender wrote.
                value = TagValue.Of(Encoding.UTF8.GetString(reader.ValueSpan));
                return null;
            case TagType.Bool when reader.TryGetInt64(out long bit) && bit is 0 or 1:
                value = TagValue.Of(bit == 1);
                return null;
            case TagType.Bool:
                what = TextValue.WrongType(tag, $"the number {Encoding.UTF8.GetString(reader.ValueSpan)}");
                return RefusalRules.WrongType;
            case TagType.Int64 when reader.TryGetInt64(out long whole):
                value = TagValue.Of(whole);
                return null;
            default:
                return TextValue.FromDouble(reader.TryGetDouble(out double number) ? number : double.NaN, tag, out value, out what);
        }
    }

    static string? ReadBool(bool bit, TagContract tag, out TagValue value, out string what)
    {
        value = tag.Type == TagType.Bool ? TagValue.Of(bit) : tag.Type == TagType.String ? TagValue.Of(bit ? "true" : "false") : default;
        what = value.Kind == TagValueKind.None ? TextValue.WrongType(tag, bit ? "true" : "false") : "";
        return value.Kind == TagValueKind.None ? RefusalRules.WrongType : null;
    }

    static string? ReadText(string text, TagContract tag, out TagValue value, out string what)
    {
        what = "";
        if (tag.Type == TagType.String)
        {
            value = TagValue.Of(text);
            return null;
        }

        if (tag.Type == TagType.Bool)
            return TextValue.Read(text, tag, '.', out value, out what);
        value = default;
        if (TextValue.IsNotANumber(text))
            return TextValue.FromDouble(double.NaN, tag, out value, out what);
        // A number in quotes may be a number of another culture; the sender can leave the quotes away.
        what = TextValue.WrongType(tag, $"the text '{TextValue.Shortened(text)}'");
        return RefusalRules.WrongType;
    }
}
