namespace EdgeRuntime.Inference.Onnx;

/// <summary>
/// Versions of operators that the runtime brings, by domain. A test holds them against the runtime that is loaded: what is not known here is refused before the
/// runtime sees it, and what is known must load.
/// </summary>
static class OpsetLimits
{
    internal const int IrMax = 13;

    static readonly Dictionary<string, (int Min, int Max)> Known = new(StringComparer.Ordinal)
    {
        [""] = (7, 26),
        ["ai.onnx.ml"] = (1, 5),
        ["com.microsoft"] = (1, 1),
    };

    /// <summary>The default domain has two names.</summary>
    internal static string Plain(string domain) => domain == "ai.onnx" ? "" : domain;

    internal static string Word(string domain) => domain.Length == 0 ? "ai.onnx" : domain;

    /// <summary>Null where the runtime brings these operators.</summary>
    internal static string? Refusal(string domain, long version)
    {
        if (!Known.TryGetValue(domain, out (int Min, int Max) range))
            return $"The model asks for operators of the domain '{domain}', which the runtime does not bring; custom operators are not loaded. Export it with standard ONNX operators.";
        return version >= range.Min && version <= range.Max
            ? null
            : $"The model asks for version {version} of the operators of {Word(domain)}; the runtime brings {range.Min} to {range.Max}. Export it with one of these.";
    }
}
