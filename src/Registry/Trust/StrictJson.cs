using System.Text.Json;
using System.Text.Unicode;

namespace EdgeRuntime.Registry.Trust;

/// <summary>JSON as a signed document must be: whole, with every key once and no key that nobody knows. Two readers of it then cannot understand two things.</summary>
static class StrictJson
{
    static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <exception cref="SignatureRefusedException">It is not whole JSON, or holds a key twice.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> bytes, string what)
    {
        // The parser leaves texts as bytes until somebody asks for them, and then throws something else.
        if (!Utf8.IsValid(bytes.Span))
            throw new SignatureRefusedException($"{what} is not whole JSON with every key once: it is not UTF-8.");
        try
        {
            RefuseHalfCharacters(bytes.Span, what);
            return JsonDocument.Parse(bytes, Options);
        }
        catch (JsonException e)
        {
            throw new SignatureRefusedException($"{what} is not whole JSON with every key once: {OneLine(e.Message)}", e);
        }
    }

    // An escape may stand for half a surrogate pair, which no text can hold; it too is found only by who asks for the text.
    static void RefuseHalfCharacters(ReadOnlySpan<byte> bytes, string what)
    {
        var reader = new Utf8JsonReader(bytes, new JsonReaderOptions { MaxDepth = Options.MaxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
                    _ = reader.GetString();
            }
        }
        catch (InvalidOperationException e)
        {
            throw new SignatureRefusedException($"{what} is not whole JSON with every key once: a text in it holds half a character (a lone surrogate).", e);
        }
    }

    /// <summary>The value under a key that must be there.</summary>
    internal static JsonElement Member(JsonElement of, string key, string what)
    {
        if (of.ValueKind != JsonValueKind.Object)
            throw new SignatureRefusedException($"{what} is not a JSON object.");
        return of.TryGetProperty(key, out JsonElement value) ? value : throw new SignatureRefusedException($"{what} has no '{key}'.");
    }

    internal static string Text(JsonElement of, string key, string what)
    {
        JsonElement value = Member(of, key, what);
        return value.ValueKind == JsonValueKind.String ? value.GetString()! : throw new SignatureRefusedException($"'{key}' of {what} is not a text.");
    }

    /// <summary>Refuses every key but these.</summary>
    internal static void Only(JsonElement of, string what, params ReadOnlySpan<string> keys)
    {
        if (of.ValueKind != JsonValueKind.Object)
            throw new SignatureRefusedException($"{what} is not a JSON object.");
        foreach (JsonProperty member in of.EnumerateObject())
        {
            if (!keys.Contains(member.Name))
                throw new SignatureRefusedException($"{what} has the field '{Short(member.Name)}', which is not known there.");
        }
    }

    /// <summary>Base64 of the one form that a value has: padded, without spaces or line breaks.</summary>
    internal static byte[] Base64(string text, string what)
    {
        try
        {
            byte[] bytes = Convert.FromBase64String(text);
            if (Convert.ToBase64String(bytes) == text)
                return bytes;
        }
        catch (FormatException)
        {
            // The sentence below says it.
        }

        throw new SignatureRefusedException($"{what} is not base64 in its plain form.");
    }

    static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
