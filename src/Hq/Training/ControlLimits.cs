namespace EdgeRuntime.Hq.Training;

/// <summary>Where a limit comes from.</summary>
enum LimitMethod
{
    /// <summary>A quantile of what the normal rows themselves scored.</summary>
    Empirical,

    /// <summary>F distribution for T², Jackson and Mudholkar for Q: normal, independent rows assumed.</summary>
    Theory,
}

/// <summary>Limits of T² and Q above which a row is not normal.</summary>
static class ControlLimits
{
    /// <summary>Hotelling's T² of one new row against <paramref name="rows"/> normal ones.</summary>
    internal static double TSquared(int components, int rows, double quantile) =>
        components * ((double)rows * rows - 1) / ((double)rows * (rows - components)) * Distributions.FQuantile(quantile, components, rows - components);

    // Below it the root's rounding is raised to a power that blows it up, and the limit of the formula is closer.
    const double ExponentMin = 1e-8;

    /// <summary>Jackson and Mudholkar (1979): the limit of the squared residual from the eigenvalues that were left out. Where one of them rules the others it is too high rather than too low.</summary>
    /// <exception cref="TrainingException">The approximation has no value for these eigenvalues at this quantile.</exception>
    internal static double JacksonMudholkar(ReadOnlySpan<double> leftOut, double quantile)
    {
        double theta1 = 0, theta2 = 0, theta3 = 0;
        foreach (double value in leftOut)
        {
            theta1 += value;
            theta2 += value * value;
            theta3 += value * value * value;
        }

        double h = 1 - (2 * theta1 * theta3 / (3 * theta2 * theta2));
        double spread = Distributions.NormalQuantile(quantile) * Math.Sqrt(2 * theta2) / theta1;
        if (Math.Abs(h) < ExponentMin)
            return theta1 * Math.Exp(spread - (theta2 / (theta1 * theta1)));
        // The normal quantile has the sign of h: the power of a residual falls as the residual rises where h is negative.
        double root = 1 + (Distributions.NormalQuantile(quantile) * Math.CopySign(Math.Sqrt(2 * theta2 * h * h), h) / theta1) + (theta2 * h * (h - 1) / (theta1 * theta1));
        return root > 0
            ? theta1 * Math.Pow(root, 1 / h)
            : throw new TrainingException(FormattableString.Invariant($"model.limit: theory gives no limit of Q at the quantile {quantile}: one of the {leftOut.Length} left-out components rules the others. Use limit: empirical, or retain more of the variance."));
    }

    /// <summary>Linear between the two neighbours in order (Hyndman and Fan's type 7, as NumPy's default).</summary>
    internal static double Quantile(IEnumerable<double> values, double quantile)
    {
        // In place: Order() sorts doubles by keys and places beside them, which takes much longer.
        double[] sorted = [.. values];
        Array.Sort(sorted);
        double place = (sorted.Length - 1) * quantile;
        int below = (int)Math.Floor(place);
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + ((place - below) * (sorted[below + 1] - sorted[below]));
    }
}
