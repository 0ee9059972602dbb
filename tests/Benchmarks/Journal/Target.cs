using System.Globalization;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>A figure that a benchmark must keep, and one that it aims for.</summary>
/// <param name="AtLeast">True where more is better.</param>
sealed record Target(string Name, double Value, bool AtLeast, double Required, double Aim)
{
    public bool Kept => Reaches(Required);

    /// <summary>One line that scripts look for: name, value, what is required, ok or MISS, and the aim.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"TARGET {Name} {Value:0.###} {(AtLeast ? ">=" : "<=")} {Required} {(Kept ? "ok" : "MISS")} aim {Aim} {(Reaches(Aim) ? "reached" : "open")}");

    bool Reaches(double limit) => AtLeast ? Value >= limit : Value <= limit;
}
