using System.Globalization;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>One measured figure and how sure it is.</summary>
/// <param name="Value">Null: there was nothing to measure it on.</param>
/// <param name="Low">Of the 95 % interval; null where that is not known.</param>
/// <param name="Blocks">How many independent blocks hold something of what is measured; what the interval rests on.</param>
readonly record struct Estimate(double? Value, double? Low, double? High, int Blocks)
{
    internal bool HasInterval => Low is not null;

    /// <summary>As a person reads it: the value, and its interval or why there is none.</summary>
    /// <param name="scale">100 for a percentage.</param>
    internal string Words(string format, double scale = 1, string unit = "")
    {
        if (Value is not { } value)
            return "n/a";
        string Text(double v) => Plain.Number(v * scale, format);
        string said = Text(value) + unit;
        return Low is { } low && High is { } high
            ? $"{said} ({Text(low)} to {Text(high)})"
            : string.Create(CultureInfo.InvariantCulture, $"{said} (interval unknown: {Blocks} block{(Blocks == 1 ? "" : "s")})");
    }
}
