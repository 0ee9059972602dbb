namespace EdgeRuntime.Features.Operators;

/// <summary>
/// The formulas over the values of one window. All are plain left-to-right sums in event time: pairwise or vector sums are a little more exact and give
/// other last bits on other machines, and then yesterday's decision could not be replayed.
/// </summary>
static class WindowFormulas
{
    public static double Mean(ReadOnlySpan<double> values) => Rest(0, values) / values.Length;

    /// <summary>Population standard deviation in two passes: one value gives 0.</summary>
    public static double Std(ReadOnlySpan<double> values) => Std(values, Mean(values));

    /// <param name="mean">Their <see cref="Mean"/>.</param>
    public static double Std(ReadOnlySpan<double> values, double mean) => Math.Sqrt(RestOfSquares(0, values, mean) / values.Length);

    /// <summary>What <see cref="Mean"/> and <see cref="Std(ReadOnlySpan{double}, double)"/> give for each of four windows, to the same bits; NaN for one without values.</summary>
    public static void MeansAndStds(
        ReadOnlySpan<double> a,
        ReadOnlySpan<double> b,
        ReadOnlySpan<double> c,
        ReadOnlySpan<double> d,
        out (double Mean, double Std) ofA,
        out (double Mean, double Std) ofB,
        out (double Mean, double Std) ofC,
        out (double Mean, double Std) ofD)
    {
        int common = Math.Min(Math.Min(a.Length, b.Length), Math.Min(c.Length, d.Length));
        double sumA = 0, sumB = 0, sumC = 0, sumD = 0;
        for (int i = 0; i < common; i++)
        {
            sumA += a[i];
            sumB += b[i];
            sumC += c[i];
            sumD += d[i];
        }

        double meanA = Rest(sumA, a[common..]) / a.Length, meanB = Rest(sumB, b[common..]) / b.Length;
        double meanC = Rest(sumC, c[common..]) / c.Length, meanD = Rest(sumD, d[common..]) / d.Length;
        double squaresA = 0, squaresB = 0, squaresC = 0, squaresD = 0;
        for (int i = 0; i < common; i++)
        {
            double offA = a[i] - meanA, offB = b[i] - meanB, offC = c[i] - meanC, offD = d[i] - meanD;
            squaresA += offA * offA;
            squaresB += offB * offB;
            squaresC += offC * offC;
            squaresD += offD * offD;
        }

        ofA = (meanA, Math.Sqrt(RestOfSquares(squaresA, a[common..], meanA) / a.Length));
        ofB = (meanB, Math.Sqrt(RestOfSquares(squaresB, b[common..], meanB) / b.Length));
        ofC = (meanC, Math.Sqrt(RestOfSquares(squaresC, c[common..], meanC) / c.Length));
        ofD = (meanD, Math.Sqrt(RestOfSquares(squaresD, d[common..], meanD) / d.Length));
    }

    static double Rest(double sum, ReadOnlySpan<double> values)
    {
        foreach (double value in values)
            sum += value;
        return sum;
    }

    static double RestOfSquares(double sum, ReadOnlySpan<double> values, double mean)
    {
        foreach (double value in values)
        {
            double off = value - mean;
            sum += off * off;
        }

        return sum;
    }

    public static double Min(ReadOnlySpan<double> values)
    {
        double min = values[0];
        foreach (double value in values)
        {
            if (value < min)
                min = value;
        }

        return min;
    }

    public static double Max(ReadOnlySpan<double> values)
    {
        double max = values[0];
        foreach (double value in values)
        {
            if (value > max)
                max = value;
        }

        return max;
    }

    public static double Rms(ReadOnlySpan<double> values)
    {
        double sum = 0;
        foreach (double value in values)
            sum += value * value;
        return Math.Sqrt(sum / values.Length);
    }

    /// <summary>Of the population, 3 for a normal distribution; 0/0 for values that are all the same.</summary>
    public static double Kurtosis(ReadOnlySpan<double> values)
    {
        double mean = Mean(values);
        double squares = 0, fourths = 0;
        foreach (double value in values)
        {
            double square = (value - mean) * (value - mean);
            squares += square;
            fourths += square * square;
        }

        double variance = squares / values.Length;
        return fourths / values.Length / (variance * variance);
    }

    /// <summary>Largest distance from zero over the root mean square; 0/0 for zeroes.</summary>
    public static double Crest(ReadOnlySpan<double> values)
    {
        double peak = 0;
        foreach (double value in values)
            peak = Math.Max(peak, Math.Abs(value));
        return peak / Rms(values);
    }

    /// <summary>Least squares per second; 0/0 for fewer than two values.</summary>
    public static double Slope(ReadOnlySpan<double> values, ReadOnlySpan<long> times, long moment)
    {
        double timeSum = 0;
        foreach (long time in times)
            timeSum += (time - moment) / 1e9;
        double timeMean = timeSum / times.Length;
        double valueMean = Mean(values);
        double across = 0, along = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double off = (times[i] - moment) / 1e9 - timeMean;
            across += off * (values[i] - valueMean);
            along += off * off;
        }

        return across / along;
    }

    /// <summary>Difference quotient of the two newest values, per second; NaN for fewer than two.</summary>
    public static double Rate(ReadOnlySpan<double> values, ReadOnlySpan<long> times) => values.Length < 2
        ? double.NaN
        : (values[^1] - values[^2]) / ((times[^1] - times[^2]) / 1e9);
}
