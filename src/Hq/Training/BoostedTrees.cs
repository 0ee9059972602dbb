using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>Log odds as a sum over trees, rounded to float32: the operator of the graph gives no more, and so trainer and graph say the same to the last bit.</summary>
/// <param name="Normal">Median of each feature over the normal rows: what reasons are measured against.</param>
sealed record BoostedTrees(IReadOnlyList<DecisionTree> Trees, double[] Normal) : IClassifier
{
    public int Width => Normal.Length;

    public string Architecture => "gradient-boosting";

    public bool Sees(int feature) => Trees.Any(tree => tree.Features.Contains(feature));

    public double LogOdds(ReadOnlySpan<float> row) => LogOdds((ReadOnlySpan<double>)Exact(row));

    public double[] Reasons(ReadOnlySpan<float> row)
    {
        double[] exact = Exact(row);
        double whole = LogOdds((ReadOnlySpan<double>)exact);
        var reasons = new double[exact.Length];
        for (int j = 0; j < exact.Length; j++)
        {
            (double value, exact[j]) = (exact[j], Normal[j]);
            reasons[j] = Math.Max(whole - LogOdds((ReadOnlySpan<double>)exact), 0);
            exact[j] = value;
        }

        return reasons;
    }

    /// <summary>
    /// The ensemble is asked n + 1 times in one call: row j of a question has feature j at its normal median, the last row is the question itself.
    /// </summary>
    public (string LogOdds, string Reasons) AddTo(OnnxGraph graph, string row)
    {
        var replaced = new bool[Width + 1, Width];
        for (int j = 0; j < Width; j++)
            replaced[j, j] = true;
        string one = graph.Constant("middle_axis", 1L);
        string rows = graph.Node("Where", "rows", graph.Constant("replaced", replaced), graph.Constant("normal", Normal), graph.Node("Unsqueeze", "question", row, one));
        string flat = graph.Node("Reshape", "rows_flat", rows, graph.Constant("rows_shape", -1, Width));
        string sums = graph.Cast("sums", graph.TreeSum("sums_float", flat, Trees), ElementType.Double);
        string all = graph.Node("Reshape", "odds_all", sums, graph.Constant("question_shape", -1, Width + 1));
        string logOdds = graph.Node("Slice", "odds", all, graph.Constant("last", Width), graph.Constant("end", Width + 1), one);
        string without = graph.Node("Slice", "odds_without", all, graph.Constant("first", 0L), graph.Constant("last_end", Width), one);
        string lost = graph.Node("Sub", "lost", logOdds, without);
        return (logOdds, graph.Node("Max", "reasons", lost, graph.Constant("nothing", 0.0)));
    }

    double LogOdds(ReadOnlySpan<double> row)
    {
        double sum = 0;
        foreach (DecisionTree tree in Trees)
            sum += tree.Ask(row);
        return (float)sum;
    }

    static double[] Exact(ReadOnlySpan<float> row)
    {
        var exact = new double[row.Length];
        for (int j = 0; j < exact.Length; j++)
            exact[j] = row[j];
        return exact;
    }
}
