using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Finds features that go up, or down, through the whole of every recording: a clock or a counter under another name.</summary>
static class CounterColumns
{
    // In fewer rows a slow temperature may rise all along.
    const int RowsMin = 20;

    internal static IReadOnlyList<string> Of(IReadOnlyList<VectorColumn> columns, IReadOnlyList<ScoredRecording> scored)
    {
        IReadOnlyList<float[]>[] recordings = [.. scored.Select(s => s.Recording.Rows).Where(r => r.Count >= RowsMin)];
        return recordings.Length == 0 ? [] : [.. columns.Index().Where(c => Array.TrueForAll(recordings, r => Counts(r, c.Index))).Select(c => c.Item.Name)];
    }

    /// <summary>One way only, and moving in at least half of the steps; a switch that was thrown once is no counter.</summary>
    static bool Counts(IReadOnlyList<float[]> rows, int column)
    {
        int rises = 0, falls = 0;
        for (int i = 1; i < rows.Count; i++)
        {
            rises += rows[i][column] > rows[i - 1][column] ? 1 : 0;
            falls += rows[i][column] < rows[i - 1][column] ? 1 : 0;
        }

        return (rises == 0 || falls == 0) && 2 * (rises + falls) >= rows.Count - 1;
    }
}
