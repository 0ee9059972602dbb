using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>Reads keys for their form alone.</summary>
static class Descriptive
{
    /// <summary>Any keys, each with a single value: annotations, hyperparameters, metrics.</summary>
    internal static void Free(SettingsNode? node)
    {
        if (node is null)
            return;
        foreach (string key in node.Keys)
            node.OptionalText(key);
    }

    internal static void Texts(SettingsNode node, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            node.OptionalText(key);
    }

    internal static void Numbers(SettingsNode node, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            node.OptionalNumber(key, min: 0);
    }

    internal static void Durations(SettingsNode node, params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
            node.OptionalDuration(key);
    }
}
