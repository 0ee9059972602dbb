namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>NaN, Infinity and -Infinity as bare words in JSON, put in quotes so that the rest of the message can be read.</summary>
static class BareNaN
{
    static ReadOnlySpan<byte> NaN => "NaN"u8;
    static ReadOnlySpan<byte> LowerNaN => "nan"u8;
    static ReadOnlySpan<byte> Infinity => "Infinity"u8;

    /// <summary>Null when the payload holds none.</summary>
    internal static byte[]? Quote(ReadOnlySpan<byte> payload)
    {
        List<byte>? quoted = null;
        bool inText = false;
        for (int i = 0; i < payload.Length;)
        {
            int length = inText ? 0 : WordAt(payload[i..]);
            if (length > 0)
            {
                quoted ??= [.. payload[..i]];
                quoted.Add((byte)'"');
                quoted.AddRange(payload.Slice(i, length));
                quoted.Add((byte)'"');
                i += length;
                continue;
            }

            if (inText && payload[i] == '\\')
            {
                // The escaped character is no end of the text.
                quoted?.AddRange(payload.Slice(i, Math.Min(2, payload.Length - i)));
                i += 2;
                continue;
            }

            if (payload[i] == '"')
                inText = !inText;
            quoted?.Add(payload[i++]);
            if (quoted is null)
                i++;
        }

        return quoted?.ToArray();
    }

    static int WordAt(ReadOnlySpan<byte> rest)
    {
        int sign = rest[0] is (byte)'-' or (byte)'+' ? 1 : 0;
        ReadOnlySpan<byte> word = rest[sign..];
        if (word.StartsWith(NaN) || word.StartsWith(LowerNaN))
            return sign + 3;
        return word.StartsWith(Infinity) ? sign + Infinity.Length : 0;
    }
}
