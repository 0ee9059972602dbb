using System.CommandLine;
using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Service.Verbs;

/// <summary>
/// A moment on a command line. With an offset or Z it is what it says; without one it is local time in a zone that is named in the answer. A local time that
/// the clocks showed twice, or never, is refused: nobody may guess which one was meant.
/// </summary>
/// <param name="Time">Nanoseconds since 1970.</param>
/// <param name="Reading">The same for people, with the zone that it was read in.</param>
sealed record Moment(EventTime Time, string Reading)
{
    const DateTimeStyles Plain = DateTimeStyles.None;

    static readonly string[] s_local = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd"];

    static readonly string[] s_offset = ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mmK"];

    public static Option<string?> ZoneOption() => new("--zone")
    {
        Description = "Zone of times that are written without an offset, such as Europe/Berlin or UTC; unless given, the one of this machine.",
    };

    /// <summary>The zone that the option names, or the machine's.</summary>
    /// <exception cref="VerbRefusedException">There is no such zone here.</exception>
    public static TimeZoneInfo Zone(string? name)
    {
        if (name is null)
            return TimeZoneInfo.Local;
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone)
            ? zone
            : throw new VerbRefusedException($"--zone is '{name}', which this machine does not know; use a name such as Europe/Berlin, or UTC.");
    }

    /// <exception cref="VerbRefusedException">It is no time, or a local time that exists twice or never in the zone.</exception>
    public static Moment Parse(string text, TimeZoneInfo zone)
    {
        if (DateTime.TryParseExact(text, s_local, CultureInfo.InvariantCulture, Plain, out DateTime local))
            return Local(text, local, zone);
        if (DateTimeOffset.TryParseExact(text, s_offset, CultureInfo.InvariantCulture, Plain, out DateTimeOffset exact))
            return new Moment(TimeOf(exact, text), Iso8601.Format(TimeOf(exact, text).UnixNanoseconds));
        throw new VerbRefusedException($"'{text}' is not a moment; write 2026-03-15T14:47:00 (local time), 2026-03-15T14:47:00Z or 2026-03-15T14:47:00+01:00.");
    }

    static Moment Local(string text, DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
            throw new VerbRefusedException($"{text} does not exist in {zone.Id}: the clocks were put forward over it. Write the moment with its offset, or as UTC with a Z.");
        if (zone.IsAmbiguousTime(local))
        {
            IEnumerable<string> readings = zone.GetAmbiguousTimeOffsets(local).OrderDescending()
                .Select(offset => new DateTimeOffset(local, offset))
                .Select(reading => $"{reading.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture)} ({Iso8601.Format(TimeOf(reading, text).UnixNanoseconds)})");
            throw new VerbRefusedException($"{text} exists twice in {zone.Id}: the clocks were put back over it. Write which one is meant: {string.Join(" or ", readings)}.");
        }

        var moment = new DateTimeOffset(local, zone.GetUtcOffset(local));
        EventTime time = TimeOf(moment, text);
        return new Moment(time, $"{moment.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture)} in {zone.Id}, {time}");
    }

    static EventTime TimeOf(DateTimeOffset moment, string text)
    {
        Int128 nanoseconds = (Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100;
        return nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
            ? new EventTime((long)nanoseconds)
            : throw new VerbRefusedException($"'{text}' is beyond what nanoseconds since 1970 can name (1677 to 2262).");
    }
}
