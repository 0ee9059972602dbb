using System.Text.Json.Nodes;

namespace EdgeRuntime.Registry.Schema;

/// <summary>Which keys a mapping may have, as its reader asked for them.</summary>
sealed class SectionShape
{
    readonly List<KeyShape> _keys = [];

    internal IReadOnlyList<KeyShape> Keys => _keys;

    /// <summary>The form of a value under any key that is not listed; null: there may be no other keys.</summary>
    internal JsonObject? AnyKey { get; set; }

    /// <summary>A reader may ask for a key twice; it is described once.</summary>
    internal void Add(KeyShape key)
    {
        if (!_keys.Exists(k => k.Key == key.Key))
            _keys.Add(key);
    }
}

/// <summary>How the value of a key holds further sections.</summary>
enum Nesting
{
    None,
    One,
    List,
}

/// <param name="Kind">The type in words.</param>
/// <param name="Schema">JSON Schema of the value, where it holds no section.</param>
/// <param name="Inside">The sections of the value; several: exactly one of them, told apart by a key.</param>
sealed record KeyShape(string Key, bool Required, Duty Duty, string Says, string Kind, JsonObject Schema, Nesting Nesting, IReadOnlyList<SectionShape> Inside);
