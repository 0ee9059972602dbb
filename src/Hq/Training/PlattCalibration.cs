using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// p = 1 / (1 + exp(-(Slope · f + Offset))), f the log odds (Platt 1999, "Probabilistic outputs for support vector machines"). The targets are not 0 and 1 but 1/(n₋+2) and (n₊+1)/(n₊+2), and the minimum
/// is found by Newton's method with halved steps (Lin, Lin and Weng 2007). A slope below 0 would turn the model round: then the model knows nothing, and that is refused.
/// </summary>
sealed record PlattCalibration(double Slope, double Offset) : ICalibration
{
    const int StepsMax = 100;

    public CalibrationMethod Method => CalibrationMethod.Platt;

    /// <exception cref="TrainingException">The log odds do not rise with the truth.</exception>
    internal static PlattCalibration Fit(HeldOut held)
    {
        double events = held.IsEvent.Count(e => e), normal = held.IsEvent.Count - events;
        double high = (events + 1) / (events + 2), low = 1 / (normal + 2);
        double slope = 0, offset = Math.Log((events + 1) / (normal + 1));
        double loss = Loss(held, high, low, slope, offset);
        for (int step = 0; step < StepsMax; step++)
        {
            (double dSlope, double dOffset) = Step(held, high, low, slope, offset);
            double nextLoss = double.NaN, share = 1;
            while (share > 1e-10 && !((nextLoss = Loss(held, high, low, slope + (share * dSlope), offset + (share * dOffset))) <= loss))
                share /= 2;
            if (!(nextLoss < loss))
                break;
            (slope, offset) = (slope + (share * dSlope), offset + (share * dOffset));
            bool done = nextLoss >= loss - (1e-12 * loss);
            loss = nextLoss;
            if (done)
                break;
        }

        return slope > 0 ? new PlattCalibration(slope, offset) : throw held.KnowsNothing();
    }

    public double Probability(double logOdds) => Logistic.Of((logOdds * Slope) + Offset);

    public string AddTo(OnnxGraph graph, string logOdds)
    {
        string scaled = graph.Node("Mul", "platt_scaled", logOdds, graph.Constant("platt_slope", Slope));
        return graph.Node("Sigmoid", "probability", graph.Node("Add", "platt", scaled, graph.Constant("platt_offset", Offset)));
    }

    static double Loss(HeldOut held, double high, double low, double slope, double offset)
    {
        double loss = 0;
        for (int i = 0; i < held.LogOdds.Count; i++)
        {
            double x = (slope * held.LogOdds[i]) + offset, target = held.IsEvent[i] ? high : low;
            loss += (target * Logistic.Loss(x)) + ((1 - target) * Logistic.Loss(-x));
        }

        return loss;
    }

    static (double Slope, double Offset) Step(HeldOut held, double high, double low, double slope, double offset)
    {
        // The 1e-12 keep the matrix invertible where every row is sure (Lin, Lin and Weng).
        double ss = 1e-12, so = 0, oo = 1e-12, gs = 0, go = 0;
        for (int i = 0; i < held.LogOdds.Count; i++)
        {
            double f = held.LogOdds[i], p = Logistic.Of((slope * f) + offset), off = (held.IsEvent[i] ? high : low) - p, curve = p * (1 - p);
            gs += off * f;
            go += off;
            ss += curve * f * f;
            so += curve * f;
            oo += curve;
        }

        double determinant = (ss * oo) - (so * so);
        return (((oo * gs) - (so * go)) / determinant, ((ss * go) - (so * gs)) / determinant);
    }
}
