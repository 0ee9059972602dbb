using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>What a model does in the plan. The numbers are on disk.</summary>
public enum ArmRole : byte
{
    /// <summary>Its answer goes to the floor.</summary>
    Primary = 1,

    /// <summary>Answers beside the primary, for the record only.</summary>
    Shadow = 2,

    /// <summary>The previously active model, kept loaded.</summary>
    Previous = 3,

    /// <summary>The small model of the fallback ladder.</summary>
    Simple = 4,
}

/// <summary>How a call of a model ended. What cannot be computed again (a timeout, a crash) is an input of the decision and therefore recorded.</summary>
public enum CallOutcome : byte
{
    Answered = 1,

    /// <summary>Answered, but after the deadline; the answer is recorded and not used.</summary>
    TooSlow = 2,

    /// <summary>The call failed in the runtime.</summary>
    Failed = 3,

    /// <summary>The answer was NaN or infinite.</summary>
    NotFinite = 4,

    /// <summary>Not asked: its breaker was open.</summary>
    BreakerOpen = 5,

    /// <summary>Not asked: the vector had gaps that the model's contract does not allow.</summary>
    InputIncomplete = 6,

    /// <summary>Not asked: the inputs were older than the plan allows.</summary>
    InputStale = 7,

    /// <summary>Dropped: the shadow could not keep up.</summary>
    Dropped = 8,

    /// <summary>The answer was finite but outside what the plan allows (a score below zero, say).</summary>
    OutOfBounds = 9,
}

/// <summary>One model's answer to one vector, or why there is none. Written before the decision that used it.</summary>
public sealed record Prediction : Fact
{
    public override FactKind Kind => FactKind.Prediction;

    public required string Asset { get; init; }

    /// <summary><see cref="FeatureVector.At"/> of the vector that was asked about.</summary>
    public required EventTime At { get; init; }

    /// <summary><see cref="FeatureVector.Cause"/> of that vector.</summary>
    public required Position Cause { get; init; }

    public required ArmRole Role { get; init; }

    /// <summary>Identity of the release (SHA-256 of its serving.yaml).</summary>
    public required Digest Serving { get; init; }

    /// <summary>SHA-256 of the model file that was asked.</summary>
    public required Digest Model { get; init; }

    public required CallOutcome Outcome { get; init; }

    /// <summary>Measured nanoseconds of the call; 0 when not asked. An input: a replay takes it as given.</summary>
    public required long Latency { get; init; }

    /// <summary>All outputs of the model in contract order, float32; empty when there is no answer.</summary>
    public IReadOnlyList<float> Outputs { get; init; } = [];

    /// <summary>One plain sentence where the outcome needs one; else empty.</summary>
    public string Detail { get; init; } = "";

    internal override void WriteBody(CanonicalWriter to)
    {
        to.Text(Asset);
        to.Event(At);
        to.Position(Cause);
        to.Named(Role);
        to.Digest(Serving);
        to.Digest(Model);
        to.Named(Outcome);
        to.Signed(Latency);
        to.Floats(Outputs);
        to.Text(Detail);
    }

    internal static Prediction Read(ref CanonicalReader from) => new()
    {
        Asset = from.Text(),
        At = from.Event(),
        Cause = from.Position(),
        Role = from.Named<ArmRole>(),
        Serving = from.Digest(),
        Model = from.Digest(),
        Outcome = from.Named<CallOutcome>(),
        Latency = from.Signed(),
        Outputs = from.Floats(),
        Detail = from.Text(),
    };
}
