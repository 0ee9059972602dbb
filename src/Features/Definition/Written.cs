using System.Globalization;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Features.Definition;

/// <summary>Words and numbers as they stand in a document. Names of signals and features become columns, topics and file fields, so they are plain.</summary>
static class Written
{
    const int LengthMax = 64;

    public static string Name(SettingsNode node, string key)
    {
        string name = node.Text(key);
        if (node.Has(key) && !IsPlain(name))
            node.Violate(key, $"is '{name}'; a name has 1 to {LengthMax} letters, digits, '.', '_' or '-'.");
        return name;
    }

    /// <summary>A zero was written, and not something that is no number and was reported as such.</summary>
    public static bool IsZero(SettingsNode node, string key) =>
        double.TryParse(node.OptionalText(key), NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number == 0;

    static bool IsPlain(string name) => name.Length is > 0 and <= LengthMax && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}
