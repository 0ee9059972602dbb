using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Datasets;

/// <summary>One row of telemetry: a time and one value per signal, NaN where the file has none.</summary>
sealed record SignalRow(EventTime At, double[] Values)
{
    /// <summary>The cell that says what the row's moment was; null where the file has no such column or nobody asked for one.</summary>
    public string? Label { get; init; }

    /// <summary>When the row came, by the clock of who recorded it; null where the recipe names no such column.</summary>
    public EventTime? Received { get; init; }

    /// <summary>People marked the row as one at which something changes; null where the file has no such column or nobody asked for one.</summary>
    public bool? IsChangePoint { get; init; }
}

/// <summary>One file of a table; its rows follow those of the file before.</summary>
/// <param name="Name">Its path below the folder that the pattern names, with '/'.</param>
sealed record SignalFile(string Name, int Rows)
{
    /// <summary>Rows whose time lies before that of a row above them: a box takes them as late, and no vector is of their moment.</summary>
    public int LateRows { get; init; }
}

/// <summary>Telemetry as it lies in files: rows in the order of the files, and the digest of what was read.</summary>
/// <param name="Digest">SHA-256 over "name sha256\n" of each file in ordinal order of names: any changed byte is another dataset.</param>
sealed record SignalTable(IReadOnlyList<CsvColumn> Columns, IReadOnlyList<SignalRow> Rows, IReadOnlyList<SignalFile> Files, Digest Digest);
