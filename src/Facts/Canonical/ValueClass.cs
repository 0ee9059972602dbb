using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// How a value is written in a batch. The numbers are in the canonical bytes: never renumber. A double has one class, which follows from
/// its bits and from the values of its tag before it, so that a value is written in one way only.
/// </summary>
static class ValueClass
{
    public const int None = 0;
    public const int Int64 = 1;
    public const int Bool = 2;
    public const int String = 3;
    public const int Blob = 4;

    /// <summary>A double that is not finite.</summary>
    public const int Special = 5;

    /// <summary>A double by its 64 bits.</summary>
    public const int Raw = 6;

    /// <summary>A double that is exactly a float.</summary>
    public const int Single = 7;

    /// <summary>A double by its decimal form with scale 0; one more for each further digit.</summary>
    public const int Decimal = 8;

    public const int Max = Decimal + DecimalForm.ScaleMax;

    /// <summary>The class of a double, and the number that is written for it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(double value, in TagState tag, out long number) =>
        tag.Scale >= 0 && DecimalForm.TryAt(value, tag.Scale, out number) ? Decimal + tag.Scale : Search(value, tag, out number);

    /// <summary>The double that <see cref="Of"/> gave this number for.</summary>
    public static double Double(int ofClass, long number) => ofClass switch
    {
        Single => FromOrdered((int)number),
        >= Decimal => DecimalForm.Value(number, ofClass - Decimal),
        _ => BitConverter.Int64BitsToDouble(number),
    };

    // Not inlined: the loops that ask are shorter without it, and most values do not come here.
    [MethodImpl(MethodImplOptions.NoInlining)]
    static int Search(double value, in TagState tag, out long number)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        number = bits;
        if (!double.IsFinite(value))
            return Special;

        // A tag that computes its values has a short decimal now and then; changing to and fro for it would cost more than it saves.
        if (tag.Class == Raw)
            return Raw;
        float single = (float)value;
        bool isSingle = BitConverter.DoubleToInt64Bits(single) == bits;
        if ((tag.Class != Single || !isSingle) && DecimalForm.TryOf(value, -1, out long mantissa, out int scale))
        {
            number = mantissa;
            return Decimal + scale;
        }

        if (!isSingle)
            return Raw;
        number = Ordered(single);
        return Single;
    }

    // The bits of floats in the order of their values, so that neighbours differ by little.
    static int Ordered(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits ^ ((bits >> 31) & int.MaxValue);
    }

    static float FromOrdered(int ordered) => BitConverter.Int32BitsToSingle(ordered ^ ((ordered >> 31) & int.MaxValue));
}
