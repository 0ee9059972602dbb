namespace EdgeRuntime.Registry.Manifest;

/// <summary>Conditions on a version that must all hold, separated by spaces: <c>&gt;=1.31.1 &lt;1.32</c>. A bare version means exactly that one, <c>^3.0.0</c> that and later ones below 4.0.0.</summary>
public sealed record VersionRange
{
    static readonly string[] Operators = [">=", "<=", ">", "<", "=", "^"];

    readonly IReadOnlyList<(string Operator, Version Bound)> _conditions;

    VersionRange(string text, IReadOnlyList<(string, Version)> conditions)
    {
        Text = text;
        _conditions = conditions;
    }

    /// <summary>As the release writes it.</summary>
    public string Text { get; }

    public static VersionRange? TryParse(string text)
    {
        var conditions = new List<(string, Version)>();
        foreach (string part in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string sign = Array.Find(Operators, o => part.StartsWith(o, StringComparison.Ordinal)) ?? "";
            if (Number(part[sign.Length..]) is not { } bound)
                return null;
            conditions.Add((sign.Length == 0 ? "=" : sign, bound));
        }

        return conditions.Count > 0 ? new VersionRange(text, conditions) : null;
    }

    /// <summary>True when <paramref name="version"/> (<c>1.31.1</c>; what follows a '-' or '+' is not looked at) meets every condition.</summary>
    public bool Contains(string version) => Number(version.Split('-', '+')[0]) is { } number && _conditions.All(c => c.Operator switch
    {
        ">=" => number >= c.Bound,
        "<=" => number <= c.Bound,
        ">" => number > c.Bound,
        "<" => number < c.Bound,
        "^" => number >= c.Bound && number < Next(c.Bound),
        _ => number == c.Bound,
    });

    public override string ToString() => Text;

    public bool Equals(VersionRange? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.Length;

    /// <summary>The first version that may break what the given one promised: below 1.0.0 that is the next minor one.</summary>
    static Version Next(Version from) => from.Major > 0 ? new Version(from.Major + 1, 0, 0) : new Version(0, from.Minor + 1, 0);

    /// <summary>Missing parts count as zero, so that 1.32 and 1.32.0 are the same.</summary>
    static Version? Number(string text) => Version.TryParse(text.Contains('.', StringComparison.Ordinal) ? text : text + ".0", out Version? version) && version.Revision < 0
        ? new Version(version.Major, version.Minor, Math.Max(0, version.Build))
        : null;
}
