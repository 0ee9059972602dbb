using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts;

/// <summary>
/// The exact decimal form of a double: <c>(double)mantissa / 10^scale</c> gives the same bits. Sensors send decimals (21.375 °C), and the
/// mantissas of a tag lie close together where the bits of its doubles do not. The form is unique: the smallest scale from 0 to
/// <see cref="ScaleMax"/>, with a mantissa of at most <see cref="MantissaMax"/>. NaN, infinities, -0.0 and doubles that need more digits have none.
/// </summary>
/// <remarks>
/// 2^51 and not 2^53, because below it three things hold that would otherwise need a search. No two mantissas of one scale give the same
/// double (they lie further apart than doubles do). Rounding <c>value * 10^scale</c> always finds the mantissa (two roundings are off by less
/// than one half). And a double that has a form at one scale has it at every larger one that keeps the mantissa in range, so the largest
/// scale decides alone whether there is any, and a form is the smallest exactly when the last digit is not 0.
/// </remarks>
public static class DecimalForm
{
    public const int ScaleMax = 15;

    public const long MantissaMax = (1L << 51) - 1;

    // Below it a scaled value rounds to a mantissa in range; exact in a double.
    const double Beyond = (1L << 51) - 0.5;

    // Adding it leaves a double whose last bit is worth 1, so the addition itself rounds to a whole number (ties to even).
    const double Rounding = 3L << 51;
    const long RoundingBits = 0x4338_0000_0000_0000;

    // All exact in a double.
    static readonly double[] s_powers = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>The decimal form of <paramref name="value"/>, or false where it has none.</summary>
    /// <param name="scaleHint">The scale that the tag's value before had, which is tried first; anything else (-1) only takes longer and gives the same.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryOf(double value, int scaleHint, out long mantissa, out int scale)
    {
        if ((uint)scaleHint <= ScaleMax && TryAt(value, scaleHint, out mantissa) && mantissa % 10 != 0)
        {
            scale = scaleHint;
            return true;
        }

        return TrySearch(value, out mantissa, out scale);
    }

    /// <summary>The double that the form stands for.</summary>
    /// <exception cref="IndexOutOfRangeException">The scale is not from 0 to <see cref="ScaleMax"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Value(long mantissa, int scale) => mantissa / s_powers[scale];

    /// <summary>True exactly when <see cref="TryOf"/> of their value gives these two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCanonical(long mantissa, int scale) =>
        mantissa is >= -MantissaMax and <= MantissaMax && (uint)scale <= ScaleMax && (scale == 0 || mantissa % 10 != 0);

    static bool TrySearch(double value, out long mantissa, out int scale)
    {
        double size = Math.Abs(value);

        // NaN is not below it either.
        if (!(size < Beyond))
        {
            mantissa = 0;
            scale = 0;
            return false;
        }

        scale = LargestScale(size);
        if (!TryAt(value, scale, out mantissa))
        {
            mantissa = 0;
            scale = 0;
            return false;
        }

        while (scale > 0 && mantissa % 10 == 0)
        {
            mantissa /= 10;
            scale--;
        }

        return true;
    }

    /// <summary>The largest scale at which the mantissa stays in range.</summary>
    static int LargestScale(double size)
    {
        int exponent = (int)(BitConverter.DoubleToInt64Bits(size) >> 52) - 1023;
        if (exponent < 0)
            return ScaleMax;

        // 1233 / 4096 is log10(2): 10^scale times less than 2^(exponent + 1) stays below 2^51. One more may still do.
        int scale = ((50 - exponent) * 1233) >> 12;
        return scale < ScaleMax && size * s_powers[scale + 1] < Beyond ? scale + 1 : scale;
    }

    /// <summary>The mantissa of <paramref name="value"/> at this scale, which need not be the smallest; false where it has none there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryAt(double value, int scale, out long mantissa)
    {
        double power = s_powers[scale];
        double scaled = value * power;
        double rounded = scaled + Rounding;
        mantissa = BitConverter.DoubleToInt64Bits(rounded) - RoundingBits;

        // False for NaN too.
        return Math.Abs(scaled) < Beyond
            && BitConverter.DoubleToInt64Bits((rounded - Rounding) / power) == BitConverter.DoubleToInt64Bits(value);
    }
}
