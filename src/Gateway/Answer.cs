using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Gateway;

/// <summary>What the ladder answered to one vector. Never without the rung.</summary>
public sealed record Answer
{
    public required Rung Rung { get; init; }

    /// <summary>The anomaly score; NaN where the rung has none (rules, low confidence).</summary>
    public required double Score { get; init; }

    /// <summary>Features that speak most for the score, strongest first.</summary>
    public IReadOnlyList<Contribution> Contributions { get; init; } = [];

    /// <summary>Identity of the release that answered; of the active one when rules or nobody did.</summary>
    public required Digest Serving { get; init; }

    /// <summary>The model file that answered; none when no model did.</summary>
    public required Digest Model { get; init; }

    /// <summary>Nanoseconds from the oldest input of the answer to the vector that asks; -1: not known.</summary>
    public required long Age { get; init; }

    /// <summary>1 for an answer of now, falling to 0 at the greatest age a cached answer may have.</summary>
    public double Freshness { get; init; } = 1;

    /// <summary>The plant's rules that fire on this vector, whatever the models say.</summary>
    public IReadOnlyList<PlantRule> RulesFiring { get; init; } = [];

    public IReadOnlyList<RungRefusal> Refusals { get; init; } = [];
}
