namespace EdgeRuntime.Telemetry.Payloads;

/// <summary>Which fields of a JSON payload are values of which tags: every field at the top, or the ones that are named.</summary>
sealed record JsonMapping
{
    /// <summary>The tag of every top-level field, with <c>{field}</c> in it; null where <see cref="Fields"/> are named.</summary>
    internal TagTemplate? Each { get; init; }

    /// <summary>By JSON path: names and array indices with dots between.</summary>
    internal IReadOnlyDictionary<string, JsonField> Fields { get; init; } = new Dictionary<string, JsonField>();

    /// <summary>Fields that are not values.</summary>
    internal IReadOnlyList<string> Ignore { get; init; } = [];
}

/// <param name="UnitField">Path of the field that names the unit; empty for none.</param>
/// <param name="QualityField">Path of the field with the quality: good, uncertain, bad, or an OPC UA status code; empty for none.</param>
sealed record JsonField(TagTemplate Tag, string UnitField, string QualityField);
