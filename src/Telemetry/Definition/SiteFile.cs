using EdgeRuntime.Settings;

namespace EdgeRuntime.Telemetry.Definition;

/// <summary>Files that a document names lie beside it unless their path is whole.</summary>
static class SiteFile
{
    internal static string Of(SettingsNode node, string path) =>
        path.Length == 0 ? "" : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(node.File)) ?? "", path);
}
