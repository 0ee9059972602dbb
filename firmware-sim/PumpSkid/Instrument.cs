using System.Globalization;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>
/// One transmitter behind a 12-bit converter: the true value, the instrument's own noise, clipped to its range and rounded to one of 4096 levels.
/// </summary>
/// <param name="Digits">Decimals in the text: as many as tell two neighbouring levels apart, no more.</param>
sealed record Instrument(string Signal, double Low, double High, double Noise, int Digits)
{
    const int LevelMax = 4095;

    public double Resolution => (High - Low) / LevelMax;

    /// <summary>The reading as it stands in a payload or a file.</summary>
    public string Read(double truth, SeededNoise noise)
    {
        double seen = truth + (Noise * noise.Gaussian());
        double level = Math.Clamp(Math.Round((seen - Low) / (High - Low) * LevelMax, MidpointRounding.AwayFromZero), 0, LevelMax);
        // The sum turns a negative zero into zero.
        double rounded = Math.Round(Low + (level * Resolution), Digits, MidpointRounding.AwayFromZero) + 0.0;
        return rounded.ToString("F" + Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
