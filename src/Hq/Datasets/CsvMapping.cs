namespace EdgeRuntime.Hq.Datasets;

/// <summary>One column that is read, and what it is called from there on.</summary>
sealed record CsvColumn(string Header, string Signal, string Unit);

/// <summary>Which files are read and how their text is to be understood.</summary>
/// <param name="Files">A path relative to the recipe; * stands for any name or part of one, ** for any folders.</param>
/// <param name="TimeFormat">A .NET custom format, read without culture. Where it reads an offset in each cell, times are moved to UTC by that.</param>
/// <param name="Offset">What the clock that wrote the times is ahead of UTC; null: the files do not say, and times are taken as they stand.</param>
sealed record CsvMapping(string Files, char Delimiter, string TimeColumn, string TimeFormat, TimeSpan? Offset, IReadOnlyList<CsvColumn> Columns)
{
    /// <summary>The column whose cells are labels; a file may lack it. Null: none is read.</summary>
    public string? LabelColumn { get; init; }

    /// <summary>The column that says when a row came, by the clock of who recorded it, in the form of the time column; every file must have it. Null: a row came at its own time.</summary>
    public string? ReceivedColumn { get; init; }

    /// <summary>The column that marks rows at which something begins to change or has changed; a file may lack it. Null: none is read.</summary>
    public string? ChangePointColumn { get; init; }

    /// <summary>Whether a time format reads an offset in each cell: K or z outside quotes, or a standard format that says one.</summary>
    internal static bool ReadsOffset(string format)
    {
        if (format.Length == 1)
            return format is "o" or "O" or "r" or "R" or "u";
        char quote = '\0';
        for (int i = 0; i < format.Length; i++)
        {
            char c = format[i];
            if (c == '\\')
                i++;
            else if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '\'' or '"')
                quote = c;
            else if (c is 'K' or 'z')
                return true;
        }

        return false;
    }
}
