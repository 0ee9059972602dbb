using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class TSquaredQFitTests
{
    static readonly TSquaredQOptions Usual = new(0.9, LimitMethod.Empirical, 0.99, 4);

    [Fact]
    public void Mean_and_deviation_are_those_of_a_pencil()
    {
        Standardisation scale = Standardisation.Of([[1, 10], [2, 10], [3, 10], [6, 10]]);
        Assert.Equal(3, scale.Mean[0]);
        Assert.Equal(Math.Sqrt(14.0 / 3), scale.Std[0], 1e-15);
        Assert.True(scale.IsConstant(1));
        Assert.Equal(0, scale.Weight[1]);
    }

    [Fact]
    public void Two_unrelated_columns_with_one_component_split_into_T_squared_and_Q()
    {
        // Standard deviation of both columns is √(8/7·…): 8 rows on two crossing axes, sum of squares 4 each, so variance 4/7 and z = x·√(7/4).
        float[][] rows = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 0], [-1, 0], [0, 1], [0, -1]];
        TSquaredQ model = TSquaredQFit.Fit(rows, Usual with { Variance = 0.5, Quantile = 1, Margin = 1 });
        Assert.Equal(1, model.Components);
        Assert.Equal([1, 1], model.Eigenvalues, (a, b) => Math.Abs(a - b) < 1e-12);

        TSquaredQAnswer answer = model.Ask([2, 3]);
        Assert.Equal(4 * 7.0 / 4, answer.TSquared, 1e-12);
        Assert.Equal(9 * 7.0 / 4, answer.Q, 1e-12);
        // The largest normal row has z² = 7/4 on either axis: both limits are that, and Q sets the score.
        Assert.Equal(9, answer.Score, 1e-12);
        Assert.Equal(9.0 / 13, answer.Contributions[1], 1e-9);
        Assert.Equal(1, answer.Contributions.Sum(), 1e-12);
    }

    [Fact]
    public void All_components_together_give_the_Mahalanobis_distance()
    {
        float[][] rows = TinyPlant.Rows(seed: 11, rows: 200, width: 3);
        TSquaredQ model = TSquaredQFit.Fit(rows, Usual with { Variance = 1 });
        Assert.Equal(3, model.Components);
        Assert.Equal(3, TSquaredQ.Sum(model.Eigenvalues), 1e-12);
        // The mean of T² over the rows that were fitted is p·(n-1)/n.
        Assert.Equal(3 * 199.0 / 200, rows.Average(r => model.Ask(r).TSquared), 1e-9);
        Assert.All(rows, r => Assert.True(model.Ask(r).Q < 1e-20));
    }

    [Theory]
    [InlineData(false, 0.002)]
    [InlineData(true, 0.02)]
    public void About_one_normal_row_in_a_hundred_is_above_a_limit_of_0_99(bool byTheory, double tolerance)
    {
        float[][] rows = TinyPlant.Rows(seed: 12, rows: 5000, width: 6);
        TSquaredQ model = TSquaredQFit.Fit(rows, new TSquaredQOptions(0.85, byTheory ? LimitMethod.Theory : LimitMethod.Empirical, 0.99, 1));
        Assert.Equal(0.01, rows.Count(r => model.Ask(r).TSquared > model.TSquaredLimit) / 5000.0, tolerance);
        Assert.Equal(0.01, rows.Count(r => model.Ask(r).Q > model.QLimit) / 5000.0, tolerance);
    }

    [Fact]
    public void When_one_instrument_alone_is_off_it_is_the_one_that_is_blamed()
    {
        for (int seed = 0; seed < 50; seed++)
        {
            float[][] rows = TinyPlant.Rows(seed, rows: 300, width: 7);
            TSquaredQ model = TSquaredQFit.Fit(rows, Usual with { Variance = 0.6 + (0.005 * seed) });
            for (int j = 0; j < 7; j++)
            {
                float[] row = [.. model.Scale.Mean.Select((m, i) => (float)(i == j ? m + (6 * model.Scale.Std[i]) : m))];
                double[] blame = model.Ask(row).Contributions;
                Assert.True(Array.IndexOf(blame, blame.Max()) == j, $"seed {seed}: feature {j} is off, but {Array.IndexOf(blame, blame.Max())} is blamed");
            }
        }
    }

    [Fact]
    public void A_relation_that_breaks_is_seen_though_every_instrument_is_in_its_range()
    {
        float[][] rows = TinyPlant.Rows(seed: 4, rows: 400, width: 5);
        TSquaredQ model = TSquaredQFit.Fit(rows, Usual);
        float[] broken = rows[0].ToArray();
        // Another row's ordinary value in place of this one's.
        broken[2] = rows.MaxBy(r => Math.Abs(r[2] - broken[2]))![2];
        Assert.True(model.Ask(rows[0]).Score < 1);
        Assert.True(model.Ask(broken).Score > 1);
    }

    [Fact]
    public void A_column_that_never_moved_is_not_seen_and_never_blamed()
    {
        float[][] rows = [.. TinyPlant.Rows(seed: 3, rows: 100, width: 3).Select(r => (float[])[r[0], 38_600_000f, r[1], r[2]])];
        TSquaredQ model = TSquaredQFit.Fit(rows, Usual);
        TSquaredQAnswer as_it_was = model.Ask(rows[7]);
        float[] moved = [rows[7][0], 0, rows[7][2], rows[7][3]];
        Assert.Equal(as_it_was.Score, model.Ask(moved).Score);
        Assert.True(model.Ask(moved).Contributions[1] < 1e-6);
    }

    [Fact]
    public void A_row_exactly_on_the_mean_scores_zero_and_blames_everyone_equally()
    {
        float[][] rows = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1]];
        TSquaredQAnswer answer = TSquaredQFit.Fit(rows, Usual).Ask([0, 0]);
        Assert.Equal(0, answer.Score);
        Assert.Equal([0.5, 0.5], answer.Contributions);
    }

    [Fact]
    public void Too_little_to_learn_from_is_said()
    {
        Assert.Contains("at least 3", Assert.Throws<TrainingException>(() => TSquaredQFit.Fit([[1, 2], [2, 3]], Usual)).Message, StringComparison.Ordinal);
        Assert.Contains("No feature varies", Assert.Throws<TrainingException>(() => TSquaredQFit.Fit([[1], [1], [1], [1]], Usual)).Message, StringComparison.Ordinal);
        Assert.Contains("more than 10", Assert.Throws<TrainingException>(() => TSquaredQFit.Fit(TinyPlant.Rows(1, 8, 5), Usual)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vector_with_a_gap_is_not_trained_on() =>
        Assert.Contains("Row 1 holds NaN in f0", Assert.Throws<ArgumentException>(() => TinyPlant.Matrix([[1], [float.NaN]])).Message, StringComparison.Ordinal);
}
