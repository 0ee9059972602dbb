using System.Globalization;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>One row: its time in UTC and the texts of the value and label columns as JSON tokens, empty cells as null.</summary>
sealed record CsvRow(DateTime Time, IReadOnlyList<byte[]?> Values, IReadOnlyList<byte[]?> Labels);

/// <summary>A file with its header read. Rows come in file order, also where the file's clock steps back.</summary>
sealed class CsvTable : IDisposable
{
    readonly CsvLines _lines;
    readonly CsvDialect _dialect;
    readonly FileZone _zone;
    readonly string _file;
    readonly int _time;
    readonly int _width;
    readonly int[] _values;
    readonly int[] _labels;
    readonly List<byte[]> _cells = [];

    CsvTable(string file, CsvLines lines, CsvDialect dialect, FileZone zone, string[] header)
    {
        _file = file;
        _lines = lines;
        _dialect = dialect;
        _zone = zone;
        _width = header.Length;
        _time = Array.IndexOf(header, dialect.TimeColumn);
        int[] others = [.. Enumerable.Range(0, header.Length).Where(i => i != _time)];
        _labels = [.. others.Where(i => dialect.Labels.Contains(header[i], StringComparer.Ordinal))];
        _values = [.. others.Except(_labels)];
        Columns = [.. _values.Select(i => header[i])];
        LabelColumns = [.. _labels.Select(i => header[i])];
    }

    /// <summary>Value columns as the header names them.</summary>
    public IReadOnlyList<string> Columns { get; }

    public IReadOnlyList<string> LabelColumns { get; }

    /// <exception cref="UsageException">The file or its header cannot be used.</exception>
    public static CsvTable Open(string path, CsvDialect dialect, FileZone zone)
    {
        CsvLines lines;
        try
        {
            lines = new CsvLines(File.OpenRead(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UsageException($"The file '{path}' cannot be read: {e.Message}");
        }

        try
        {
            return new CsvTable(path, lines, dialect, zone, ReadHeader(path, lines, dialect));
        }
        catch
        {
            lines.Dispose();
            throw;
        }
    }

    /// <summary>The next row, or a sentence why a line is not one; false at the end. Blank lines are no rows.</summary>
    public bool TryRead(out CsvRow? row, out string refusal)
    {
        row = null;
        refusal = "";
        while (_lines.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty)
                continue;
            if (!CsvCells.TrySplit(line, (byte)_dialect.Delimiter, _cells))
                refusal = Refuse("has a quote that is not closed");
            else if (_cells.Count != _width)
                refusal = Refuse(string.Create(CultureInfo.InvariantCulture, $"has {_cells.Count} cells where the header has {_width}"));
            else if (!_dialect.TryReadTime(_cells[_time], out DateTime time))
                refusal = Refuse($"has the time '{CsvCells.Text(_cells[_time])}', which is not {string.Join(" or ", _dialect.TimeFormats)}");
            else
                row = new CsvRow(_zone.ToUtc(time), Take(_values), Take(_labels));
            return true;
        }

        return false;
    }

    public void Dispose() => _lines.Dispose();

    byte[]?[] Take(int[] columns) => [.. columns.Select(i => _cells[i].Length == 0 ? null : JsonToken.Of(_cells[i]))];

    string Refuse(string why) => string.Create(CultureInfo.InvariantCulture, $"{_file}:{_lines.Number}: the row {why}; it is left out.");

    static string[] ReadHeader(string path, CsvLines lines, CsvDialect dialect)
    {
        var cells = new List<byte[]>();
        if (!lines.TryRead(out ReadOnlySpan<byte> line) || !CsvCells.TrySplit(WithoutMark(line), (byte)dialect.Delimiter, cells))
            throw new UsageException($"The file '{path}' has no header line.");
        string[] header = [.. cells.Select(CsvCells.Text)];
        if (header.GroupBy(h => h, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new UsageException($"The file '{path}' has two columns called '{twice.Key}'.");
        if (!header.Contains(dialect.TimeColumn, StringComparer.Ordinal))
            throw new UsageException($"The file '{path}' has no time column '{dialect.TimeColumn}'; its columns are {string.Join(", ", header)}. Check --format, --delimiter and --time-column.");
        return header;
    }

    static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line) => line.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? line[3..] : line;
}
