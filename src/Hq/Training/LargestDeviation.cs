using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// The simple model of the ladder: the largest |z| of all features over its limit, so that 1 is the threshold here too. It sees no relation between
/// features, and a person can check it with a pencil.
/// </summary>
sealed record LargestDeviation(Standardisation Scale, double Limit) : ITrainedModel
{
    public IReadOnlyList<(string Name, int Width)> Outputs => [(TSquaredQGraph.Score, 1)];

    /// <summary>The limit is a quantile of the normal rows' own scores; the margin counts for squared statistics, so its root counts here.</summary>
    internal static LargestDeviation Fit(IReadOnlyList<float[]> normal, double quantile, double margin)
    {
        Standardisation scale = Standardisation.Of(normal);
        double limit = ControlLimits.Quantile(normal.Select(row => Largest(scale, row)), quantile);
        return new LargestDeviation(scale, limit * Math.Sqrt(margin));
    }

    public double Score(ReadOnlySpan<float> row) => Ask(row);

    internal double Ask(ReadOnlySpan<float> row) => Math.Min(Largest(Scale, row) / Limit, TSquaredQ.ScoreMax);

    public byte[] Write(string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var graph = new OnnxGraph("largest_deviation");
        graph.Input(TSquaredQGraph.Input, ElementType.Float, Scale.Mean.Length);
        string largest = graph.RowMax("largest", graph.Node("Abs", "deviation", TSquaredQGraph.Standardised(graph, Scale)));
        string ofLimit = graph.Node("Div", "of_limit", largest, graph.Constant("limit", Limit));
        TSquaredQGraph.Say(graph, TSquaredQGraph.Score, ofLimit, graph.Constant("score_max", TSquaredQ.ScoreMax));
        graph.Output(TSquaredQGraph.Score, ElementType.Float, 1);
        return graph.ToModel(version, "Largest deviation of a feature from its normal mean, in standard deviations; score = that over its limit, threshold 1.", metadata);
    }

    static double Largest(Standardisation scale, ReadOnlySpan<float> row)
    {
        double largest = 0;
        foreach (double z in scale.Apply(row))
            largest = Math.Max(largest, Math.Abs(z));
        return largest;
    }
}
