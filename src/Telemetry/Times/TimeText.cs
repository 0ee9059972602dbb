using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace EdgeRuntime.Telemetry.Times;

/// <summary>Text to nanoseconds since 1970-01-01T00:00:00Z, exactly: no detour over a double, which holds a time of today only to 256 ns.</summary>
static class TimeText
{
    const long NanosecondsPerSecond = 1_000_000_000;
    const string NoZone = "has no zone; say in 'zone' what it is: utc, naive-as-utc, or a name such as Europe/Berlin.";

    internal static bool TryRead(TimeMapping mapping, ReadOnlySpan<byte> text, out long nanoseconds, out string why)
    {
        text = text.Trim((byte)' ');
        return mapping.Format switch
        {
            TimeFormat.Iso8601 => TryIso(text, mapping.Zone, out nanoseconds, out why),
            TimeFormat.UnixSeconds => TryUnix(text, NanosecondsPerSecond, out nanoseconds, out why),
            TimeFormat.UnixMilliseconds => TryUnix(text, 1_000_000, out nanoseconds, out why),
            TimeFormat.UnixMicroseconds => TryUnix(text, 1_000, out nanoseconds, out why),
            TimeFormat.UnixNanoseconds => TryUnix(text, 1, out nanoseconds, out why),
            _ => TryCustom(text, mapping, out nanoseconds, out why),
        };
    }

    static bool TryUnix(ReadOnlySpan<byte> text, long unit, out long nanoseconds, out string why)
    {
        nanoseconds = 0;
        why = "is not a number.";
        if (Utf8Parser.TryParse(text, out long whole, out int read) && read == text.Length)
        {
            why = "is out of range.";
            Int128 product = (Int128)whole * unit;
            nanoseconds = (long)Int128.Clamp(product, long.MinValue, long.MaxValue);
            return product == nanoseconds;
        }

        if (!decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number))
            return false;
        why = "is out of range.";
        // decimal's own range check would throw; 64-bit nanoseconds end in 2262 anyway.
        if (number > long.MaxValue / unit || number < long.MinValue / unit)
            return false;
        nanoseconds = (long)(number * unit);
        return true;
    }

    /// <summary>2026-01-02T03:04:05[.123456789][Z|±hh[:]mm]; a blank may stand for the T; digits past the ninth are cut.</summary>
    static bool TryIso(ReadOnlySpan<byte> text, TimeZoneInfo? zone, out long nanoseconds, out string why)
    {
        nanoseconds = 0;
        why = "is not ISO 8601, such as 2026-03-15T14:47:00.5Z.";
        if (text.Length < 19 || text[4] != '-' || text[7] != '-' || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ') || text[13] != ':' || text[16] != ':')
            return false;
        if (!(Digits(text[..4], out int year) && Digits(text[5..7], out int month) && Digits(text[8..10], out int day)
            && Digits(text[11..13], out int hour) && Digits(text[14..16], out int minute) && Digits(text[17..19], out int second)))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            why = "is not a moment that exists.";
            return false;
        }

        ReadOnlySpan<byte> rest = text[19..];
        int fraction = 0;
        if (rest.Length > 0 && rest[0] is (byte)'.' or (byte)',')
        {
            int end = 1;
            for (int scale = 100_000_000; end < rest.Length && char.IsAsciiDigit((char)rest[end]); end++, scale /= 10)
                fraction += (rest[end] - '0') * scale;
            if (end == 1)
                return false;
            rest = rest[end..];
        }

        var local = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified);
        if (rest.Length == 0)
            return TryLocal(local, zone, fraction, out nanoseconds, out why);
        if (!TryOffset(rest, out int offsetMinutes))
            return false;
        return TryTotal((local.Ticks - DateTime.UnixEpoch.Ticks) - (offsetMinutes * TimeSpan.TicksPerMinute), fraction, out nanoseconds, out why);
    }

    static bool TryCustom(ReadOnlySpan<byte> utf8, TimeMapping mapping, out long nanoseconds, out string why)
    {
        nanoseconds = 0;
        why = $"does not have the form '{mapping.Custom}'.";
        string text = Encoding.UTF8.GetString(utf8);
        if (mapping.Custom.AsSpan().IndexOfAny('z', 'K') >= 0)
        {
            return DateTimeOffset.TryParseExact(text, mapping.Custom, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset moment)
                && TryTotal(moment.UtcTicks - DateTime.UnixEpoch.Ticks, 0, out nanoseconds, out why);
        }

        return DateTime.TryParseExact(text, mapping.Custom, CultureInfo.InvariantCulture, DateTimeStyles.NoCurrentDateDefault, out DateTime local)
            && TryLocal(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), mapping.Zone, 0, out nanoseconds, out why);
    }

    static bool TryLocal(DateTime local, TimeZoneInfo? zone, int fraction, out long nanoseconds, out string why)
    {
        nanoseconds = 0;
        why = NoZone;
        if (zone is null)
            return false;
        if (zone.IsInvalidTime(local))
        {
            why = $"does not exist in {zone.Id}: the clock was put forward then.";
            return false;
        }

        // The hour that happens twice is taken as standard time, the second of the two.
        return TryTotal(local.Ticks - zone.GetUtcOffset(local).Ticks - DateTime.UnixEpoch.Ticks, fraction, out nanoseconds, out why);
    }

    static bool TryTotal(long ticks, int fraction, out long nanoseconds, out string why)
    {
        Int128 total = ((Int128)ticks * 100) + fraction;
        nanoseconds = (long)Int128.Clamp(total, long.MinValue, long.MaxValue);
        why = "is outside 1677 to 2262.";
        return total == nanoseconds;
    }

    static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1 && text[0] is (byte)'Z' or (byte)'z')
            return true;
        if (text[0] is not ((byte)'+' or (byte)'-'))
            return false;
        ReadOnlySpan<byte> digits = text[1..];
        if (digits.Length == 5 && digits[2] != ':')
            return false;
        if (digits.Length is not (2 or 4 or 5) || !Digits(digits[..2], out int hours))
            return false;
        int past = 0;
        if (digits.Length > 2 && !Digits(digits[^2..], out past))
            return false;
        minutes = ((hours * 60) + past) * (text[0] == '-' ? -1 : 1);
        return hours <= 14 && past <= 59;
    }

    static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (byte digit in text)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            number = (number * 10) + (digit - '0');
        }

        return true;
    }
}
