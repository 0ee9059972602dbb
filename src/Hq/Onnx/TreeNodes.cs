namespace EdgeRuntime.Hq.Onnx;

/// <summary>Trees as the columns that ai.onnx.ml's ensembles are written in: splits first, in their order, then leaves; of a tree that never splits the one leaf.</summary>
sealed class TreeNodes
{
    internal List<long> Trees { get; } = [];

    internal List<long> Ids { get; } = [];

    internal List<string> Modes { get; } = [];

    internal List<long> Features { get; } = [];

    internal List<double> Thresholds { get; } = [];

    internal List<long> Left { get; } = [];

    internal List<long> Right { get; } = [];

    internal List<long> LeafTrees { get; } = [];

    internal List<long> LeafIds { get; } = [];

    internal List<double> Leaves { get; } = [];

    internal void Add(int place, DecisionTree tree)
    {
        int splits = tree.Features.Length;
        for (int i = 0; i < splits; i++)
            Node(place, i, "BRANCH_LEQ", tree.Features[i], tree.Thresholds[i], Id(tree.Left[i], splits), Id(tree.Right[i], splits));
        for (int i = 0; i < tree.Leaves.Length; i++)
        {
            Node(place, splits + i, "LEAF", 0, 0, 0, 0);
            LeafTrees.Add(place);
            LeafIds.Add(splits + i);
            Leaves.Add(tree.Leaves[i]);
        }
    }

    static int Id(int child, int splits) => child >= 0 ? child : splits + ~child;

    void Node(int place, int id, string mode, int feature, double threshold, int left, int right)
    {
        Trees.Add(place);
        Ids.Add(id);
        Modes.Add(mode);
        Features.Add(feature);
        Thresholds.Add(threshold);
        Left.Add(left);
        Right.Add(right);
    }
}
