using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Where an answer came from, best first. The numbers are on disk.</summary>
public enum Rung : byte
{
    Primary = 1,
    Previous = 2,
    Cached = 3,
    SimpleModel = 4,
    Rules = 5,
    LowConfidence = 6,
}

/// <summary>What the floor is told.</summary>
public enum DecisionState : byte
{
    Normal = 1,
    Anomaly = 2,

    /// <summary>Nobody could say: act as if there were no model.</summary>
    Unknown = 3,
}

/// <summary>Why a rung gave no answer, in the order the ladder asked.</summary>
public readonly record struct RungRefusal(Rung Rung, CallOutcome Why);

/// <summary>What the floor is told about one asset at one moment, and everything that is needed to say why and to compute it again.</summary>
public sealed record Decision : Fact
{
    public override FactKind Kind => FactKind.Decision;

    /// <summary>32 hex digits, derived from asset, moment, cause and release: the same in every replay. Outcomes and labels cite it.</summary>
    public required string PredictionId { get; init; }

    public required string Asset { get; init; }
    public required EventTime At { get; init; }

    /// <summary>The input that completed the vector.</summary>
    public required Position Cause { get; init; }

    public required DecisionState State { get; init; }

    /// <summary>The score that was compared with the threshold; NaN where the rung has none.</summary>
    public required double Score { get; init; }

    /// <summary>The threshold it was compared with, hysteresis applied; NaN where the rung has none.</summary>
    public required double Threshold { get; init; }

    public required Rung Rung { get; init; }

    /// <summary>0 to 1, calibrated as the release says.</summary>
    public required double Confidence { get; init; }

    /// <summary>Nanoseconds from the oldest input of the answer to <see cref="At"/>; for a cached answer from the vector that made it. -1: not known.</summary>
    public required long Age { get; init; }

    /// <summary>Plain sentences, most important first: what speaks for the state, and which rungs refused.</summary>
    public required IReadOnlyList<string> Reasons { get; init; }

    /// <summary>Rungs that refused before <see cref="Rung"/> answered.</summary>
    public IReadOnlyList<RungRefusal> Refusals { get; init; } = [];

    /// <summary>Features that speak most for the score, strongest first: index in the vector and share of the score, 0 to 1.</summary>
    public IReadOnlyList<Contribution> Contributions { get; init; } = [];

    /// <summary>Identity of the release that answered; of the active release when rules or nobody did.</summary>
    public required Digest Serving { get; init; }

    /// <summary>SHA-256 of the model file that answered; none when no model did.</summary>
    public required Digest Model { get; init; }

    public required Digest Pipeline { get; init; }

    /// <summary>SHA-256 of the plant's rules; none when there are none.</summary>
    public required Digest Rules { get; init; }

    /// <summary>SHA-256 of the vector's canonical bytes.</summary>
    public required Digest Vector { get; init; }

    /// <summary>Version and commit of the runtime that decided.</summary>
    public required string Build { get; init; }

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(PredictionId);
        to.Text(Asset);
        to.Event(At);
        to.Position(Cause);
        to.Named(State);
        to.Double(Score);
        to.Double(Threshold);
        to.Named(Rung);
        to.Double(Confidence);
        to.Signed(Age);
        to.Texts(Reasons);
        to.Count(Refusals.Count);
        foreach (RungRefusal refusal in Refusals)
        {
            to.Named(refusal.Rung);
            to.Named(refusal.Why);
        }

        to.Count(Contributions.Count);
        foreach (Contribution contribution in Contributions)
        {
            to.Count(contribution.Feature);
            to.Float(contribution.Share);
        }

        to.Digest(Serving);
        to.Digest(Model);
        to.Digest(Pipeline);
        to.Digest(Rules);
        to.Digest(Vector);
        to.Text(Build);
    }

    internal static Decision Read(ref CanonicalReader from)
    {
        var read = new Decision
        {
            PredictionId = from.Text(),
            Asset = from.Text(),
            At = from.Event(),
            Cause = from.Position(),
            State = from.Named<DecisionState>(),
            Score = from.Double(),
            Threshold = from.Double(),
            Rung = from.Named<Rung>(),
            Confidence = from.Double(),
            Age = from.Signed(),
            Reasons = from.Texts(),
            Serving = default,
            Model = default,
            Pipeline = default,
            Rules = default,
            Vector = default,
            Build = "",
        };
        var refusals = new RungRefusal[from.Count(bytesEach: 2)];
        for (int i = 0; i < refusals.Length; i++)
            refusals[i] = new RungRefusal(from.Named<Rung>(), from.Named<CallOutcome>());
        var contributions = new Contribution[from.Count(bytesEach: 5)];
        for (int i = 0; i < contributions.Length; i++)
            contributions[i] = new Contribution(from.Index(), from.Float());

        return read with
        {
            Refusals = refusals,
            Contributions = contributions,
            Serving = from.Digest(),
            Model = from.Digest(),
            Pipeline = from.Digest(),
            Rules = from.Digest(),
            Vector = from.Digest(),
            Build = from.Text(),
        };
    }
}

/// <summary>How much one feature speaks for a score: its index in the vector and its share, 0 to 1.</summary>
public readonly record struct Contribution(int Feature, float Share);
