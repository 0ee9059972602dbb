using EdgeRuntime.Settings;

namespace EdgeRuntime.Tests.Architecture;

/// <summary>Paths of the values of a document in its order; a mapping is a section, anything else is a value.</summary>
static class SettingsKeys
{
    public static IEnumerable<string> Leaves(SettingsNode node)
    {
        foreach (string key in node.Keys)
        {
            string path = node.Path.Length == 0 ? key : $"{node.Path}.{key}";
            if (node.OptionalSection(key) is { Keys.Count: > 0 } section)
            {
                foreach (string leaf in Leaves(section))
                    yield return leaf;
            }
            else
            {
                yield return path;
            }
        }
    }
}
