namespace EdgeRuntime.Hq.Training;

/// <summary>What the model says of one row. Score is 1 at the limit.</summary>
readonly record struct TSquaredQAnswer(double Score, double TSquared, double Q, double[] Contributions);

/// <summary>
/// Hotelling's T² in the retained principal components and the squared residual Q outside them. The score is max(T²/T²limit, Q/Qlimit), so the threshold
/// is 1 for every model. Both statistics are sums over features of squares (complete decomposition, Alcala and Qin 2009): T² = Σ(z·S)ⱼ² with
/// S = P·Λ^(-1/2)·Pᵀ, Q = Σ(z·R)ⱼ² with R = I - P·Pᵀ; a feature's contribution is its share of the statistic that set the score.
/// </summary>
sealed record TSquaredQ
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

    internal required double TSquaredLimit { get; init; }

    internal required double QLimit { get; init; }

    internal TSquaredQAnswer Ask(ReadOnlySpan<float> row)
    {
        double[] z = Scale.Apply(row);
        double[] u = Squares(z, ScoreMatrix), r = Squares(z, ResidualMatrix);
        double tSquared = Sum(u), q = Sum(r);
        double byT = tSquared / TSquaredLimit, byQ = q / QLimit;
        double[] shares = byT >= byQ ? u : r;
        double whole = 0;
        for (int j = 0; j < shares.Length; j++)
            whole += shares[j] += ShareFloor;
        for (int j = 0; j < shares.Length; j++)
            shares[j] /= whole;
        return new(Math.Min(Math.Max(byT, byQ), ScoreMax), Math.Min(tSquared, ScoreMax), Math.Min(q, ScoreMax), shares);
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
