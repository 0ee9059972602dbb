using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>What a person said. A verdict is only ever a person's.</summary>
public enum Verdict : byte
{
    Real = 1,
    NotReal = 2,
    CannotTell = 3,

    /// <summary>Takes back the label that <see cref="Label.Supersedes"/> names.</summary>
    Retract = 4,
}

/// <summary>A person's verdict on a decision. Append-only: a correction is a label of its own.</summary>
public sealed record Label : Fact
{
    public override FactKind Kind => FactKind.Label;

    /// <summary>Given by the panel that made it; the same id never counts twice.</summary>
    public required string Id { get; init; }

    /// <summary><see cref="Decision.PredictionId"/> of what was labelled.</summary>
    public required string PredictionId { get; init; }

    public required Verdict Verdict { get; init; }
    public required string Reason { get; init; }
    public required string Who { get; init; }
    public required string Role { get; init; }

    /// <summary>Where it came from: hmi, import, hq, outcome.</summary>
    public required string Source { get; init; }

    /// <summary>Id of the label that this one corrects; empty when it is the first.</summary>
    public string Supersedes { get; init; } = "";

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Id);
        to.Text(PredictionId);
        to.Named(Verdict);
        to.Text(Reason);
        to.Text(Who);
        to.Text(Role);
        to.Text(Source);
        to.Text(Supersedes);
    }

    internal static Label Read(ref CanonicalReader from) => new()
    {
        Id = from.Text(),
        PredictionId = from.Text(),
        Verdict = from.Named<Verdict>(),
        Reason = from.Text(),
        Who = from.Text(),
        Role = from.Text(),
        Source = from.Text(),
        Supersedes = from.Text(),
    };
}
