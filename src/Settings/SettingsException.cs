namespace EdgeRuntime.Settings;

/// <summary>One broken rule in a document.</summary>
/// <param name="File">The file as the user named it.</param>
/// <param name="Line">From 1.</param>
/// <param name="Key">Path of the key, e.g. <c>sources[0].mqtt.port</c>; empty for the document.</param>
/// <param name="Rule">One plain sentence: which rule, the value, what to do.</param>
public sealed record SettingsViolation(string File, int Line, string Key, string Rule)
{
    public override string ToString() => Key.Length == 0 ? $"{File}:{Line}: {Rule}" : $"{File}:{Line}: {Key}: {Rule}";
}

/// <summary>A document that cannot be used, with everything that is wrong in it at once.</summary>
public sealed class SettingsException(IReadOnlyList<SettingsViolation> violations)
    : Exception(string.Join(Environment.NewLine, violations))
{
    public IReadOnlyList<SettingsViolation> Violations { get; } = violations;
}
