using System.Text.Json;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>
/// An order on the command topic: <c>{"fault":"cavitation","after":"PT8S","duration":"PT20S","severity":1.0}</c> or <c>{"clear":true}</c>. Null
/// <see cref="Fault"/> clears. The fault's <c>At</c> counts from the scan that takes the order.
/// </summary>
sealed record FaultCommand(ScriptedFault? Fault)
{
    static readonly string[] Keys = ["fault", "signal", "after", "duration", "severity", "ramp", "clear"];

    /// <summary>Null and a sentence when the order cannot be followed.</summary>
    public static FaultCommand? Parse(ReadOnlyMemory<byte> payload, out string refusal)
    {
        refusal = "";
        try
        {
            using JsonDocument document = JsonDocument.Parse(payload);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                throw new FormatException("it must be a JSON object.");
            foreach (JsonProperty property in root.EnumerateObject())
            {
                if (!Keys.Contains(property.Name, StringComparer.Ordinal))
                    throw new FormatException($"'{property.Name}' is not a known key; known: {string.Join(", ", Keys)}.");
            }

            return root.TryGetProperty("clear", out JsonElement clear) ? ParseClear(root, clear) : new FaultCommand(ParseFault(root));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            refusal = "A command was refused: " + (e is JsonException ? "it is not valid JSON." : e.Message);
            return null;
        }
    }

    static FaultCommand ParseClear(JsonElement root, JsonElement clear)
    {
        if (clear.ValueKind != JsonValueKind.True || root.EnumerateObject().Count() != 1)
            throw new FormatException("'clear' stands alone and is true.");
        return new FaultCommand(Fault: null);
    }

    static ScriptedFault ParseFault(JsonElement root)
    {
        string name = Text(root, "fault") ?? throw new FormatException("'fault' is missing.");
        if (!FaultNames.Kinds.TryGetValue(name, out FaultKind kind))
            throw new FormatException($"fault is '{name}'; it must be one of {string.Join(", ", FaultNames.Kinds.Keys)}.");
        TimeSpan duration = Duration(root, "duration", otherwise: null);
        var fault = new ScriptedFault(
            kind,
            Asset: null,
            Text(root, "signal"),
            Duration(root, "after", TimeSpan.Zero),
            duration,
            Severity(root),
            Duration(root, "ramp", ScriptedFault.RampUnlessTold(kind, duration)));
        foreach ((string key, string rule) in fault.Violations())
            throw new FormatException($"{(key == "at" ? "after" : key)} {rule}");
        return fault;
    }

    static string? Text(JsonElement root, string key)
    {
        if (!root.TryGetProperty(key, out JsonElement value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new FormatException($"'{key}' must be a text.");
    }

    static TimeSpan Duration(JsonElement root, string key, TimeSpan? otherwise)
    {
        string? text = Text(root, key);
        if (text is null)
            return otherwise ?? throw new FormatException($"'{key}' is missing.");
        return PlantTime.TryParseDuration(text, out TimeSpan duration)
            ? duration
            : throw new FormatException($"{key} is '{text}'; it must be an ISO 8601 duration such as PT20S.");
    }

    static double Severity(JsonElement root)
    {
        if (!root.TryGetProperty("severity", out JsonElement value))
            return 1;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double severity) && severity is >= 0 and <= 1
            ? severity
            : throw new FormatException("severity must be a number from 0 to 1.");
    }
}
