using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>A calibrated classifier as the ladder's small model: it says <c>score</c> and nothing else, as the box asks of that rung.</summary>
sealed record ProbabilityAlone(IClassifier Classifier, ICalibration Calibration) : ITrainedModel
{
    public IReadOnlyList<(string Name, int Width)> Outputs => [(TSquaredQGraph.Score, 1)];

    public double Score(ReadOnlySpan<float> row) => Calibration.Probability(Classifier.LogOdds(row));

    public byte[] Write(string version, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        var graph = new OnnxGraph("probability");
        graph.Input(TSquaredQGraph.Input, ElementType.Float, Classifier.Width);
        // Its reasons are in the graph too, asked by nobody: the runtime leaves them out when it loads.
        (string logOdds, string _) = Classifier.AddTo(graph, graph.Cast("x_double", TSquaredQGraph.Input, ElementType.Double));
        graph.Cast(TSquaredQGraph.Score, Calibration.AddTo(graph, logOdds), ElementType.Float);
        graph.Output(TSquaredQGraph.Score, ElementType.Float, 1);
        return graph.ToModel(version, $"{Classifier.Architecture}; score = calibrated probability of an event.", metadata);
    }
}
