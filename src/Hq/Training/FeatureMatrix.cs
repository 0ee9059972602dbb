using EdgeRuntime.Facts;

namespace EdgeRuntime.Hq.Training;

/// <summary>One column of the contract between pipeline and model: its place is its place in the vector.</summary>
sealed record VectorColumn(string Name, string Unit);

/// <summary>Whole feature vectors in event-time order, as the pipeline gave them: the only thing a trainer sees. Rows hold finite float32 only.</summary>
sealed class FeatureMatrix
{
    /// <exception cref="ArgumentException">A row is too short or too long, holds NaN or infinity, or the times do not match the rows.</exception>
    internal FeatureMatrix(IReadOnlyList<VectorColumn> columns, IReadOnlyList<float[]> rows, IReadOnlyList<EventTime> times)
    {
        if (columns.Count == 0)
            throw new ArgumentException("A feature matrix needs at least one column.", nameof(columns));
        if (times.Count != rows.Count)
            throw new ArgumentException($"There are {rows.Count} rows but {times.Count} times.", nameof(times));
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Length != columns.Count)
                throw new ArgumentException($"Row {i} has {rows[i].Length} values; the contract has {columns.Count} columns.", nameof(rows));
            int bad = Array.FindIndex(rows[i], v => !float.IsFinite(v));
            if (bad >= 0)
                throw new ArgumentException($"Row {i} holds {rows[i][bad]} in {columns[bad].Name}; only whole vectors can be trained on.", nameof(rows));
        }

        Columns = columns;
        Rows = rows;
        Times = times;
    }

    internal IReadOnlyList<VectorColumn> Columns { get; }

    internal IReadOnlyList<float[]> Rows { get; }

    internal IReadOnlyList<EventTime> Times { get; }

    internal int Width => Columns.Count;

    internal FeatureMatrix Where(Func<int, bool> keep)
    {
        int[] kept = [.. Enumerable.Range(0, Rows.Count).Where(keep)];
        return new FeatureMatrix(Columns, [.. kept.Select(i => Rows[i])], [.. kept.Select(i => Times[i])]);
    }
}
