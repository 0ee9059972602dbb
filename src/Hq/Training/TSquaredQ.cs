namespace EdgeRuntime.Hq.Training;

/// <summary>What the model says of one row. Score is 1 at the limit.</summary>
readonly record struct TSquaredQAnswer(double Score, double TSquared, double Q, double[] Contributions);

/// <summary>
/// Hotelling's T² in the retained principal components and the squared residual Q outside them. The score is max(T²/T²limit, Q/Qlimit), so the threshold
/// is 1 for every model. T² = |z·S|² with S = P·Λ^(-1/2)·Pᵀ, Q = |z·R|² with R = I - P·Pᵀ.
/// <para>
/// A feature's contribution (reconstruction-based, Alcala and Qin 2009) is what would go away of T²/T²limit + Q/Qlimit if that feature alone took its
/// most fitting value: (z·B)ⱼ² / Bⱼⱼ with B = S²/T²limit + R/Qlimit, given as a share of all features' sum. When one feature alone is off, it has the
/// largest share, always; plain squared residuals do not promise that, and with one component left out they give the same shares for every fault.
/// </para>
/// </summary>
sealed record TSquaredQ : ITrainedModel
{
    /// <summary>Added to every squared term before shares are taken: a row that sits exactly on the mean gives equal shares instead of 0/0.</summary>
    internal const double ShareFloor = 1e-12;

    /// <summary>The largest score that is said: below float32's end, so that a finite row never gives infinity.</summary>
    internal const double ScoreMax = 1e38;

    internal required Standardisation Scale { get; init; }

    /// <summary>All eigenvalues of the correlation matrix of the columns that vary, largest first.</summary>
    internal required double[] Eigenvalues { get; init; }

    internal required int Components { get; init; }

    internal required double[,] ScoreMatrix { get; init; }

    internal required double[,] ResidualMatrix { get; init; }

    /// <summary>B = S²/T²limit + R/Qlimit.</summary>
    internal required double[,] BlameMatrix { get; init; }

    internal required double TSquaredLimit { get; init; }

    internal required double QLimit { get; init; }

    /// <summary>1 / Bⱼⱼ; 0 for a constant column.</summary>
    internal double[] BlameWeight => [.. Enumerable.Range(0, Scale.Mean.Length).Select(j => Scale.IsConstant(j) ? 0 : 1 / BlameMatrix[j, j])];

    public IReadOnlyList<(string Name, int Width)> Outputs => OutputsOf(Scale.Mean.Length);

    public double Score(ReadOnlySpan<float> row) => Ask(row).Score;

    public byte[] Write(string version, IEnumerable<KeyValuePair<string, string>> metadata) => TSquaredQGraph.Write(this, version, metadata);

    internal static IReadOnlyList<(string Name, int Width)> OutputsOf(int width) =>
        [(TSquaredQGraph.Score, 1), (TSquaredQGraph.TSquared, 1), (TSquaredQGraph.Q, 1), (TSquaredQGraph.Contributions, width)];

    internal TSquaredQAnswer Ask(ReadOnlySpan<float> row)
    {
        double[] z = Scale.Apply(row);
        double tSquared = Sum(Squares(z, ScoreMatrix)), q = Sum(Squares(z, ResidualMatrix));
        double[] shares = Squares(z, BlameMatrix), weight = BlameWeight;
        double whole = 0;
        for (int j = 0; j < shares.Length; j++)
            whole += shares[j] = (shares[j] * weight[j]) + ShareFloor;
        for (int j = 0; j < shares.Length; j++)
            shares[j] /= whole;
        return new(
            Math.Min(Math.Max(tSquared / TSquaredLimit, q / QLimit), ScoreMax), Math.Min(tSquared, ScoreMax), Math.Min(q, ScoreMax), shares);
    }

    internal static double[] Squares(double[] z, double[,] matrix)
    {
        var squares = new double[z.Length];
        for (int j = 0; j < z.Length; j++)
        {
            double sum = 0;
            for (int i = 0; i < z.Length; i++)
                sum += z[i] * matrix[i, j];
            squares[j] = sum * sum;
        }

        return squares;
    }

    internal static double Sum(double[] values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value;
        return sum;
    }
}
