using EdgeRuntime.Hq.Onnx;

namespace EdgeRuntime.Hq.Training;

/// <summary>Log odds linear in the standardised features: a person can read every weight.</summary>
/// <param name="Normal">Median of each feature over the normal rows: what reasons are measured against.</param>
sealed record LogisticRegression(Standardisation Scale, double[] Weights, double Intercept, double[] Normal) : IClassifier
{
    public int Width => Weights.Length;

    public string Architecture => "logistic-regression";

    public bool Sees(int feature) => !Scale.IsConstant(feature);

    public double LogOdds(ReadOnlySpan<float> row)
    {
        double[] z = Scale.Apply(row);
        double sum = 0;
        for (int j = 0; j < z.Length; j++)
            sum += z[j] * Weights[j];
        return sum + Intercept;
    }

    public double[] Reasons(ReadOnlySpan<float> row)
    {
        double[] slope = Slope;
        var reasons = new double[row.Length];
        for (int j = 0; j < reasons.Length; j++)
            reasons[j] = Math.Max((row[j] - Normal[j]) * slope[j], 0);
        return reasons;
    }

    public (string LogOdds, string Reasons) AddTo(OnnxGraph graph, string row)
    {
        string z = graph.Node("Mul", "z", graph.Node("Sub", "centred", row, graph.Constant("mean", Scale.Mean)), graph.Constant("weight", Scale.Weight));
        var column = new double[Width, 1];
        for (int j = 0; j < Width; j++)
            column[j, 0] = Weights[j];
        string linear = graph.Node("MatMul", "linear", z, graph.Constant("weights", column));
        string logOdds = graph.Node("Add", "odds", linear, graph.Constant("intercept", Intercept));
        string away = graph.Node("Sub", "away", row, graph.Constant("normal", Normal));
        string lost = graph.Node("Mul", "lost", away, graph.Constant("slope", Slope));
        return (logOdds, graph.Node("Max", "reasons", lost, graph.Constant("nothing", 0.0)));
    }

    /// <summary>Log odds per unit of each feature.</summary>
    double[] Slope => [.. Weights.Select((w, j) => w * Scale.Weight[j])];
}
