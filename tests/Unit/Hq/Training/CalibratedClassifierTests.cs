using EdgeRuntime.Hq.Training;
using EdgeRuntime.Tests.Unit.Hq.Onnx;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

/// <summary>What the trainer says is what the box will say: the graph through ONNX Runtime against the model as it was fitted.</summary>
public sealed class CalibratedClassifierTests(ITestOutputHelper output)
{
    const int Rows = 10_000;

    public static TheoryData<string, string, string, int> Models()
    {
        var models = new TheoryData<string, string, string, int>();
        foreach (string kind in (string[])["boosting", "logistic"])
        {
            foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
            {
                models.Add("twelve instruments of about ten", kind, method.ToString(), 12);
                models.Add("one instrument", kind, method.ToString(), 1);
            }

            models.Add("forty million beside a tenth", kind, nameof(CalibrationMethod.Isotonic), 8);
        }

        return models;
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_graph_says_what_the_trainer_says(string plant, string kind, string method, int width)
    {
        (CalibratedClassifier model, LabelledRows rows) = Fitted(kind, Enum.Parse<CalibrationMethod>(method), width);
        float[][] rough = TinyFaults.Rough(seed: 79, [.. rows.Rows], Edges(model.Classifier));
        using var asked = new AskedModel(model);
        double worst = 0;
        int compared = 0;
        foreach ((float[] row, float[] said) in rough.Zip(asked.Ask(rough)))
        {
            double[] own = [model.Score(row), model.LogOdds(row), .. model.Contributions(row)];
            for (int k = 0; k < own.Length; k++)
            {
                // Log odds of a line reach any magnitude: 1e-6 of it. What no number answers must be no number on both sides.
                double scale = k == 1 ? Math.Max(1, Math.Abs(own[k])) : 1;
                Assert.True(double.IsNaN(own[k]) == float.IsNaN(said[k]), $"{plant}, {kind}, output {k}: the trainer says {own[k]}, the graph {said[k]} of [{string.Join(", ", row)}]");
                if (!double.IsNaN(own[k]))
                    worst = Math.Max(worst, Math.Abs(said[k] - own[k]) / scale);
                compared++;
            }
        }

        output.WriteLine($"{plant}, {kind}, {method}: largest difference {worst:E2} over {Rows} rows, {compared} numbers");
        Assert.True(worst <= 1e-6, $"{plant}, {kind}, {method}: largest difference {worst:E3}");
    }

    public static TheoryData<string, string, int> SmallModels()
    {
        var models = new TheoryData<string, string, int>();
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
        {
            models.Add("twelve instruments of about ten", method.ToString(), 12);
            models.Add("one instrument", method.ToString(), 1);
        }

        models.Add("forty million beside a tenth", nameof(CalibrationMethod.Isotonic), 8);
        return models;
    }

    /// <summary>simple.onnx of a boosting release: a logistic regression that says its probability and nothing else.</summary>
    [Theory]
    [MemberData(nameof(SmallModels))]
    public void The_small_model_of_a_release_says_what_its_trainer_says(string plant, string method, int width)
    {
        (CalibratedClassifier model, LabelledRows rows) = Fitted("logistic", Enum.Parse<CalibrationMethod>(method), width);
        ProbabilityAlone alone = Alone(model);
        float[][] rough = TinyFaults.Rough(seed: 79, [.. rows.Rows], []);
        using var asked = new AskedModel(alone);
        double worst = 0;
        int compared = 0;
        foreach ((float[] row, float[] said) in rough.Zip(asked.Ask(rough)))
        {
            double own = alone.Score(row);
            Assert.Single(said);
            Assert.True(double.IsNaN(own) == float.IsNaN(said[0]), $"{plant}: the trainer says {own}, the graph {said[0]} of [{string.Join(", ", row)}]");
            if (!double.IsNaN(own))
                worst = Math.Max(worst, Math.Abs(said[0] - own));
            compared += double.IsNaN(own) ? 0 : 1;
        }

        output.WriteLine($"{plant}, {method}: largest difference {worst:E2} over {Rows} rows, {compared} of them with a number");
        Assert.True(worst <= 1e-6, $"{plant}, {method}: largest difference {worst:E3}");
        Assert.True(compared >= Rows * 0.9, $"only {compared} rows have a number");
    }

    [Theory]
    [InlineData("boosting")]
    [InlineData("logistic")]
    public void A_batch_gives_the_bits_of_its_rows_asked_one_by_one(string kind)
    {
        (CalibratedClassifier model, LabelledRows rows) = Fitted(kind, CalibrationMethod.Isotonic, 12);
        using var asked = new AskedModel(model);
        float[][] some = [.. rows.Rows.Take(300)], batch = asked.Ask(some);
        for (int i = 0; i < some.Length; i++)
            Assert.Equal(asked.Ask([some[i]])[0].Select(BitConverter.SingleToInt32Bits), batch[i].Select(BitConverter.SingleToInt32Bits));
    }

    [Theory]
    [InlineData("boosting", float.MaxValue)]
    [InlineData("boosting", float.MinValue)]
    [InlineData("logistic", float.MaxValue)]
    [InlineData("logistic", float.MinValue)]
    [InlineData("logistic", float.Epsilon)]
    public void No_finite_row_makes_the_model_say_NaN_or_infinity(string kind, float value)
    {
        foreach (CalibrationMethod method in Enum.GetValues<CalibrationMethod>())
        {
            (CalibratedClassifier model, LabelledRows rows) = Fitted(kind, method, 12);
            using var asked = new AskedModel(model);
            float[] mixed = [.. rows.Rows[0].Select((v, j) => j % 2 == 0 ? value : -v)], all = [.. mixed.Select(_ => value)];
            Assert.All(asked.Ask([mixed, all]).SelectMany(said => said), v => Assert.True(float.IsFinite(v)));
        }
    }

    [Theory]
    [InlineData("boosting")]
    [InlineData("logistic")]
    public void The_feature_that_alone_is_off_is_the_reason(string kind)
    {
        var random = new Random(3);
        float[][] rows = [.. Enumerable.Range(0, 4000).Select(_ => Enumerable.Range(0, 5).Select(_ => (float)TinyPlant.Normal(random)).ToArray())];
        var labelled = new LabelledRows(rows, [.. rows.Select(row => row[3] > 1)]);
        IClassifier classifier = Fit(kind, labelled);
        var model = new CalibratedClassifier(classifier, new TemperatureCalibration(1));
        double[] shares = model.Contributions([0, 0, 0, 3, 0]);
        Assert.True(shares[3] > 0.95, string.Join(", ", shares));
        Assert.Equal(1, shares.Sum(), 1e-9);
    }

    [Fact]
    public void Where_nothing_speaks_for_an_event_the_shares_are_equal()
    {
        var model = new CalibratedClassifier(Fit("boosting", TinyFaults.Labelled(5, 2000, 4)), new TemperatureCalibration(1));
        double[] normal = ((BoostedTrees)model.Classifier).Normal;
        Assert.All(model.Contributions([.. normal.Select(v => (float)v)]), share => Assert.Equal(0.25, share, 1e-9));
    }

    internal static IReadOnlyList<(int Column, double Value)> Edges(IClassifier classifier) => classifier is BoostedTrees boosted
        ? [.. boosted.Trees.SelectMany(tree => tree.Features.Zip(tree.Thresholds))]
        : [];

    /// <summary>As a release takes its small model from a fitted one.</summary>
    internal static ProbabilityAlone Alone(CalibratedClassifier model) => new(model.Classifier, model.Calibration);

    internal static (CalibratedClassifier Model, LabelledRows Rows) Fitted(string kind, CalibrationMethod method, int width)
    {
        LabelledRows rows = TinyFaults.Labelled(seed: 77, Rows, width, width == 8 ? j => Math.Pow(10, (1.23 * j) - 1) : null);
        IClassifier classifier = Fit(kind, new LabelledRows([.. rows.Rows.Take(4000)], [.. rows.IsEvent.Take(4000)]));
        return (new CalibratedClassifier(classifier, TinyFaults.HeldOut(classifier, rows).Fit(method)), rows);
    }

    static IClassifier Fit(string kind, LabelledRows rows) =>
        kind == "boosting" ? BoostingFit.Fit(rows, TinyFaults.Quick) : LogisticFit.Fit(rows, new LogisticOptions());
}
