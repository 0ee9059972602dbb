using System.Globalization;
using System.Text;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>
/// Rows that every box asks the model before it takes the release, and what it must answer, bit for bit on the same kind of processor. As text:
/// <c>in:feature,…,out:output,…</c>, an output wider than one as <c>out:name[0],…</c>; float32 in its shortest round-trip form.
/// </summary>
static class GoldenSet
{
    const int FromData = 48;
    const int AtLeast = 64;
    const int Random = 16;

    /// <summary>Real rows spread over all of the data, the edges of the input space, and seeded random rows around the normal period.</summary>
    internal static IReadOnlyList<float[]> Rows(FeatureMatrix matrix, Standardisation scale, int seed)
    {
        var rows = new List<float[]>();
        int step = Math.Max(1, matrix.Rows.Count / FromData);
        for (int i = 0; i < matrix.Rows.Count && rows.Count < FromData; i += step)
            rows.Add(matrix.Rows[i]);
        rows.AddRange(Edges(scale));
        var random = new Random(seed);
        for (int i = 0; i < Random || rows.Count < AtLeast; i++)
            rows.Add([.. scale.Mean.Select((mean, j) => (float)(mean + (scale.Std[j] * 8 * (random.NextDouble() - 0.5))))]);
        return rows;
    }

    internal static byte[] Write(IReadOnlyList<VectorColumn> columns, IReadOnlyList<(string Name, int Width)> outputs, IReadOnlyList<float[]> rows, IReadOnlyList<float[]> answers)
    {
        var text = new StringBuilder();
        IEnumerable<string> said = outputs.SelectMany(o => o.Width == 1 ? [$"out:{o.Name}"] : Enumerable.Range(0, o.Width).Select(i => $"out:{o.Name}[{i}]"));
        text.AppendJoin(',', columns.Select(c => $"in:{c.Name}").Concat(said)).Append('\n');
        for (int i = 0; i < rows.Count; i++)
            text.AppendJoin(',', rows[i].Concat(answers[i]).Select(v => v.ToString("R", CultureInfo.InvariantCulture))).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static IEnumerable<float[]> Edges(Standardisation scale)
    {
        int width = scale.Mean.Length;
        yield return [.. scale.Mean.Select(m => (float)m)];
        yield return new float[width];
        foreach (float edge in (float[])[1, -1, 1e30f, -1e30f, float.MaxValue, float.MinValue])
            yield return [.. Enumerable.Repeat(edge, width)];
        for (int j = 0; j < width; j++)
        {
            int one = j;
            yield return [.. scale.Mean.Select((m, i) => (float)(i == one ? m + (10 * scale.Std[i]) : m))];
        }
    }
}
