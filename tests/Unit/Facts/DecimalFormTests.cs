using CsCheck;
using EdgeRuntime.Facts;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Facts;

public sealed class DecimalFormTests
{
    [Theory]
    [InlineData(0.0, 0, 0)]
    [InlineData(21.375, 21375, 3)]
    [InlineData(-0.1, -1, 1)]
    [InlineData(1200, 1200, 0)]
    [InlineData(0.000000000000001, 1, 15)]
    [InlineData(2251799813685247.0, 2251799813685247, 0)]
    [InlineData(225179981368524.7, 2251799813685247, 1)]
    public void A_decimal_has_its_shortest_form_whatever_the_hint(double value, long mantissa, int scale)
    {
        for (int hint = -1; hint <= DecimalForm.ScaleMax + 1; hint++)
        {
            Assert.True(DecimalForm.TryOf(value, hint, out long m, out int s));
            Assert.Equal((mantissa, scale), (m, s));
            Assert.True(DecimalForm.IsCanonical(m, s));
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(-0.0)]
    [InlineData(double.Epsilon)]
    [InlineData(1e-16)]
    [InlineData(2251799813685248.0)]
    [InlineData(1.0 / 3)]
    [InlineData(Math.PI)]
    public void What_has_no_short_decimal_has_no_form(double value)
    {
        for (int hint = -1; hint <= DecimalForm.ScaleMax + 1; hint++)
            Assert.False(DecimalForm.TryOf(value, hint, out _, out _));
    }

    [Fact]
    public void Every_form_in_range_is_found_again_from_its_double() =>
        Gen.Select(Gen.Int[0, DecimalForm.ScaleMax], Gen.Int[0, 51], Gen.Long, Gen.Int[-1, 16]).Sample(
            (scale, bits, any, hint) =>
            {
                long mantissa = any % (1L << bits);
                while (scale > 0 && mantissa % 10 == 0)
                {
                    mantissa /= 10;
                    scale--;
                }

                return DecimalForm.IsCanonical(mantissa, scale)
                    && DecimalForm.TryOf(DecimalForm.Value(mantissa, scale), hint, out long m, out int s)
                    && (m, s) == (mantissa, scale);
            },
            iter: 100_000);

    [Fact]
    public void Whatever_form_a_double_has_gives_its_bits_and_no_smaller_scale_does() =>
        Gen.Select(Gen.Double, Gen.Int[-1, 16], Gen.Int[0, 17]).Sample(
            (any, hint, digits) =>
            {
                double value = digits <= 15 ? Math.Round(any % 1e6, digits) : any;
                if (!DecimalForm.TryOf(value, hint, out long m, out int s))
                    return SmallestByTrying(value) is null;
                return BitConverter.DoubleToInt64Bits(DecimalForm.Value(m, s)) == BitConverter.DoubleToInt64Bits(value)
                    && SmallestByTrying(value) == (m, s);
            },
            iter: 100_000);

    static (long Mantissa, int Scale)? SmallestByTrying(double value)
    {
        for (int scale = 0; scale <= DecimalForm.ScaleMax; scale++)
        {
            double near = Math.Round(value * Math.Pow(10, scale));
            for (double m = near - 1; Math.Abs(near) < 1L << 52 && m <= near + 1; m++)
            {
                if (Math.Abs(m) <= DecimalForm.MantissaMax
                    && BitConverter.DoubleToInt64Bits((long)m / Math.Pow(10, scale)) == BitConverter.DoubleToInt64Bits(value))
                    return ((long)m, scale);
            }
        }

        return null;
    }
}
