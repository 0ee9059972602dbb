using System.Globalization;

namespace EdgeRuntime.FirmwareSim.Verbs;

/// <summary>Option texts to values; what is wrong is said with the option, the text and the rule.</summary>
static class OptionText
{
    public static TimeSpan Duration(string option, string text) => PlantTime.TryParseDuration(text, out TimeSpan duration) && duration > TimeSpan.Zero
        ? duration
        : throw new UsageException($"{option} is '{text}'; it must be an ISO 8601 duration above zero, such as PT10M.");

    public static DateTime Time(string option, string text) => PlantTime.TryParse(text, out DateTime utc)
        ? utc
        : throw new UsageException($"{option} is '{text}'; it must be an ISO 8601 time, such as 2026-01-01T00:00:00Z.");

    /// <summary>A factor above zero, or <c>max</c> for infinity.</summary>
    public static double Speed(string text)
    {
        if (text == "max")
            return double.PositiveInfinity;
        return double.TryParse(text.TrimEnd('x'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double speed) && speed > 0 && double.IsFinite(speed)
            ? speed
            : throw new UsageException($"--speed is '{text}'; it must be a number above 0, or max.");
    }

    /// <summary>A number from 0.01 to 1, or a range of them as <c>0.3..1</c>. Less than 0.01 would be a fault that is told and cannot be seen.</summary>
    public static (double Low, double High) Severity(string option, string text)
    {
        string[] ends = text.Split("..");
        return ends.Length is 1 or 2 && TrySeverity(ends[0], out double low) && TrySeverity(ends[^1], out double high) && low <= high
            ? (low, high)
            : throw new UsageException($"{option} is '{text}'; it must be a number from 0.01 to 1, or a range of them such as 0.3..1.");
    }

    static bool TrySeverity(string text, out double severity) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out severity) && severity is >= 0.01 and <= 1;

    public static int Qos(int qos) => qos is 0 or 1 or 2 ? qos : throw new UsageException($"--qos is {qos.ToString(CultureInfo.InvariantCulture)}; it must be 0, 1 or 2.");

    /// <summary>Opens a file to write; an impossible path is the caller's mistake, not ours.</summary>
    public static StreamWriter Create(string option, string path)
    {
        try
        {
            return new StreamWriter(path) { NewLine = "\n" };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new UsageException($"{option} '{path}' cannot be written: {e.Message}");
        }
    }
}
