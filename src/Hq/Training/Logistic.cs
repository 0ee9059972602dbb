namespace EdgeRuntime.Hq.Training;

/// <summary>The logistic function and its loss, without overflow at either end.</summary>
static class Logistic
{
    /// <summary>1 / (1 + exp(-x)).</summary>
    internal static double Of(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    /// <summary>-log of the probability that was given to what came true: log(1 + exp(-x)).</summary>
    internal static double Loss(double x) => x >= 0 ? Log1(Math.Exp(-x)) : Log1(Math.Exp(x)) - x;

    /// <summary>log(1 + x) for small x too.</summary>
    static double Log1(double x)
    {
        double one = 1 + x;
        return one == 1 ? x : Math.Log(one) * x / (one - 1);
    }
}
