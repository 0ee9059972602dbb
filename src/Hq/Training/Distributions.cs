namespace EdgeRuntime.Hq.Training;

/// <summary>Quantiles of the distributions that control limits are read from, by bisection on the distribution itself: slow, exact to 1e-12, and short.</summary>
static class Distributions
{
    /// <summary>Quantile of the standard normal distribution.</summary>
    internal static double NormalQuantile(double probability) =>
        // z² of a standard normal is F(1, ∞); the two-sided form through the incomplete gamma function P(1/2, z²/2) needs no table.
        probability == 0.5 ? 0
        : probability < 0.5 ? -NormalQuantile(1 - probability)
        : Bisect(z => 0.5 * (1 + LowerGamma(0.5, z * z / 2)), probability, 0, 40);

    /// <summary>Quantile of the F distribution with the given degrees of freedom.</summary>
    internal static double FQuantile(double probability, int numerator, int denominator)
    {
        double x = Bisect(b => IncompleteBeta(numerator / 2.0, denominator / 2.0, b), probability, 0, 1);
        return denominator * x / (numerator * (1 - x));
    }

    static double Bisect(Func<double, double> distribution, double probability, double low, double high)
    {
        for (int i = 0; i < 200; i++)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
                break;
            if (distribution(middle) < probability)
                low = middle;
            else
                high = middle;
        }

        return low + ((high - low) / 2);
    }

    /// <summary>Regularised lower incomplete gamma function by its series; enough terms for every argument asked here.</summary>
    static double LowerGamma(double a, double x)
    {
        if (x <= 0)
            return 0;
        double term = 1 / a, sum = term;
        for (int n = 1; n < 5000 && term > sum * 1e-17; n++)
        {
            term *= x / (a + n);
            sum += term;
        }

        return Math.Min(1, sum * Math.Exp((a * Math.Log(x)) - x - LogGamma(a)));
    }

    /// <summary>Regularised incomplete beta function by Lentz's continued fraction.</summary>
    static double IncompleteBeta(double a, double b, double x)
    {
        if (x is <= 0 or >= 1)
            return x <= 0 ? 0 : 1;
        double front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x)));
        // The fraction converges fast only below the mean; above it the mirrored one does.
        return x < (a + 1) / (a + b + 2) ? front * BetaFraction(a, b, x) / a : 1 - (front * BetaFraction(b, a, 1 - x) / b);
    }

    static double BetaFraction(double a, double b, double x)
    {
        double c = 1, d = 1 / NotZero(1 - ((a + b) * x / (a + 1))), h = d;
        for (int m = 1; m < 10_000; m++)
        {
            double even = m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m)));
            d = 1 / NotZero(1 + (even * d));
            c = NotZero(1 + (even / c));
            h *= d * c;
            double odd = -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / NotZero(1 + (odd * d));
            c = NotZero(1 + (odd / c));
            h *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-15)
                return h;
        }

        return h;
    }

    static double NotZero(double value) => Math.Abs(value) < 1e-300 ? 1e-300 : value;

    /// <summary>Lanczos' approximation (g = 7, n = 9), good to 15 digits for positive arguments.</summary>
    static double LogGamma(double x)
    {
        ReadOnlySpan<double> coefficients =
        [
            0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
            12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
        ];
        if (x < 0.5)
            return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        double sum = coefficients[0];
        for (int i = 1; i < coefficients.Length; i++)
            sum += coefficients[i] / (x + i);
        double t = x + 7.5;
        return (0.5 * Math.Log(2 * Math.PI)) + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
