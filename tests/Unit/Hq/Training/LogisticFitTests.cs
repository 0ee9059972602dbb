using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class LogisticFitTests
{
    [Fact]
    public void It_finds_the_weights_that_made_the_labels()
    {
        var random = new Random(4);
        float[][] rows = [.. Enumerable.Range(0, 40_000).Select(_ => new[] { (float)TinyPlant.Normal(random), (float)(100 + (5 * TinyPlant.Normal(random))), (float)TinyPlant.Normal(random) })];
        // Per unit 1.5 and -0.3; the third has no part.
        bool[] events = [.. rows.Select(row => random.NextDouble() < Logistic.Of((1.5 * row[0]) - (0.3 * (row[1] - 100)) - 0.5))];
        LogisticRegression model = LogisticFit.Fit(new LabelledRows(rows, events), new LogisticOptions());
        Assert.Equal(1.5, model.Weights[0] * model.Scale.Weight[0], 0.06);
        Assert.Equal(-0.3, model.Weights[1] * model.Scale.Weight[1], 0.02);
        Assert.Equal(0, model.Weights[2], 0.05);
        Assert.Equal(-0.5, model.LogOdds([0, 100, 0]), 0.06);
    }

    [Fact]
    public void At_the_end_no_direction_is_downhill()
    {
        LabelledRows rows = TinyFaults.Labelled(4, 2000, 5);
        var options = new LogisticOptions(Ridge: 3, EventWeight: 2);
        LogisticRegression model = LogisticFit.Fit(rows, options);
        for (int j = 0; j < 5; j++)
        {
            double gradient = options.Ridge * model.Weights[j];
            for (int i = 0; i < rows.Rows.Count; i++)
                gradient += (rows.IsEvent[i] ? 2 : 1) * (Logistic.Of(model.LogOdds(rows.Rows[i])) - (rows.IsEvent[i] ? 1 : 0)) * model.Scale.Apply(rows.Rows[i])[j];
            Assert.Equal(0, gradient, 1e-3);
        }
    }

    [Fact]
    public void Rows_that_a_line_separates_still_have_an_end()
    {
        float[][] rows = [.. Enumerable.Range(0, 100).Select(i => new[] { (float)i, 5f })];
        LogisticRegression model = LogisticFit.Fit(new LabelledRows(rows, [.. rows.Select(row => row[0] >= 50)]), new LogisticOptions());
        Assert.All(rows, row => Assert.Equal(row[0] >= 50, model.LogOdds(row) > 0));
        // A column that never moves has no part.
        Assert.Equal(0, model.Weights[1] * model.Scale.Weight[1]);
    }
}
