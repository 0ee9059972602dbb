namespace EdgeRuntime.Tests.Architecture.Map;

/// <summary>A table of a markdown document as rows of heading → cell.</summary>
static class MarkdownTable
{
    /// <summary>The rows of the first table whose first heading is <paramref name="firstHeading"/>; none when there is no such table.</summary>
    public static IReadOnlyList<IReadOnlyDictionary<string, string>> Rows(string markdown, string firstHeading)
    {
        var rows = new List<IReadOnlyDictionary<string, string>>();
        string[]? headings = null;
        foreach (string line in markdown.Split('\n').Select(l => l.TrimEnd()))
        {
            if (!line.StartsWith('|'))
            {
                if (headings is not null)
                    return rows;
                continue;
            }

            string[] cells = [.. line.Trim('|').Split('|', StringSplitOptions.TrimEntries)];
            if (headings is null)
                headings = cells[0] == firstHeading ? cells : null;
            else if (!cells[0].StartsWith("---", StringComparison.Ordinal))
                rows.Add(headings.Zip(cells).ToDictionary(c => c.First, c => c.Second, StringComparer.Ordinal));
        }

        return rows;
    }
}
