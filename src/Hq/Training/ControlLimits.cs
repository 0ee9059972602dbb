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

    /// <summary>Jackson and Mudholkar (1979): the limit of the squared residual from the eigenvalues that were left out.</summary>
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
        double root = 1 + (Distributions.NormalQuantile(quantile) * Math.Sqrt(2 * theta2 * h * h) / theta1) + (theta2 * h * (h - 1) / (theta1 * theta1));
        return theta1 * Math.Pow(root, 1 / h);
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
