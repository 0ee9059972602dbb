using System.Numerics;

namespace EdgeRuntime.Features.Operators;

/// <summary>
/// A radix-2 Fourier transform of real values whose every bit is the same on every machine: its turns come from square roots and quotients alone
/// (which IEEE 754 rounds exactly), never from a sine of some C library. The recurrence is written down in OPERATORS.md.
/// </summary>
sealed class Spectrum
{
    double[] _cos = [1];
    double[] _sin = [0];
    double[] _re = [];
    double[] _im = [];

    /// <summary>Places of the transform; a power of two, 0 before the first one.</summary>
    public int Length { get; private set; }

    /// <summary>Transforms the values less their mean, zeroes behind them up to the next power of two.</summary>
    public void Transform(ReadOnlySpan<double> values)
    {
        Length = (int)BitOperations.RoundUpToPowerOf2((uint)values.Length);
        if (_re.Length < Length)
            (_re, _im) = (new double[Length], new double[Length]);
        while (_cos.Length < Length / 2)
            Refine();
        double mean = WindowFormulas.Mean(values);
        int shift = 32 - BitOperations.Log2((uint)Length);
        for (int i = 0; i < Length; i++)
        {
            int place = shift == 32 ? 0 : (int)(Reverse((uint)i) >> shift);
            _re[place] = i < values.Length ? values[i] - mean : 0;
            _im[place] = 0;
        }

        for (int half = 1; half < Length; half *= 2)
            Join(half);
    }

    /// <summary>|X[k]|².</summary>
    public double Power(int k) => _re[k] * _re[k] + _im[k] * _im[k];

    /// <summary>Pairs of transforms of <paramref name="half"/> places become one of twice as many: E + wO and E - wO.</summary>
    void Join(int half)
    {
        int stride = _cos.Length / half;
        for (int start = 0; start < Length; start += 2 * half)
        {
            for (int k = 0; k < half; k++)
            {
                double c = _cos[k * stride], s = _sin[k * stride];
                int even = start + k, odd = even + half;
                double re = _re[odd] * c + _im[odd] * s;
                double im = _im[odd] * c - _re[odd] * s;
                (_re[odd], _im[odd]) = (_re[even] - re, _im[even] - im);
                (_re[even], _im[even]) = (_re[even] + re, _im[even] + im);
            }
        }
    }

    /// <summary>Twice as many turns over the half circle: the old ones, and between each two the older turned on by half a step.</summary>
    void Refine()
    {
        int count = _cos.Length;
        (double c, double s) = Step(2 * count);
        var cos = new double[2 * count];
        var sin = new double[2 * count];
        for (int k = 0; k < count; k++)
        {
            (cos[2 * k], sin[2 * k]) = (_cos[k], _sin[k]);
            cos[2 * k + 1] = _cos[k] * c - _sin[k] * s;
            sin[2 * k + 1] = _cos[k] * s + _sin[k] * c;
        }

        (_cos, _sin) = (cos, sin);
    }

    /// <summary>Cosine and sine of half a circle divided by <paramref name="parts"/>, a power of two from 2 on, by halving the right angle.</summary>
    static (double Cos, double Sin) Step(int parts)
    {
        double c = 0, s = 1;
        for (int n = 2; n < parts; n *= 2)
        {
            double halved = Math.Sqrt((1 + c) / 2);
            s /= 2 * halved;
            c = halved;
        }

        return (c, s);
    }

    static uint Reverse(uint bits)
    {
        bits = (bits >> 1 & 0x55555555) | (bits & 0x55555555) << 1;
        bits = (bits >> 2 & 0x33333333) | (bits & 0x33333333) << 2;
        bits = (bits >> 4 & 0x0F0F0F0F) | (bits & 0x0F0F0F0F) << 4;
        bits = (bits >> 8 & 0x00FF00FF) | (bits & 0x00FF00FF) << 8;
        return bits >> 16 | bits << 16;
    }
}
