using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// <see cref="TSquaredQ"/> as an ONNX graph: x float32 [batch, n] → score, t2, q [batch, 1] and contributions [batch, n], float32. Between the two casts
/// everything is double: the columns span 1e-1 to 4e7, and a residual is a small difference of large numbers.
/// </summary>
static class TSquaredQGraph
{
    internal const string Input = "x";

    internal const string Score = "score", TSquared = "t2", Q = "q", Contributions = "contributions";

    internal static byte[] Write(TSquaredQ model, string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        int width = model.Scale.Mean.Length;
        var graph = new OnnxGraph("t2q");
        graph.Input(Input, ElementType.Float, width);
        string axes = graph.Constant("row_axis", 1L);

        string z = Standardised(graph, model.Scale);
        string u = graph.Node("MatMul", "z_s", z, graph.Constant("s", model.ScoreMatrix));
        string r = graph.Node("MatMul", "z_r", z, graph.Constant("r", model.ResidualMatrix));
        string uu = graph.Node("Mul", "t2_terms", u, u);
        string rr = graph.Node("Mul", "q_terms", r, r);
        string t2 = graph.RowSum("t2_sum", uu, axes);
        string q = graph.RowSum("q_sum", rr, axes);
        string byT = graph.Node("Div", "t2_of_limit", t2, graph.Constant("t2_limit", model.TSquaredLimit));
        string byQ = graph.Node("Div", "q_of_limit", q, graph.Constant("q_limit", model.QLimit));

        string scoreMax = graph.Constant("score_max", TSquaredQ.ScoreMax);
        Say(graph, Score, graph.Node("Max", "larger", byT, byQ), scoreMax);
        Say(graph, TSquared, t2, scoreMax);
        Say(graph, Q, q, scoreMax);

        string blame = graph.Node("MatMul", "z_b", z, graph.Constant("b", model.BlameMatrix));
        string terms = graph.Node("Mul", "terms", graph.Node("Mul", "z_b_squared", blame, blame), graph.Constant("b_weight", model.BlameWeight));
        string floored = graph.Node("Add", "terms_floored", terms, graph.Constant("share_floor", TSquaredQ.ShareFloor));
        string shares = graph.Node("Div", "shares", floored, graph.RowSum("terms_sum", floored, axes));
        graph.Cast(Contributions, shares, ElementType.Float);
        graph.Output(Score, ElementType.Float, 1);
        graph.Output(TSquared, ElementType.Float, 1);
        graph.Output(Q, ElementType.Float, 1);
        graph.Output(Contributions, ElementType.Float, width);
        return graph.ToModel(version, "Hotelling's T2 and Q of a principal component model; score = max(T2/limit, Q/limit), threshold 1.", metadata);
    }

    internal static string Standardised(OnnxGraph graph, Standardisation scale)
    {
        string exact = graph.Cast("x_double", Input, ElementType.Double);
        string centred = graph.Node("Sub", "centred", exact, graph.Constant("mean", scale.Mean));
        return graph.Node("Mul", "z", centred, graph.Constant("weight", scale.Weight));
    }

    /// <summary>Gives a statistic as an output, held below float32's end so that a finite row never gives infinity.</summary>
    internal static void Say(OnnxGraph graph, string output, string value, string max) =>
        graph.Cast(output, graph.Node("Min", $"{output}_held", value, max), ElementType.Float);
}
