using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>p = 1 / (1 + exp(-f / T)), f the log odds and T the one that makes the held-out truths most likely (Guo et al. 2017, "On calibration of modern neural networks").</summary>
sealed record TemperatureCalibration(double Temperature) : ICalibration
{
    // Beyond these a model is sure of everything or of nothing, and the rows say no more about T.
    const double Coldest = 1e-3, Hottest = 1e3;

    public CalibrationMethod Method => CalibrationMethod.Temperature;

    /// <exception cref="TrainingException">The log odds do not rise with the truth.</exception>
    internal static TemperatureCalibration Fit(HeldOut held)
    {
        // The loss is convex in 1/T: its slope changes sign once, and halving finds where.
        double low = 1 / Hottest, high = 1 / Coldest;
        if (Slope(held, low) >= 0)
            throw held.KnowsNothing();
        for (int i = 0; i < 200 && high > low; i++)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
                break;
            (low, high) = Slope(held, middle) < 0 ? (middle, high) : (low, middle);
        }

        return new TemperatureCalibration(1 / low);
    }

    public double Probability(double logOdds) => Logistic.Of(logOdds / Temperature);

    public string AddTo(OnnxGraph graph, string logOdds) =>
        graph.Node("Sigmoid", "probability", graph.Node("Div", "cooled", logOdds, graph.Constant("temperature", Temperature)));

    /// <summary>Of the loss by 1/T.</summary>
    static double Slope(HeldOut held, double inverse)
    {
        double slope = 0;
        for (int i = 0; i < held.LogOdds.Count; i++)
            slope += (Logistic.Of(held.LogOdds[i] * inverse) - (held.IsEvent[i] ? 1 : 0)) * held.LogOdds[i];
        return slope;
    }
}
