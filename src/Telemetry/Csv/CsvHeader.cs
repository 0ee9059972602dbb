using System.Text;
using EdgeRuntime.Telemetry.Definition;

namespace EdgeRuntime.Telemetry.Csv;

/// <summary>The first line of a file: which column is which.</summary>
static class CsvHeader
{
    /// <returns>The columns, or null with what is wrong.</returns>
    internal static IReadOnlyList<CsvColumn>? Read(ReadOnlySpan<byte> line, CsvSourceDefinition source, out string wrong)
    {
        // The byte order mark that Excel writes.
        if (line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            line = line[3..];
        var names = new List<string>();
        wrong = CsvCells.Split(Encoding.UTF8.GetString(line), source.Shape.Delimiter, names) ?? "";
        if (wrong.Length > 0)
            return null;
        for (int i = 0; i < names.Count; i++)
            names[i] = names[i].Trim();
        foreach (string asked in source.Columns.Keys.Append(source.Time.Field))
        {
            int count = names.Count(n => n == asked);
            if (count == 1)
                continue;
            wrong = count == 0
                ? $"it has no column '{asked}'; its columns are {string.Join(", ", names)} (delimiter '{source.Shape.Delimiter}')."
                : $"it has the column '{asked}' {count} times.";
            return null;
        }

        return [.. names.Select(n => new CsvColumn(n == source.Time.Field, source.Columns.TryGetValue(n, out var tag) ? tag : null))];
    }
}
