namespace EdgeRuntime.Promotion.Evidence;

public enum GateVerdict
{
    /// <summary>The evidence suffices for neither.</summary>
    NotYet,

    /// <summary>The candidate may go on.</summary>
    GoOn,

    /// <summary>The candidate must stop.</summary>
    Stop,
}

/// <summary>What is known of a candidate beside the primary.</summary>
/// <param name="Watched">How long both have answered the same inputs.</param>
/// <param name="Predictions">Inputs that both answered.</param>
/// <param name="Disagreements">How many of these they answered differently.</param>
/// <param name="Labelled">Those that a person has judged.</param>
public sealed record GateObservations(TimeSpan Watched, long Predictions, long Disagreements, PairCounts Labelled);

/// <summary>What a gate says, and why, in plain sentences.</summary>
public sealed record GateReport(GateVerdict Verdict, IReadOnlyList<string> Reasons);
