using System.Text;

namespace EdgeRuntime.Telemetry;

/// <summary>A tag's id with names in it: <c>{asset}.{signal}</c>.</summary>
sealed class TagTemplate
{
    readonly List<(string Literal, string Name)> _parts = [];

    TagTemplate(string text) => Text = text;

    internal string Text { get; }

    internal IEnumerable<string> Names => _parts.Select(p => p.Name).Where(n => n.Length > 0);

    internal bool IsFixed => !Names.Any();

    /// <summary>Null, with the rule that the text breaks, when it is not a template.</summary>
    internal static TagTemplate? Parse(string text, out string rule)
    {
        var template = new TagTemplate(text);
        rule = text.Length == 0 ? "is empty." : "";
        int at = 0;
        while (at < text.Length)
        {
            int open = text.IndexOf('{', at);
            int close = open < 0 ? -1 : text.IndexOf('}', open);
            if (open >= 0 && close < open + 2)
                rule = "has a brace that is not closed, or no name in it.";
            if (open < 0 || close < 0)
            {
                template._parts.Add((text[at..], ""));
                break;
            }

            template._parts.Add((text[at..open], text[(open + 1)..close]));
            at = close + 1;
        }

        return rule.Length == 0 ? template : null;
    }

    /// <param name="valueOf">The value of each of <see cref="Names"/>.</param>
    internal string Fill(Func<string, string> valueOf)
    {
        var id = new StringBuilder();
        foreach ((string literal, string name) in _parts)
            id.Append(literal).Append(name.Length > 0 ? valueOf(name) : "");
        return id.ToString();
    }
}
