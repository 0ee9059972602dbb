using System.Text.RegularExpressions;

namespace EdgeRuntime.Registry.Schema;

/// <summary>A form that a text must have, said once for the reader and for the JSON Schema.</summary>
/// <param name="Name">For people, in the reference.</param>
/// <param name="Pattern">ECMA 262, anchored: what an editor checks.</param>
/// <param name="Rule">Goes on after "is '…'; ".</param>
sealed record TextForm(string Name, string Pattern, string Rule)
{
    readonly Regex _regex = new(Pattern, RegexOptions.ECMAScript | RegexOptions.CultureInvariant);

    internal int LengthMax { get; init; } = 1000;

    /// <summary>Knows more than a pattern can say; null: the pattern is all there is.</summary>
    internal Func<string, string?>? Further { get; init; }

    /// <summary>Null where the text has the form.</summary>
    internal string? Refusal(string text) => Further is not null ? Further(text) : text.Length <= LengthMax && _regex.IsMatch(text) ? null : $"is '{text}'; {Rule}";
}

/// <summary>The forms that serving.yaml uses.</summary>
static class TextForms
{
    const string Version = @"[0-9]{1,9}(\.[0-9]{1,9}){0,2}";
    const string Condition = $"(>=|<=|>|<|=|\\^)?{Version}";

    internal static readonly TextForm Free = new("text", @"^[\s\S]*$", "use at most 1000 characters.");

    internal static readonly TextForm Name = new(
        "name", "^[a-z0-9]+([._-][a-z0-9]+)*$", $"use lower-case letters and digits, with single '.', '_' or '-' between, at most {ReleaseLimits.NameLengthMax} characters.")
    {
        LengthMax = ReleaseLimits.NameLengthMax,
    };

    internal static readonly TextForm SemVer = new(
        "semantic version",
        @"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})(-[0-9A-Za-z.-]{1,60})?(\+[0-9A-Za-z.-]{1,60})?$",
        "it must be a semantic version such as 3.2.0.");

    internal static readonly TextForm Sha256 = new("SHA-256", "^(sha256:)?[0-9a-f]{64}$", "it must be a SHA-256: 64 lower-case hex digits.");

    /// <summary>What an editor can see of <see cref="FlatName"/>, which knows Windows' devices, too.</summary>
    internal static readonly TextForm File = new(
        "file name", "^[A-Za-z0-9_]([A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$", "use a flat file name.")
    {
        LengthMax = ReleaseLimits.NameLengthMax,
        Further = name => FlatName.Refusal(name) is { } refusal ? $"'{name}' {refusal}" : null,
    };

    internal static readonly TextForm Moment = new(
        "time", @"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$", "it must be a time in UTC such as 2026-11-22T14:03:11Z.");

    internal static readonly TextForm Size = new("size", "^[1-9][0-9]{0,8}(Ki|Mi|Gi)$", "it must be a size such as 512Mi, with Ki, Mi or Gi.");

    internal static readonly TextForm Versions = new("versions", $"^{Condition}( {Condition})*$", "it must be conditions on a version, such as '>=1.31.1 <1.32'.");

    internal static readonly TextForm Key = new("word", "^[A-Za-z][A-Za-z0-9_.-]*$", "it must be a word of letters, digits, '_', '.' and '-'.") { LengthMax = 100 };

    internal static readonly TextForm Rollback = new(
        "condition",
        @"^(breakerOpen|latencyP99|errorRatio|disagreement|rejectionRatio|lowConfidenceRatio)>[0-9]+(\.[0-9]+)?x?(/P(T?[0-9]+[DHMS])+)?$",
        "it must be a condition such as breakerOpen>3/PT1H, latencyP99>2x or errorRatio>0.05.");

    internal static readonly TextForm Strategy = new(
        "strategy", @"^(uncertainty|disagreement|diversity|audit)(\+(uncertainty|disagreement|diversity|audit))*$", "join uncertainty, disagreement, diversity and audit with '+'.");

    /// <summary>What <see cref="Settings.SettingsNode"/> takes for a duration, for editors.</summary>
    internal const string Duration = @"^P([0-9]+D)?(T([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]+)?S)?)?$";
}
