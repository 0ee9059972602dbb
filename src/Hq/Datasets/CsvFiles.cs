using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Reads telemetry from CSV files. An empty or NaN cell is a missing value; any other text that is not a number stops with file, line and column.</summary>
static class CsvFiles
{
    /// <exception cref="TrainingException">No file matches, or one cannot be understood.</exception>
    internal static SignalTable Read(string folder, CsvMapping mapping)
    {
        string[] paths = Find(folder, mapping.Files);
        var rows = new List<SignalRow>();
        var files = new List<SignalFile>();
        var digests = new StringBuilder();
        foreach (string path in paths)
        {
            byte[] bytes = File.ReadAllBytes(path);
            digests.Append(CultureInfo.InvariantCulture, $"{Path.GetFileName(path)} {Facts.Digest.Of(bytes).Hex}\n");
            int before = rows.Count;
            Read(path, new StreamReader(new MemoryStream(bytes), Encoding.UTF8), mapping, rows);
            files.Add(new SignalFile(Path.GetFileName(path), rows.Count - before));
        }

        return new SignalTable(mapping.Columns, rows, files, Facts.Digest.Of(Encoding.UTF8.GetBytes(digests.ToString())));
    }

    static string[] Find(string folder, string pattern)
    {
        string whole = Path.Combine(folder, pattern);
        string under = Path.GetDirectoryName(whole) ?? folder;
        string[] paths = Directory.Exists(under) ? [.. Directory.GetFiles(under, Path.GetFileName(whole)).Order(StringComparer.Ordinal)] : [];
        return paths.Length > 0 ? paths : throw new TrainingException($"data.csv: no file matches '{pattern}' beside the recipe.");
    }

    static void Read(string path, StreamReader from, CsvMapping mapping, List<SignalRow> rows)
    {
        string file = Path.GetFileName(path);
        string[] header = (from.ReadLine() ?? throw new TrainingException($"{file} is empty; it needs a header line.")).Split(mapping.Delimiter);
        int time = Place(file, header, mapping.TimeColumn);
        int[] places = [.. mapping.Columns.Select(c => Place(file, header, c.Header))];
        int line = 1;
        while (from.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0)
                continue;
            string[] cells = text.Split(mapping.Delimiter);
            if (cells.Length != header.Length)
                throw new TrainingException($"{file}:{line}: the line has {cells.Length} cells; the header has {header.Length}.");
            rows.Add(new SignalRow(Time(file, line, cells[time], mapping), [.. places.Select(p => Value(file, line, header[p], cells[p]))]));
        }
    }

    static int Place(string file, string[] header, string column)
    {
        int place = Array.IndexOf(header, column);
        return place >= 0 ? place : throw new TrainingException($"{file} has no column '{column}'; it has {string.Join(", ", header)}.");
    }

    static EventTime Time(string file, int line, string cell, CsvMapping mapping)
    {
        if (!DateTime.TryParseExact(cell, mapping.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime read)
            || read.Year is < 1678 or > 2261)
            throw new TrainingException($"{file}:{line}: '{cell}' is not a time of the form {mapping.TimeFormat}.");
        // .NET ticks are 100 ns.
        return new EventTime((read.Ticks - DateTime.UnixEpoch.Ticks - (mapping.Offset ?? TimeSpan.Zero).Ticks) * 100);
    }

    static double Value(string file, int line, string column, string cell)
    {
        if (cell.Length == 0)
            return double.NaN;
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new TrainingException($"{file}:{line}: {column} is '{cell}'; it must be a number or empty.");
    }
}
