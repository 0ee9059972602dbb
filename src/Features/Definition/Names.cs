using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>Names of signals and features: they become columns, topics and file fields, so they are plain.</summary>
static class Names
{
    const int LengthMax = 64;

    public static string Read(SettingsNode node, string key)
    {
        string name = node.Text(key);
        if (node.Has(key) && !IsPlain(name))
            node.Violate(key, $"is '{name}'; a name has 1 to {LengthMax} letters, digits, '.', '_' or '-'.");
        return name;
    }

    static bool IsPlain(string name) => name.Length is > 0 and <= LengthMax && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
