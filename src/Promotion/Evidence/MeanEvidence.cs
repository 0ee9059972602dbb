namespace EdgeRuntime.Promotion.Evidence;

/// <summary>
/// How strongly observations of -1, 0 and 1 speak against "their mean is at most m". The figure is the capital of a player who stakes a fixed share of what
/// is left on every observation being above m, averaged over shares from large to tiny; it begins at 1. Were the mean at most m, the chance that the capital
/// <i>ever</i> reaches 1/e is at most e (Ville's inequality). So it may be looked at after each observation, and looking often costs nothing.
/// Source: I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by betting", J. R. Stat. Soc. B 86 (2024), section 4.
/// </summary>
static class MeanEvidence
{
    /// <summary>Stakes of 2^(-1/2), 2^(-2/2), ... of the largest that can never lose all: the last serves differences of some thousandths.</summary>
    const int Stakes = 24;

    const int BisectionSteps = 60;
    const double TimesMax = 1 << 20;

    /// <summary>Natural logarithm of the capital against "the mean is at most <paramref name="mean"/>".</summary>
    /// <param name="lowest">The least value that there can be, below <paramref name="mean"/>: -1, or 0 where nothing is ever worse than 0.</param>
    /// <param name="times">Each observation counts so often.</param>
    public static double Above(PairCounts seen, double mean, double lowest = -1, double times = 1)
    {
        Span<double> capitals = stackalloc double[Stakes];
        double most = double.NegativeInfinity;
        for (int i = 0; i < Stakes; i++)
            most = Math.Max(most, capitals[i] = times * Capital(seen, mean, StakeOf(i, mean, lowest)));
        double sum = 0;
        foreach (double capital in capitals)
            sum += Math.Exp(capital - most);
        return most + Math.Log(sum / Stakes);
    }

    /// <summary>The same against "the mean is at least <paramref name="mean"/>".</summary>
    /// <param name="highest">The greatest value that there can be.</param>
    public static double Below(PairCounts seen, double mean, double highest = 1) => Above(seen.Mirrored, -mean, -highest);

    /// <summary>
    /// How many times as many observations are needed until the capital against "the mean is at most <paramref name="mean"/>" reaches <paramref name="enough"/> (its
    /// logarithm), if the coming ones are as those before; infinite where these do not speak against it. 1 where they are enough.
    /// </summary>
    public static double TimesNeeded(PairCounts seen, double mean, double enough, double lowest = -1)
    {
        double high = 1;
        while (Above(seen, mean, lowest, high) < enough)
        {
            high *= 2;
            if (high > TimesMax)
                return double.PositiveInfinity;
        }

        double low = high / 2;
        for (int step = 0; step < BisectionSteps && high > 1; step++)
        {
            double middle = (low + high) / 2;
            if (Above(seen, mean, lowest, middle) < enough)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    /// <summary>Where the mean lies: an interval that holds it at all times at once, but for the chance <paramref name="errorRate"/>.</summary>
    public static (double Low, double High) Interval(PairCounts seen, double errorRate)
    {
        double enough = Math.Log(2 / errorRate);
        return (LowestNotRefuted(seen, enough), -LowestNotRefuted(seen.Mirrored, enough));
    }

    // The capital falls as the mean that it plays against grows, because every stake is a share of the largest for that mean.
    static double LowestNotRefuted(PairCounts seen, double enough)
    {
        (double refuted, double stands) = (-1, 1);
        for (int step = 0; step < BisectionSteps; step++)
        {
            double middle = (refuted + stands) / 2;
            if (Above(seen, middle) >= enough)
                refuted = middle;
            else
                stands = middle;
        }

        return refuted;
    }

    static double StakeOf(int index, double mean, double lowest) => Math.Pow(2, -(index + 1) / 2.0) / (mean - lowest);

    static double Capital(PairCounts seen, double mean, double stake) =>
        Part(seen.Better, stake * (1 - mean)) + Part(seen.Same, -stake * mean) + Part(seen.Worse, stake * (-1 - mean));

    // None of a kind gives nothing, even where one of it would lose everything.
    static double Part(long count, double gain) => count == 0 ? 0 : count * Math.Log(1 + gain);
}
