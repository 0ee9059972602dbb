using System.Text;
using System.Text.Json;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>
/// A cell as a JSON value. Text that already is a JSON number (or true, false) is copied byte for byte, so that no digit is added or lost; anything else,
/// NaN included, becomes a JSON string: the listener must see what the file said, not what we made of it.
/// </summary>
static class JsonToken
{
    public static byte[] Of(ReadOnlySpan<byte> cell)
    {
        if (cell.IsEmpty)
            return [.. "null"u8];
        if (IsNumber(cell) || cell.SequenceEqual("true"u8) || cell.SequenceEqual("false"u8))
            return cell.ToArray();
        return Encoding.UTF8.GetBytes("\"" + JsonEncodedText.Encode(Encoding.UTF8.GetString(cell)).ToString() + "\"");
    }

    /// <summary>RFC 8259: -? (0 | [1-9][0-9]*) (. [0-9]+)? ([eE] [+-]? [0-9]+)?</summary>
    public static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-', ..])
            text = text[1..];
        int whole = Digits(text);
        if (whole == 0 || (whole > 1 && text[0] == '0'))
            return false;
        text = text[whole..];
        if (text is [(byte)'.', ..])
        {
            int fraction = Digits(text[1..]);
            if (fraction == 0)
                return false;
            text = text[(fraction + 1)..];
        }

        if (text is [(byte)'e' or (byte)'E', ..])
        {
            text = text[1..];
            if (text is [(byte)'+' or (byte)'-', ..])
                text = text[1..];
            int exponent = Digits(text);
            if (exponent == 0)
                return false;
            text = text[exponent..];
        }

        return text.IsEmpty;
    }

    static int Digits(ReadOnlySpan<byte> text)
    {
        int i = 0;
        while (i < text.Length && text[i] is >= (byte)'0' and <= (byte)'9')
            i++;
        return i;
    }
}
