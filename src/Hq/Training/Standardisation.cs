namespace EdgeRuntime.Hq.Training;

/// <summary>
/// Mean and sample standard deviation of each column over the normal rows, in double. A column that never moved in the normal period has no scale to
/// measure a departure by: its weight is 0, the model does not see it, and the model card says so. A change there is for validation rules and plant rules.
/// </summary>
sealed class Standardisation
{
    // float32 carries about 7 digits; a spread below one part in a million of the mean is rounding, not variation.
    const double ConstantBelow = 1e-6;

    Standardisation(double[] mean, double[] std, double[] weight)
    {
        Mean = mean;
        Std = std;
        Weight = weight;
    }

    internal double[] Mean { get; }

    internal double[] Std { get; }

    /// <summary>1 / std; 0 for a constant column.</summary>
    internal double[] Weight { get; }

    internal bool IsConstant(int column) => Weight[column] == 0;

    internal static Standardisation Of(IReadOnlyList<float[]> rows)
    {
        int width = rows[0].Length;
        var mean = new double[width];
        var std = new double[width];
        var weight = new double[width];
        for (int j = 0; j < width; j++)
        {
            // Plain left-to-right sums in two passes: exact enough in double, and the same bits wherever it is trained.
            double sum = 0;
            foreach (float[] row in rows)
                sum += row[j];
            mean[j] = sum / rows.Count;
            double squares = 0;
            foreach (float[] row in rows)
                squares += (row[j] - mean[j]) * (row[j] - mean[j]);
            std[j] = Math.Sqrt(squares / (rows.Count - 1));
            weight[j] = std[j] <= ConstantBelow * Math.Abs(mean[j]) ? 0 : 1 / std[j];
        }

        return new Standardisation(mean, std, weight);
    }

    internal double[] Apply(ReadOnlySpan<float> row)
    {
        var z = new double[row.Length];
        for (int j = 0; j < z.Length; j++)
            z[j] = (row[j] - Mean[j]) * Weight[j];
        return z;
    }
}
