using System.Text;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Tests.Unit.Settings;

/// <summary>Documents from text, and what is wrong with them as the person who wrote them sees it.</summary>
static class Documents
{
    public static SettingsDocument Parse(string yaml) => SettingsDocument.Parse("site.yaml", Encoding.UTF8.GetBytes(yaml));

    /// <summary>Violations as <c>line: key: rule</c> after a reader took what it knows.</summary>
    public static string[] Wrong(string yaml, Action<SettingsNode> read)
    {
        SettingsDocument document = Parse(yaml);
        read(document.Root);
        return Wrong(document);
    }

    public static string[] Wrong(SettingsDocument document)
    {
        try
        {
            document.ThrowIfInvalid();
            return [];
        }
        catch (SettingsException e)
        {
            return [.. e.Violations.Select(v => v.ToString()[(v.File.Length + 1)..])];
        }
    }

    public static string[] Wrong(string yaml) => Wrong(yaml, _ => { });
}
