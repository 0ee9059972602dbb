using System.Globalization;

namespace EdgeRuntime.Journal.Segments;

/// <summary>Segments are called by their number with ten digits, so that names sort as they were written: <c>0000000001.log</c>.</summary>
static class SegmentName
{
    const string Suffix = ".log";
    const string NewSuffix = ".new";
    const string SpareSuffix = ".spare";
    const int Digits = 10;

    /// <summary>Numbers of the segments among <paramref name="names"/>, ascending.</summary>
    public static long[] NumbersIn(IEnumerable<string> names) =>
        [.. names.Select(NumberOf).Where(number => number > 0).Order()];

    public static string Of(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + Suffix;

    /// <summary>A segment that is being prepared: never read, removed at the next start.</summary>
    public static string OfNew(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + NewSuffix;

    /// <summary>A retired segment whose space is kept for the next: never read, and none of its bytes are data.</summary>
    public static string OfSpare(long number) => number.ToString("D10", CultureInfo.InvariantCulture) + SpareSuffix;

    public static bool IsSpare(string name) =>
        name.Length == Digits + SpareSuffix.Length && name.EndsWith(SpareSuffix, StringComparison.Ordinal);

    public static bool IsNew(string name) =>
        name.Length == Digits + NewSuffix.Length && name.EndsWith(NewSuffix, StringComparison.Ordinal);

    static long NumberOf(string name) =>
        name.Length == Digits + Suffix.Length
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : 0;
}
