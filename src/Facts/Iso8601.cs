using System.Globalization;

namespace EdgeRuntime.Facts;

/// <summary>Nanoseconds since the Unix epoch ↔ ISO 8601 text in UTC, without culture and without loss.</summary>
public static class Iso8601
{
    const long NanosecondsPerSecond = 1_000_000_000;

    public static string Format(long unixNanoseconds)
    {
        long seconds = Math.DivRem(unixNanoseconds, NanosecondsPerSecond, out long nanoseconds);
        if (nanoseconds < 0)
        {
            seconds--;
            nanoseconds += NanosecondsPerSecond;
        }

        // DateTimeOffset holds years 1-9999; 64-bit nanoseconds only reach 1677-2262, so this never overflows.
        string whole = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return nanoseconds == 0
            ? whole + "Z"
            : whole + "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0') + "Z";
    }
}
