namespace EdgeRuntime.Registry.Schema;

/// <summary>What becomes of a key of serving.yaml in this version.</summary>
enum Fate
{
    /// <summary>It changes what is done here, today.</summary>
    ActedOn,

    /// <summary>It is read, checked and handed on for a part that comes later; no answer depends on it yet.</summary>
    Carried,

    /// <summary>It tells people where a release comes from and what it is.</summary>
    Told,

    /// <summary>It would change answers and is not carried out: a release that has it is refused.</summary>
    Refused,
}

/// <param name="By">The room that acts or will act; for what is refused the feature of <c>requires</c>. Empty for what is only told.</param>
sealed record Duty(Fate Fate, string By)
{
    internal static readonly Duty Told = new(Fate.Told, "");

    internal static Duty Of(string room) => new(Fate.ActedOn, room);

    internal static Duty CarriedFor(string room) => new(Fate.Carried, room);

    internal static Duty RefusedFor(string feature) => new(Fate.Refused, feature);

    public override string ToString() => Fate switch
    {
        Fate.ActedOn => $"acted on by {By}",
        Fate.Carried => $"carried for {By}",
        Fate.Refused => $"refused: needs {By}",
        _ => "told",
    };
}
