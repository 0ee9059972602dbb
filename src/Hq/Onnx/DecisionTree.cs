namespace EdgeRuntime.Hq.Onnx;

/// <summary>
/// One binary tree. Split i sends a value of column Features[i] to Left[i] where it is at most Thresholds[i], and else, NaN too, to Right[i]. A child from 0 on is a
/// split; below 0 it is leaf ~child. Split 0 is the root; a tree without a split is leaf 0.
/// </summary>
sealed record DecisionTree(int[] Features, double[] Thresholds, int[] Left, int[] Right, double[] Leaves)
{
    internal double Ask(ReadOnlySpan<double> row)
    {
        int at = Features.Length == 0 ? -1 : 0;
        while (at >= 0)
            at = row[Features[at]] <= Thresholds[at] ? Left[at] : Right[at];
        return Leaves[~at];
    }

    /// <summary>The same tree, each leaf times <paramref name="factor"/>.</summary>
    internal DecisionTree Times(double factor) => this with { Leaves = [.. Leaves.Select(leaf => leaf * factor)] };
}
