using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// Log odds → the probability that the moment is an event, rising. Fitted on rows that the classifier was not fitted on; it goes into the graph, so that the box needs nothing to
/// know of it.
/// </summary>
interface ICalibration
{
    CalibrationMethod Method { get; }

    double Probability(double logOdds);

    /// <summary>Adds it to a graph; <paramref name="logOdds"/> is a double [batch, 1], and so is what comes out.</summary>
    string AddTo(OnnxGraph graph, string logOdds);
}
