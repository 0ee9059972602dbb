namespace EdgeRuntime.Telemetry.Csv;

/// <summary>One line to its cells. A cell may stand in double quotes, in which two are one; a line is a row, so no cell holds a line break.</summary>
static class CsvCells
{
    /// <returns>What is wrong with the line, or null.</returns>
    internal static string? Split(ReadOnlySpan<char> line, char delimiter, List<string> cells)
    {
        cells.Clear();
        int at = 0;
        while (true)
        {
            if (at < line.Length && line[at] == '"')
            {
                int end = at + 1;
                while (end < line.Length && (line[end] != '"' || (end + 1 < line.Length && line[end + 1] == '"')))
                    end += line[end] == '"' ? 2 : 1;
                if (end >= line.Length)
                    return "a quote is opened and not closed.";
                cells.Add(line[(at + 1)..end].ToString().Replace("\"\"", "\"", StringComparison.Ordinal));
                at = end + 1;
                if (at < line.Length && line[at] != delimiter)
                    return "text follows a closed quote.";
            }
            else
            {
                int length = line[at..].IndexOf(delimiter);
                length = length < 0 ? line.Length - at : length;
                cells.Add(line.Slice(at, length).ToString());
                at += length;
            }

            if (at >= line.Length)
                return null;
            at++;
        }
    }
}
