namespace EdgeRuntime.Tests.Architecture.Map;

/// <summary>The two checked tables of ARCHITECTURE.md, found by their first heading.</summary>
/// <param name="Rooms">In the order the data walks: a room may use only rooms above it.</param>
/// <param name="Beside">Executables that lie beside src.</param>
sealed record ArchitectureMap(IReadOnlyList<MapRow> Rooms, IReadOnlyList<MapRow> Beside)
{
    public static ArchitectureMap Parse(string markdown)
    {
        List<MapRow> rooms = Rows(markdown, "Room", []);
        return new ArchitectureMap(rooms, Rows(markdown, "Beside `src`", rooms));
    }

    static List<MapRow> Rows(string markdown, string heading, List<MapRow> above)
    {
        var rows = new List<MapRow>();
        foreach (IReadOnlyDictionary<string, string> row in MarkdownTable.Rows(markdown, heading))
        {
            string[] mayUse = row["May use"] == "all above" ? [.. rows.Concat(above).Select(r => r.Name)] : Names(row["May use"]);
            rows.Add(new MapRow(row[heading].Trim('`'), mayUse, Names(row["Packages"])));
        }

        return rows;
    }

    static string[] Names(string cell) =>
        cell == "–" ? [] : [.. cell.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(n => n.Trim('`'))];
}
