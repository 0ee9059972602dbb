using System.Numerics;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// Fits <see cref="LogisticRegression"/> by Newton's method (iteratively reweighted least squares; Hastie, Tibshirani and Friedman 2009, section 4.4.1) with a ridge. Plain sums in double, each
/// from its first row to its last: the same bits on every machine, which the vectorised sums of a library would not promise. Only sums that know nothing of each other are added side by side.
/// </summary>
static class LogisticFit
{
    // Newton on a convex function with a ridge and halved steps: 5 to 10 steps in practice.
    const int StepsMax = 100;

    const double LossChangeMin = 1e-12;

    /// <exception cref="TrainingException">Rows of one kind only, a row that is not finite, or no feature that varies.</exception>
    internal static LogisticRegression Fit(LabelledRows labelled, LogisticOptions options, IProgress<double>? progress = null)
    {
        labelled.Check();
        Standardisation scale = Standardisation.Of(labelled.Rows);
        int width = labelled.Width;
        if (Enumerable.Range(0, width).All(scale.IsConstant))
            throw new TrainingException("No feature varies in the rows to train on, so there is nothing to tell an event by.");
        double[][] z = [.. labelled.Rows.Select(row => scale.Apply(row))];
        double[] counts = labelled.Weights(options.BalanceGroups, options.EventWeight);

        // The last place is the intercept, which costs nothing.
        var fitted = new double[width + 1];
        double loss = Loss(z, labelled.IsEvent, counts, fitted, options.Ridge);
        for (int step = 0; step < StepsMax; step++)
        {
            double[] move = Step(z, labelled.IsEvent, counts, fitted, options.Ridge);
            double[] next = fitted;
            double nextLoss = loss;
            double share = 1;
            for (int halved = 0; halved < 40; halved++, share /= 2)
            {
                next = [.. fitted.Select((w, j) => w + (share * move[j]))];
                nextLoss = Loss(z, labelled.IsEvent, counts, next, options.Ridge);
                if (nextLoss <= loss)
                    break;
            }

            progress?.Report(Math.Min(0.99, (step + 1) / 10.0));
            if (!(nextLoss < loss - (LossChangeMin * loss)))
                break;
            (fitted, loss) = (next, nextLoss);
        }

        progress?.Report(1);
        return new LogisticRegression(scale, fitted[..width], fitted[width], labelled.NormalMedians());
    }

    static double Loss(double[][] z, IReadOnlyList<bool> isEvent, double[] counts, double[] weights, double ridge)
    {
        double loss = 0;
        for (int i = 0; i < z.Length; i++)
        {
            double odds = LogOdds(z[i], weights);
            loss += counts[i] * Logistic.Loss(isEvent[i] ? odds : -odds);
        }

        for (int j = 0; j < weights.Length - 1; j++)
            loss += ridge / 2 * weights[j] * weights[j];
        return loss;
    }

    static double[] Step(double[][] z, IReadOnlyList<bool> isEvent, double[] counts, double[] weights, double ridge)
    {
        int n = weights.Length;
        // Its lower half: row j has j + 1 places.
        double[][] hessian = [.. Enumerable.Range(1, n).Select(places => new double[places])];
        var gradient = new double[n];
        for (int i = 0; i < z.Length; i++)
        {
            double[] row = z[i];
            double p = Logistic.Of(LogOdds(row, weights));
            double off = counts[i] * ((isEvent[i] ? 1 : 0) - p), curve = counts[i] * p * (1 - p);
            Add(gradient.AsSpan(0, row.Length), row, off);
            gradient[n - 1] += off;
            for (int j = 0; j < row.Length; j++)
                Add(hessian[j], row, curve * row[j]);
            Add(hessian[n - 1].AsSpan(0, row.Length), row, curve);
            hessian[n - 1][n - 1] += curve;
        }

        for (int j = 0; j < n - 1; j++)
        {
            gradient[j] -= ridge * weights[j];
            hessian[j][j] += ridge;
        }

        // Where all rows are sure, the intercept has no curve left; this much keeps the step finite.
        hessian[n - 1][n - 1] += 1e-9;
        return Solve(hessian, gradient);
    }

    /// <summary>Adds each value times the factor to its own sum: as many sums at once as the machine can, with the bits of one after the other.</summary>
    static void Add(Span<double> sums, ReadOnlySpan<double> values, double factor)
    {
        int k = 0;
        for (; k + Vector<double>.Count <= sums.Length; k += Vector<double>.Count)
            (new Vector<double>(sums[k..]) + (new Vector<double>(values[k..]) * factor)).CopyTo(sums[k..]);
        for (; k < sums.Length; k++)
            sums[k] += values[k] * factor;
    }

    /// <summary>By Cholesky; only the lower half is there. The matrix is positive definite by its ridge.</summary>
    static double[] Solve(double[][] a, double[] b)
    {
        int n = b.Length;
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                double sum = a[i][j];
                for (int k = 0; k < j; k++)
                    sum -= a[i][k] * a[j][k];
                a[i][j] = i == j ? Math.Sqrt(Math.Max(sum, 1e-12)) : sum / a[j][j];
            }
        }

        var x = (double[])b.Clone();
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
                x[i] -= a[i][k] * x[k];
            x[i] /= a[i][i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
                x[i] -= a[k][i] * x[k];
            x[i] /= a[i][i];
        }

        return x;
    }

    static double LogOdds(double[] row, double[] weights)
    {
        double sum = weights[^1];
        for (int j = 0; j < row.Length; j++)
            sum += row[j] * weights[j];
        return sum;
    }
}
