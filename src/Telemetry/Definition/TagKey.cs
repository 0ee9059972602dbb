using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Telemetry.Definition;

/// <summary>A key that names a tag, with or without names in braces.</summary>
static class TagKey
{
    internal static TagTemplate Template(SettingsNode node, string key, string text, IReadOnlyList<string> names, TagCatalogue tags)
    {
        TagTemplate? template = TagTemplate.Parse(text, out string rule);
        if (template is null)
        {
            // A missing key has been told already.
            if (text.Length > 0)
                node.Violate(key, $"is '{text}' and {rule}");
            return TagTemplate.Parse("unreadable", out _)!;
        }

        foreach (string name in template.Names.Except(names))
            node.Violate(key, $"is '{text}', but the topic has no {{{name}}}; known here: {(names.Count == 0 ? "none" : string.Join(", ", names))}.");
        if (template.IsFixed && !tags.Contains(text))
            node.Violate(key, $"is '{text}', which tags.yaml does not have.");
        return template;
    }
}
