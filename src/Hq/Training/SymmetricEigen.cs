namespace EdgeRuntime.Hq.Training;

/// <summary>
/// Eigenvalues, largest first, and eigenvectors of a symmetric matrix by cyclic Jacobi rotations in a fixed order. Small matrices only: O(n³) a sweep.
/// Each vector's largest element is made positive, so that the same matrix gives the same vectors.
/// </summary>
sealed record SymmetricEigen(double[] Values, double[][] Vectors)
{
    // Convergence is quadratic: correlation matrices of 8 to 64 columns take 5 to 8 sweeps.
    const int SweepsMax = 100;

    /// <exception cref="ArithmeticException">It did not converge: the matrix holds NaN or is not symmetric.</exception>
    internal static SymmetricEigen Of(double[,] symmetric)
    {
        int n = symmetric.GetLength(0);
        var a = (double[,])symmetric.Clone();
        var v = new double[n, n];
        for (int i = 0; i < n; i++)
            v[i, i] = 1;
        for (int sweep = 0; !IsDiagonal(a); sweep++)
        {
            if (sweep == SweepsMax)
                throw new ArithmeticException($"The eigenvalues did not converge within {SweepsMax} sweeps.");
            for (int p = 0; p < n - 1; p++)
            {
                for (int q = p + 1; q < n; q++)
                    Rotate(a, v, p, q);
            }
        }

        // A stable order: equal values keep the order of their columns.
        int[] order = [.. Enumerable.Range(0, n).OrderByDescending(i => a[i, i])];
        return new SymmetricEigen([.. order.Select(i => a[i, i])], [.. order.Select(i => Vector(v, i))]);
    }

    static bool IsDiagonal(double[,] a)
    {
        int n = a.GetLength(0);
        double off = 0, diagonal = 0;
        for (int i = 0; i < n; i++)
        {
            diagonal += a[i, i] * a[i, i];
            for (int j = i + 1; j < n; j++)
                off += a[i, j] * a[i, j];
        }

        return off <= 1e-30 * diagonal;
    }

    static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        double theta = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (theta < 0 ? -1 : 1) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        double c = 1 / Math.Sqrt((t * t) + 1), s = t * c;
        int n = a.GetLength(0);
        for (int k = 0; k < n; k++)
            (a[k, p], a[k, q]) = ((c * a[k, p]) - (s * a[k, q]), (s * a[k, p]) + (c * a[k, q]));
        for (int k = 0; k < n; k++)
            (a[p, k], a[q, k]) = ((c * a[p, k]) - (s * a[q, k]), (s * a[p, k]) + (c * a[q, k]));
        for (int k = 0; k < n; k++)
            (v[k, p], v[k, q]) = ((c * v[k, p]) - (s * v[k, q]), (s * v[k, p]) + (c * v[k, q]));
        // What the rotation was for; rounding leaves a last bit that would keep the next sweep busy.
        a[p, q] = a[q, p] = 0;
    }

    static double[] Vector(double[,] v, int column)
    {
        int n = v.GetLength(0);
        int largest = 0;
        for (int i = 1; i < n; i++)
        {
            if (Math.Abs(v[i, column]) > Math.Abs(v[largest, column]) + 1e-12)
                largest = i;
        }

        double sign = v[largest, column] < 0 ? -1 : 1;
        return [.. Enumerable.Range(0, n).Select(i => sign * v[i, column])];
    }
}
