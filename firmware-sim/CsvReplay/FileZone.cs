using System.Globalization;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>The files carry no zone. Which one they mean is said by the caller, never guessed.</summary>
sealed record FileZone(string Name, TimeSpan Offset)
{
    public const string NaiveAsUtc = "naive-as-utc";

    public string InWords => Name == NaiveAsUtc
        ? "The files' times carry no zone; they are taken as UTC (--zone naive-as-utc)."
        : $"The files' times carry no zone; they are taken as UTC{Name} and converted to UTC.";

    /// <exception cref="UsageException">Neither naive-as-utc nor an offset.</exception>
    public static FileZone Parse(string text)
    {
        if (text == NaiveAsUtc)
            return new FileZone(text, TimeSpan.Zero);
        if (text.Length == 6 && text[0] is '+' or '-'
            && TimeSpan.TryParseExact(text[1..], "hh\\:mm", CultureInfo.InvariantCulture, out TimeSpan offset) && offset <= TimeSpan.FromHours(14))
            return new FileZone(text, text[0] == '-' ? -offset : offset);
        throw new UsageException($"--zone is '{text}'; it must be {NaiveAsUtc} or an offset such as +03:00.");
    }

    public DateTime ToUtc(DateTime naive) => DateTime.SpecifyKind(naive - Offset, DateTimeKind.Utc);
}
