using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>Rows of <see cref="TinyPlant"/> with faults that a tree can find and a line can find in part, and models fitted on them.</summary>
static class TinyFaults
{
    internal static readonly BoostingOptions Quick = new() { Trees = 40, Leaves = 8, RowsPerLeaf = 20, LearningRate = 0.1 };

    internal static LabelledRows Labelled(int seed, int rows, int width, Func<int, double>? magnitude = null)
    {
        float[][] made = TinyPlant.Rows(seed, rows, width, magnitude);
        double[] middle = [.. Enumerable.Range(0, width).Select(j => made.Average(row => (double)row[j]))];
        var random = new Random(seed + 1);
        bool[] events = [.. made.Select(row => (row[0] > middle[0] == row[^1] > middle[^1] ? 1 : 0) + (row[0] / middle[0]) - 1 + (0.5 * TinyPlant.Normal(random)) > 1)];
        return new LabelledRows(made, events);
    }

    internal static HeldOut HeldOut(IClassifier model, LabelledRows rows) => new([.. rows.Rows.Select(row => model.LogOdds(row))], rows.IsEvent);

    /// <summary>
    /// Rows as no plant gives them: every eighth row has a cell or all cells of what a float can hold at its ends, every eighth a value exactly at, just below or just above a threshold of the model.
    /// </summary>
    internal static float[][] Rough(int seed, float[][] usual, IReadOnlyList<(int Column, double Value)> edges)
    {
        float[] ends = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, float.MinValue, float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f, 0f, -0f];
        var random = new Random(seed);
        var rough = new float[usual.Length][];
        for (int i = 0; i < usual.Length; i++)
        {
            rough[i] = [.. usual[i]];
            if (i % 8 == 0)
                rough[i][random.Next(rough[i].Length)] = ends[random.Next(ends.Length)];
            else if (i % 64 == 1)
                Array.Fill(rough[i], ends[random.Next(ends.Length)]);
            else if (i % 8 == 2 && edges.Count > 0)
            {
                (int column, double value) = edges[random.Next(edges.Count)];
                rough[i][column] = (i / 8 % 3) switch { 0 => (float)value, 1 => MathF.BitDecrement((float)value), _ => MathF.BitIncrement((float)value) };
            }
        }

        return rough;
    }
}
