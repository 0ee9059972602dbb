using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>
/// The rising curve nearest to the truths by least squares: neighbours that fall are pooled until none does (pool adjacent violators; Ayer et al. 1955, for probabilities Zadrozny and Elkan 2002). Between the centres of two
/// pools it is a straight line, outside the outermost it is level. Pool shares are (events + 1/2) / (rows + 1), so that no finite number of rows gives certainty.
/// </summary>
/// <param name="At">Log odds, rising.</param>
/// <param name="Probabilities">At those, never falling.</param>
sealed record IsotonicCalibration(double[] At, double[] Probabilities) : ICalibration
{
    // Log odds that differ by less mean the same; and a step steeper than this would make last bits visible.
    const double GapMin = 1e-3;

    public CalibrationMethod Method => CalibrationMethod.Isotonic;

    /// <exception cref="TrainingException">The log odds do not rise with the truth.</exception>
    internal static IsotonicCalibration Fit(HeldOut held)
    {
        int[] order = [.. Enumerable.Range(0, held.LogOdds.Count).OrderBy(i => held.LogOdds[i])];
        var pools = new List<Pool>();
        foreach (int i in order)
        {
            var pool = new Pool(held.LogOdds[i], 1, held.IsEvent[i] ? 1 : 0);
            // Equal log odds are one pool whatever their truths are: a curve has one value at one place.
            while (pools.Count > 0 && (pools[^1].Share >= pool.Share || pool.Centre - pools[^1].Centre < GapMin))
            {
                pool = pools[^1].With(pool);
                pools.RemoveAt(pools.Count - 1);
            }

            pools.Add(pool);
        }

        return pools.Count > 1 ? new IsotonicCalibration([.. pools.Select(p => p.Centre)], Rising([.. pools.Select(p => p.Said)])) : throw held.KnowsNothing();
    }

    public double Probability(double logOdds)
    {
        double p = Probabilities[0];
        for (int i = 0; i + 1 < At.Length; i++)
            p += Math.Min(Math.Max(logOdds - At[i], 0), At[i + 1] - At[i]) * Slope(i);
        return p;
    }

    /// <summary>The line as a sum of ramps, each clipped to its own stretch.</summary>
    public string AddTo(OnnxGraph graph, string logOdds)
    {
        int ramps = At.Length - 1;
        var slopes = new double[ramps, 1];
        for (int i = 0; i < ramps; i++)
            slopes[i, 0] = Slope(i);
        string past = graph.Node("Sub", "past_knots", logOdds, graph.Constant("knots", At[..ramps]));
        string risen = graph.Node("Max", "past_knots_risen", past, graph.Constant("knots_floor", 0.0));
        string held = graph.Node("Min", "on_ramps", risen, graph.Constant("ramp_widths", [.. Enumerable.Range(0, ramps).Select(i => At[i + 1] - At[i])]));
        return graph.Node("Add", "probability", graph.Node("MatMul", "climbed", held, graph.Constant("ramp_slopes", slopes)), graph.Constant("lowest", Probabilities[0]));
    }

    double Slope(int ramp) => (Probabilities[ramp + 1] - Probabilities[ramp]) / (At[ramp + 1] - At[ramp]);

    /// <summary>Small pools drawn towards a half may fall again by a little; they are lifted.</summary>
    static double[] Rising(double[] probabilities)
    {
        for (int i = 1; i < probabilities.Length; i++)
            probabilities[i] = Math.Max(probabilities[i], probabilities[i - 1]);
        return probabilities;
    }

    readonly record struct Pool(double Sum, int Rows, int Events)
    {
        internal double Centre => Sum / Rows;

        internal double Share => (double)Events / Rows;

        internal double Said => (Events + 0.5) / (Rows + 1);

        internal Pool With(Pool next) => new(Sum + next.Sum, Rows + next.Rows, Events + next.Events);
    }
}
