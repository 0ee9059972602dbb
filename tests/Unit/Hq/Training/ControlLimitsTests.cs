using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class ControlLimitsTests
{
    // Values as printed in the usual tables.
    [Theory]
    [InlineData(0.95, 1, 1, 161.4476)]
    [InlineData(0.95, 2, 10, 4.1028)]
    [InlineData(0.99, 5, 20, 4.1027)]
    [InlineData(0.95, 10, 120, 1.9105)]
    [InlineData(0.99, 3, 60, 4.1259)]
    [InlineData(0.50, 4, 4, 1.0000)]
    public void F_quantiles_are_those_of_the_table(double probability, int numerator, int denominator, double expected) =>
        Assert.Equal(expected, Distributions.FQuantile(probability, numerator, denominator), expected * 5e-5);

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.975, 1.959964)]
    [InlineData(0.99, 2.326348)]
    [InlineData(0.999, 3.090232)]
    [InlineData(0.01, -2.326348)]
    public void Normal_quantiles_are_those_of_the_table(double probability, double expected) =>
        Assert.Equal(expected, Distributions.NormalQuantile(probability), 1e-6);

    [Fact]
    public void T_squared_limit_is_the_F_quantile_scaled_for_a_new_row() =>
        // 2 components, 20 rows: 2·(400-1)/(20·18)·F(0.95; 2, 18), and F is 3.5546 in the table.
        Assert.Equal(2 * 399.0 / 360 * 3.5546, ControlLimits.TSquared(2, 20, 0.95), 1e-3);

    [Theory]
    [InlineData(0.95, 10, 18.307)]
    [InlineData(0.99, 10, 23.209)]
    [InlineData(0.95, 4, 9.488)]
    public void With_equal_eigenvalues_Jackson_and_Mudholkar_come_close_to_chi_squared(double probability, int leftOut, double chiSquared) =>
        Assert.Equal(chiSquared, ControlLimits.JacksonMudholkar([.. Enumerable.Repeat(1.0, leftOut)], probability), chiSquared * 0.005);

    // One eigenvalue that rules the others makes the exponent negative; Jackson and Mudholkar are then a third too high, never a fraction of what rows show.
    [Theory]
    [InlineData(2.0, 0.05, 35, 0.99, 0.40)]
    [InlineData(2.0, 0.05, 35, 0.95, 0.15)]
    [InlineData(1.0, 0.30, 12, 0.99, 0.06)]
    public void The_limit_is_near_the_quantile_of_simulated_residuals(double first, double other, int others, double quantile, double tolerance)
    {
        double[] leftOut = [first, .. Enumerable.Repeat(other, others)];
        var random = new Random(7);
        double simulated = ControlLimits.Quantile(Enumerable.Range(0, 100_000).Select(_ => leftOut.Sum(v => v * Math.Pow(TinyPlant.Normal(random), 2))).ToArray(), quantile);
        double limit = ControlLimits.JacksonMudholkar(leftOut, quantile);
        Assert.InRange(limit / simulated, 1 - tolerance, 1 + tolerance);
    }

    [Fact]
    public void A_residual_that_one_component_rules_has_the_limit_that_the_formula_gives_with_the_sign_of_its_exponent() =>
        Assert.Equal(20, ControlLimits.JacksonMudholkar([2, .. Enumerable.Repeat(0.05, 35)], 0.99), 0.5);

    [Fact]
    public void Where_the_exponent_passes_zero_the_limit_goes_on_without_a_step()
    {
        double low = 0.01, high = 0.05;
        for (int i = 0; i < 100; i++)
        {
            double middle = (low + high) / 2;
            _ = Exponent(middle) > 0 ? low = middle : high = middle;
        }

        Assert.InRange(Math.Abs(Exponent(low)), 0, 1e-12);
        Assert.Equal(Limit(low - 1e-5), Limit(low), 0.01);
        Assert.Equal(Limit(low + 1e-5), Limit(low), 0.01);

        static double[] LeftOut(double other) => [2, .. Enumerable.Repeat(other, 35)];
        static double Limit(double other) => ControlLimits.JacksonMudholkar(LeftOut(other), 0.99);
        static double Exponent(double other) => 1 - (2 * LeftOut(other).Sum() * LeftOut(other).Sum(v => v * v * v) / (3 * Math.Pow(LeftOut(other).Sum(v => v * v), 2)));
    }

    [Fact]
    public void Where_the_approximation_has_no_value_a_sentence_says_what_to_do() =>
        Assert.Contains("Use limit: empirical", Assert.Throws<TrainingException>(() => ControlLimits.JacksonMudholkar([2, .. Enumerable.Repeat(0.004, 1000)], 0.999)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void A_quantile_lies_between_its_neighbours(double quantile, double expected) =>
        Assert.Equal(expected, ControlLimits.Quantile([4, 2, 1, 3], quantile), 1e-12);
}
