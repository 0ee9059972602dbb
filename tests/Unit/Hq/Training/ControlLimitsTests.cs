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

    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.25, 1.75)]
    [InlineData(0.5, 2.5)]
    [InlineData(1, 4)]
    public void A_quantile_lies_between_its_neighbours(double quantile, double expected) =>
        Assert.Equal(expected, ControlLimits.Quantile([4, 2, 1, 3], quantile), 1e-12);
}
