using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>Reads telemetry from CSV files. An empty or NaN cell is a missing value, true and false are 1 and 0; any other text that is not a number stops with file, line and column.</summary>
static class CsvFiles
{
    /// <exception cref="TrainingException">No file matches, or one cannot be understood.</exception>
    internal static SignalTable Read(string folder, CsvMapping mapping)
    {
        (string root, string[] names) = Find(folder, mapping.Files);
        var rows = new List<SignalRow>();
        var files = new List<SignalFile>();
        var digests = new StringBuilder();
        foreach (string name in names)
        {
            byte[] bytes = File.ReadAllBytes(Path.Combine(root, name));
            digests.Append(CultureInfo.InvariantCulture, $"{name} {Facts.Digest.Of(bytes).Hex}\n");
            int before = rows.Count;
            Read(name, new StreamReader(new MemoryStream(bytes), Encoding.UTF8), mapping, rows);
            if (rows.Count == before)
                throw new TrainingException($"{name} has a header and not one row; take it out of data.csv, or export it again.");
            files.Add(new SignalFile(name, rows.Count - before) { LateRows = LateRows(rows, before) });
        }

        return new SignalTable(mapping.Columns, rows, files, Facts.Digest.Of(Encoding.UTF8.GetBytes(digests.ToString())));
    }

    /// <summary>Names below the last folder of the pattern that holds no wildcard, in ordinal order.</summary>
    static (string Root, string[] Names) Find(string folder, string pattern)
    {
        string[] parts = pattern.Split('/');
        int plain = Math.Min(parts.Length - 1, parts.TakeWhile(p => !p.Contains('*', StringComparison.Ordinal) && !p.Contains('?', StringComparison.Ordinal)).Count());
        string root = Path.Combine(folder, string.Concat(parts[..plain].Select(p => p + '/')));
        string[] names = [];
        if (Directory.Exists(root))
        {
            var wanted = FilePattern(string.Join('/', parts[plain..]));
            names = [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
                .Select(p => Path.GetRelativePath(root, p).Replace(Path.DirectorySeparatorChar, '/'))
                .Where(n => wanted.IsMatch(n))
                .Order(StringComparer.Ordinal)];
        }

        return names.Length > 0 ? (root, names) : throw new TrainingException($"data.csv: no file matches '{pattern}'{(Path.IsPathRooted(pattern) ? "" : " beside the recipe")}.");
    }

    /// <summary>* and ? within one name, ** over any folders.</summary>
    internal static Regex FilePattern(string pattern) => new(
        "^" + Regex.Escape(pattern).Replace("\\*\\*/", "(?:[^/]+/)*", StringComparison.Ordinal).Replace("\\*", "[^/]*", StringComparison.Ordinal).Replace("\\?", "[^/]", StringComparison.Ordinal) + "$",
        RegexOptions.CultureInvariant);

    static void Read(string file, StreamReader from, CsvMapping mapping, List<SignalRow> rows)
    {
        string first = from.ReadLine() ?? throw new TrainingException($"{file} is empty; it needs a header line.");
        if (first.Any(c => char.IsControl(c) && c != '\t'))
            throw new TrainingException($"{file} is no text; data.csv takes CSV files only.");
        string[] header = first.Split(mapping.Delimiter);
        int time = Place(file, header, mapping.TimeColumn);
        int[] places = [.. mapping.Columns.Select(c => Place(file, header, c.Header))];
        int label = mapping.LabelColumn is { } labels ? OptionalPlace(file, header, labels) : -1;
        int point = mapping.ChangePointColumn is { } points ? OptionalPlace(file, header, points) : -1;
        int received = mapping.ReceivedColumn is { } arrivals ? Place(file, header, arrivals) : -1;
        int line = 1;
        while (from.ReadLine() is { } text)
        {
            line++;
            if (text.Length == 0)
                continue;
            string[] cells = text.Split(mapping.Delimiter);
            if (cells.Length != header.Length)
                throw new TrainingException($"{file}:{line}: the line has {cells.Length} cells; the header has {header.Length}.");
            rows.Add(new SignalRow(Time(file, line, cells[time], mapping), [.. places.Select(p => Value(file, line, header[p], cells[p]))])
            {
                Label = label < 0 ? null : cells[label],
                Received = received < 0 ? null : Time(file, line, cells[received], mapping),
                IsChangePoint = point < 0 ? null : cells[point] is not ("" or "0" or "0.0"),
            });
        }
    }

    static int LateRows(List<SignalRow> rows, int first)
    {
        int late = 0;
        EventTime newest = rows[first].At;
        for (int i = first; i < rows.Count; i++)
        {
            late += rows[i].At < newest ? 1 : 0;
            newest = rows[i].At < newest ? newest : rows[i].At;
        }

        return late;
    }

    static int Place(string file, string[] header, string column)
    {
        int place = OptionalPlace(file, header, column);
        return place >= 0 ? place : throw new TrainingException($"{file} has no column '{column}'; it has {string.Join(", ", header)}.");
    }

    /// <summary>-1 where there is none. Of two nobody can tell which is meant.</summary>
    static int OptionalPlace(string file, string[] header, string column)
    {
        int place = Array.IndexOf(header, column);
        return place == Array.LastIndexOf(header, column) ? place : throw new TrainingException($"{file} has the column '{column}' twice; rename one of them or take it out.");
    }

    static EventTime Time(string file, int line, string cell, CsvMapping mapping)
    {
        // To UTC where the cell states an offset: else it would become the local time of whoever trains.
        if (!DateTime.TryParseExact(cell, mapping.TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTime read)
            || read.Year is < 1678 or > 2261)
            throw new TrainingException($"{file}:{line}: '{cell}' is not a time of the form {mapping.TimeFormat}.");
        // .NET ticks are 100 ns.
        return new EventTime((read.Ticks - DateTime.UnixEpoch.Ticks - (mapping.Offset ?? TimeSpan.Zero).Ticks) * 100);
    }

    static double Value(string file, int line, string column, string cell)
    {
        if (cell.Length == 0)
            return double.NaN;
        // As the box reads them (OPERATORS.md, section 1).
        if (cell is "true" or "false")
            return cell == "true" ? 1 : 0;
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new TrainingException($"{file}:{line}: {column} is '{cell}'; it must be a number, true, false or empty.");
    }
}
