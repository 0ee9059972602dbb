using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// A model fitted on rows that people called normal or event. It gives the log odds of an event, as far as its training rows are like the floor's; what makes a probability
/// of them that can be believed is the calibration.
/// </summary>
interface IClassifier
{
    /// <summary>How many features a row has.</summary>
    int Width { get; }

    /// <summary>What serving.yaml calls it, e.g. <c>gradient-boosting</c>.</summary>
    string Architecture { get; }

    /// <summary>Whether the log odds depend on this feature at all.</summary>
    bool Sees(int feature);

    /// <summary>Log odds of an event.</summary>
    double LogOdds(ReadOnlySpan<float> row);

    /// <summary>
    /// For each feature what the log odds would lose if that feature alone were at its normal median; never below 0: what speaks against an event is no reason for one.
    /// </summary>
    double[] Reasons(ReadOnlySpan<float> row);

    /// <summary>Adds the model; <paramref name="row"/> is a double [batch, n]. Gives the names of log odds [batch, 1] and reasons [batch, n], both double.</summary>
    (string LogOdds, string Reasons) AddTo(OnnxGraph graph, string row);
}
