using System.Globalization;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>Names of the files of a sealed unit: the number of the segment they come from, a generation from the second on, of merged units the last segment, and what they hold.</summary>
static class UnitFile
{
    public const string Samples = ".samples.parquet";
    public const string Facts = ".facts.parquet";
    public const string Batches = ".batches.parquet";
    public const string Index = ".index";

    /// <summary>From which damaged blocks of the other files are computed again.</summary>
    public const string Parity = ".parity";

    /// <summary>Behind the name of a file that a repair writes anew.</summary>
    const string WritingSuffix = ".writing";
    const string CheckpointSuffix = ".checkpoint";
    const string CheckpointNewSuffix = ".checkpoint.new";
    const int Digits = 10;

    /// <summary>The files that a checkpoint names, in the order in which it names them.</summary>
    public static readonly string[] Parts = [Samples, Facts, Batches, Index, Parity];

    /// <param name="generation">1 for what sealing wrote; a unit that was thinned is the next generation.</param>
    /// <param name="last">The last segment of a merged unit; of any other the same as <paramref name="number"/>, or 0.</param>
    public static string Of(long number, int generation, string part, long last = 0) =>
        Numbered(number, generation) + (last > number ? "-" + last.ToString("D10", CultureInfo.InvariantCulture) : "") + part;

    /// <summary>The generation that a part's name says.</summary>
    public static int GenerationOf(string name)
    {
        int end = name.AsSpan().IndexOf('.');
        if (end > Digits && name.AsSpan(Digits + 1, end - Digits - 1).IndexOf('-') is >= 0 and var merged)
            end = Digits + 1 + merged;
        return end > Digits && name[Digits] == '-' ? int.Parse(name.AsSpan(Digits + 1, end - Digits - 1), NumberStyles.None, CultureInfo.InvariantCulture) : 1;
    }

    /// <summary>The last segment that a part's name says; 0 where the unit is not merged.</summary>
    public static long LastOf(string name)
    {
        ReadOnlySpan<char> front = name.AsSpan(0, Math.Max(0, name.IndexOf('.', StringComparison.Ordinal)));
        return front.Count('-') == 2 && long.TryParse(front[(front.LastIndexOf('-') + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long last) ? last : 0;
    }

    public static string CheckpointOf(long number) => Numbered(number, 1) + CheckpointSuffix;

    /// <summary>A checkpoint that does not count yet.</summary>
    public static string NewCheckpointOf(long number) => Numbered(number, 1) + CheckpointNewSuffix;

    public static bool IsCheckpoint(string name, out long number) => TryNumber(name, out number, out string rest) && rest == CheckpointSuffix;

    public static bool IsNewCheckpoint(string name) => TryNumber(name, out _, out string rest) && rest == CheckpointNewSuffix;

    /// <summary>Whether this is a file that a checkpoint of <paramref name="number"/> could name.</summary>
    public static bool IsPart(string name, out long number) => TryNumber(name, out number, out string rest) && Parts.Contains(rest);

    public static bool IsParity(CheckpointFile file) => file.Name.EndsWith(Parity, StringComparison.Ordinal);

    /// <summary>The name under which a repair writes a file anew, beside it.</summary>
    public static string WritingOf(string name) => name + WritingSuffix;

    /// <summary>A file that a repair did not finish.</summary>
    public static bool IsWriting(string name) => name.EndsWith(WritingSuffix, StringComparison.Ordinal) && IsPart(name[..^WritingSuffix.Length], out _);

    static string Numbered(long number, int generation) =>
        number.ToString("D10", CultureInfo.InvariantCulture) + (generation == 1 ? "" : "-" + generation.ToString(CultureInfo.InvariantCulture));

    static bool TryNumber(string name, out long number, out string rest)
    {
        rest = "";
        if (name.Length <= Digits || !long.TryParse(name.AsSpan(0, Digits), NumberStyles.None, CultureInfo.InvariantCulture, out number))
        {
            number = 0;
            return false;
        }

        int at = Digits;
        for (int numbers = 0; numbers < 2 && at < name.Length && name[at] == '-'; numbers++)
        {
            do
                at++;
            while (at < name.Length && char.IsAsciiDigit(name[at]));
        }

        rest = name[at..];
        return number > 0;
    }
}
