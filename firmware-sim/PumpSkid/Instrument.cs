using System.Globalization;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>
/// One transmitter behind a 12-bit converter: the true value, the instrument's own noise, clipped to its range and rounded to one of 4096 levels.
/// </summary>
/// <param name="Digits">Decimals in the text: as many as tell two neighbouring levels apart, no more.</param>
/// <param name="Another">The unit that a careless integrator would scale it to; null where nobody would.</param>
sealed record Instrument(string Signal, double Low, double High, double Noise, int Digits, AnotherUnit? Another = null)
{
    const int LevelMax = 4095;

    readonly string _format = FormatOf(Digits);

    public double Span => High - Low;

    public double Resolution => Span / LevelMax;

    /// <summary>What stands behind the converter, in the instrument's own unit.</summary>
    /// <param name="offset">What the transmitter adds to the truth; 0 when it is honest.</param>
    public double Measure(double truth, SeededNoise noise, double offset = 0)
    {
        double seen = truth + (Noise * noise.Gaussian()) + offset;
        double level = Math.Clamp(Math.Round((seen - Low) / (High - Low) * LevelMax, MidpointRounding.AwayFromZero), 0, LevelMax);
        return Rounded(Low + (level * Resolution), Digits);
    }

    /// <summary>The reading as it stands in a payload or a file.</summary>
    public string Text(double reading) => reading.ToString(_format, CultureInfo.InvariantCulture);

    /// <summary>The reading in <see cref="Another"/> unit, with as many decimals as tell two levels apart there.</summary>
    public string TextInAnother(double reading) => Another is { } unit
        ? Rounded((reading * unit.Factor) + unit.Offset, unit.Digits).ToString(FormatOf(unit.Digits), CultureInfo.InvariantCulture)
        : Text(reading);

    /// <summary>An offset of this size that leaves a value inside the range, on the other side where there is no room; a wild sample at the stop would not be seen.</summary>
    public double WithRoom(double truth, double offset) => truth + offset < Low || truth + offset > High ? -offset : offset;

    // The sum turns a negative zero into zero.
    static double Rounded(double value, int digits) => Math.Round(value, digits, MidpointRounding.AwayFromZero) + 0.0;

    static string FormatOf(int digits) => "F" + digits.ToString(CultureInfo.InvariantCulture);
}

/// <summary>How a reading becomes the same quantity in another unit: reading x factor + offset.</summary>
sealed record AnotherUnit(string Unit, double Factor, double Offset, int Digits)
{
    /// <summary>1 psi = 0.45359237 kg x 9.80665 m/s2 over (0.0254 m)2, exact by definition; 1 bar = 100 000 Pa.</summary>
    public static readonly AnotherUnit Psi = new("psi", 100_000 * 0.0254 * 0.0254 / (0.45359237 * 9.80665), 0, 3);

    public static readonly AnotherUnit Kilopascal = new("kPa", 100, 0, 2);

    public static readonly AnotherUnit Fahrenheit = new("degF", 1.8, 32, 2);

    /// <summary>From m3/h: 1000 l over 3600 s.</summary>
    public static readonly AnotherUnit LitrePerSecond = new("l/s", 1 / 3.6, 0, 3);

    /// <summary>From mm/s: 25.4 mm an inch.</summary>
    public static readonly AnotherUnit InchPerSecond = new("in/s", 1 / 25.4, 0, 5);
}
