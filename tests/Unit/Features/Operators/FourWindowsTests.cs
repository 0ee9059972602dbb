using CsCheck;
using EdgeRuntime.Features.Operators;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Features.Operators;

public class FourWindowsTests
{
    static readonly double[] s_edges = [0.0, -0.0, 1e-300, 1e300, 0.1];

    static readonly Gen<double[]> s_window = Gen.OneOf(Gen.Double[-1e6, 1e6], Gen.Int[0, s_edges.Length - 1].Select(i => s_edges[i])).Array[0, 40];

    [Fact]
    public void Four_windows_side_by_side_have_the_bits_that_each_has_alone() => Gen.Select(s_window, s_window, s_window, s_window).Sample(four =>
    {
        (double[] a, double[] b, double[] c, double[] d) = four;
        WindowFormulas.MeansAndStds(a, b, c, d, out var ofA, out var ofB, out var ofC, out var ofD);
        foreach ((double[] window, (double mean, double std)) in new[] { (a, ofA), (b, ofB), (c, ofC), (d, ofD) })
        {
            Assert.Equal(Bits(WindowFormulas.Mean(window)), Bits(mean));
            Assert.Equal(Bits(WindowFormulas.Std(window)), Bits(std));
        }
    });

    static long Bits(double value) => BitConverter.DoubleToInt64Bits(value);
}
