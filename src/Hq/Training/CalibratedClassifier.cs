using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// A classifier with its calibration, as the box serves it: <c>score</c> is the probability that the moment is an event. The outputs are score and log_odds [batch, 1] and
/// contributions [batch, n]: each feature's reason (<see cref="IClassifier.Reasons"/>) as a share of all, equal shares where there is none.
/// </summary>
sealed record CalibratedClassifier(IClassifier Classifier, ICalibration Calibration) : ITrainedModel
{
    internal const string LogOddsOutput = "log_odds";

    /// <summary>Added to every reason before shares are taken: 0/0 has no share.</summary>
    internal const double ReasonFloor = 1e-9;

    public IReadOnlyList<(string Name, int Width)> Outputs => [(TSquaredQGraph.Score, 1), (LogOddsOutput, 1), (TSquaredQGraph.Contributions, Classifier.Width)];

    public double Score(ReadOnlySpan<float> row) => Calibration.Probability(Classifier.LogOdds(row));

    /// <summary>Log odds as they are said: held below float32's end, so that a finite row never gives infinity.</summary>
    internal double LogOdds(ReadOnlySpan<float> row) => Math.Max(Math.Min(Classifier.LogOdds(row), TSquaredQ.ScoreMax), -TSquaredQ.ScoreMax);

    internal double[] Contributions(ReadOnlySpan<float> row)
    {
        double[] shares = Classifier.Reasons(row);
        double whole = 0;
        for (int j = 0; j < shares.Length; j++)
            whole += shares[j] = Math.Min(shares[j], TSquaredQ.ScoreMax / shares.Length) + ReasonFloor;
        for (int j = 0; j < shares.Length; j++)
            shares[j] /= whole;
        return shares;
    }

    public byte[] Write(string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        int width = Classifier.Width;
        var graph = new OnnxGraph("classifier");
        graph.Input(TSquaredQGraph.Input, ElementType.Float, width);
        (string logOdds, string reasons) = Classifier.AddTo(graph, graph.Cast("x_double", TSquaredQGraph.Input, ElementType.Double));
        graph.Cast(TSquaredQGraph.Score, Calibration.AddTo(graph, logOdds), ElementType.Float);
        string low = graph.Node("Max", "log_odds_low", logOdds, graph.Constant("log_odds_min", -TSquaredQ.ScoreMax));
        TSquaredQGraph.Say(graph, LogOddsOutput, low, graph.Constant("log_odds_max", TSquaredQ.ScoreMax));
        // float32 from here on: shares are for people, and a sum over all features must stay below its end.
        string held = graph.Node("Min", "reasons_held", reasons, graph.Constant("reason_max", TSquaredQ.ScoreMax / width));
        graph.Shares(TSquaredQGraph.Contributions, graph.Node("Add", "reasons_floored", held, graph.Constant("reason_floor", ReasonFloor)));
        graph.Output(TSquaredQGraph.Score, ElementType.Float, 1);
        graph.Output(LogOddsOutput, ElementType.Float, 1);
        graph.Output(TSquaredQGraph.Contributions, ElementType.Float, width);
        return graph.ToModel(version, $"{Classifier.Architecture}; score = calibrated probability of an event.", metadata);
    }
}
