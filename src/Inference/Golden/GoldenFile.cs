using System.Globalization;

namespace EdgeRuntime.Inference.Golden;

sealed record GoldenRow(float[] Inputs, float[] Outputs);

/// <summary>
/// <c>golden.csv</c>: a header <c>in:&lt;feature&gt;,…,out:&lt;output&gt;,…</c>, then one line per question; float32 as shortest round-trip text,
/// invariant. An output with more than one number is named <c>out:&lt;output&gt;[i]</c>. Inputs are all features in contract order.
/// </summary>
sealed class GoldenFile
{
    const int RowsMax = 100_000;

    GoldenFile(IReadOnlyList<(string Name, int Index)> outputs, IReadOnlyList<GoldenRow> rows)
    {
        Outputs = outputs;
        Rows = rows;
    }

    /// <summary>The output columns, and which float of a call each is.</summary>
    internal IReadOnlyList<(string Name, int Index)> Outputs { get; }

    internal IReadOnlyList<GoldenRow> Rows { get; }

    /// <exception cref="ModelRefusedException">It is not a golden file for this model; names the line.</exception>
    internal static GoldenFile Read(string text, OnnxModel model, IReadOnlyList<string>? features, int? rowsPromised)
    {
        string[] lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        (int inputs, List<(string, int)> outputs) = Header(lines[0].Split(','), model, features);
        if (lines.Length - 1 is < 1 or > RowsMax)
            throw Wrong(1, $"holds {lines.Length - 1} rows; it must hold from 1 to {RowsMax}");
        if (rowsPromised is { } promised && promised != lines.Length - 1)
            throw Wrong(1, $"holds {lines.Length - 1} rows, but the release says {promised}");
        var rows = new List<GoldenRow>(lines.Length - 1);
        for (int i = 1; i < lines.Length; i++)
            rows.Add(Row(lines[i], i + 1, inputs, outputs.Count));
        return new GoldenFile(outputs, rows);
    }

    static (int Inputs, List<(string, int)> Outputs) Header(string[] columns, OnnxModel model, IReadOnlyList<string>? features)
    {
        int inputs = 0;
        while (inputs < columns.Length && columns[inputs].StartsWith("in:", StringComparison.Ordinal))
            inputs++;
        if (inputs != model.InputLength)
            throw Wrong(1, $"has {inputs} columns 'in:…' before the outputs, but the model takes {model.InputLength} features");
        for (int i = 0; i < features?.Count && i < inputs; i++)
        {
            if (columns[i][3..] != features[i])
                throw Wrong(1, $"has '{columns[i]}' in column {i + 1}, but feature {i} is '{features[i]}'; order is part of the contract");
        }

        var outputs = new List<(string, int)>();
        foreach (string column in columns.Skip(inputs))
        {
            if (!column.StartsWith("out:", StringComparison.Ordinal) || Index(column[4..], model) is not { } index)
                throw Wrong(1, $"has the column '{column}', which is no output of the model ({string.Join(", ", model.Outputs.Select(o => o.Name))})");
            outputs.Add((column[4..], index));
        }

        return outputs.Count > 0 ? (inputs, outputs) : throw Wrong(1, "has no column 'out:…'");
    }

    static int? Index(string name, OnnxModel model)
    {
        if (model.Find(name) is { Length: 1 } single)
            return single.Offset;
        int bracket = name.LastIndexOf('[');
        if (bracket < 0 || !name.EndsWith(']') || model.Find(name[..bracket]) is not { } output)
            return null;
        return int.TryParse(name.AsSpan(bracket + 1, name.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < output.Length
            ? output.Offset + index
            : null;
    }

    static GoldenRow Row(string line, int number, int inputs, int outputs)
    {
        string[] cells = line.Split(',');
        if (cells.Length != inputs + outputs)
            throw Wrong(number, $"has {cells.Length} cells, but the header has {inputs + outputs}");
        var values = new float[cells.Length];
        for (int i = 0; i < cells.Length; i++)
        {
            if (!float.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]))
                throw Wrong(number, $"has '{cells[i]}' in column {i + 1}, which is not a number");
        }

        return new GoldenRow(values[..inputs], values[inputs..]);
    }

    static ModelRefusedException Wrong(int line, string what) => new($"The golden file {what} (line {line}).");
}
