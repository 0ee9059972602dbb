using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry.Payloads;
using EdgeRuntime.Telemetry.Times;

namespace EdgeRuntime.Telemetry.Csv;

/// <summary>One column: the time, a tag, or nothing that is asked for.</summary>
readonly record struct CsvColumn(bool IsTime, TagReference? Tag);

/// <summary>Reads rows whose columns are known: one row is one reading.</summary>
sealed class CsvRow(IReadOnlyList<CsvColumn> columns, CsvShape shape, TimeMapping? time)
{
    readonly List<string> _cells = [];
    readonly int _values = columns.Count(c => c.Tag is not null);

    internal void Read(ReadOnlySpan<byte> row, Arrival into)
    {
        string? wrong = CsvCells.Split(Encoding.UTF8.GetString(row), shape.Delimiter, _cells);
        if (wrong is null && _cells.Count != columns.Count)
            wrong = FormattableString.Invariant($"the row has {_cells.Count} cells, but there are {columns.Count} columns.");
        if (wrong is not null)
        {
            into.Refuse(RefusalRules.BadRow, wrong, Math.Max(1, _values));
            return;
        }

        string? timeRule = ReadTime(into, out EventTime at, out string timeWhat);
        if (timeRule is not null)
        {
            into.Refuse(timeRule, timeWhat, Math.Max(1, FilledValues()));
            return;
        }

        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i].Tag is { } tag)
                ReadCell(_cells[i], tag, at, into);
        }
    }

    /// <summary>The time of a row without its values; null when it has none that can be read.</summary>
    internal EventTime? LastTime { get; private set; }

    string? ReadTime(Arrival into, out EventTime at, out string what)
    {
        at = new EventTime(into.Ingest.UnixNanoseconds);
        what = "";
        LastTime = null;
        for (int i = 0; i < columns.Count && time is not null; i++)
        {
            if (!columns[i].IsTime)
                continue;
            string? rule = time.Read(Encoding.UTF8.GetBytes(_cells[i]), into.Ingest, out at, out what);
            LastTime = rule is null ? at : null;
            return rule;
        }

        return null;
    }

    void ReadCell(string cell, TagReference tag, EventTime at, Arrival into)
    {
        bool empty = string.IsNullOrWhiteSpace(cell);
        if (empty && !shape.EmptyIsNone)
            return;
        if (tag.Contract is not { } contract)
        {
            into.Refuse(RefusalRules.UnknownTag, tag.Unknown);
            return;
        }

        TagValue value = TagValue.None;
        string what = "";
        string? rule = empty ? null : TextValue.Read(cell, contract, shape.DecimalPoint, out value, out what);
        if (rule is null)
            into.Take(contract, at, Quality.Good, value);
        else
            into.Refuse(rule, what);
    }

    int FilledValues()
    {
        int filled = 0;
        for (int i = 0; i < columns.Count; i++)
        {
            if (columns[i].Tag is not null && (shape.EmptyIsNone || !string.IsNullOrWhiteSpace(_cells[i])))
                filled++;
        }

        return filled;
    }
}
