using EdgeRuntime.Replay.Determinism;

namespace EdgeRuntime.Replay;

/// <summary>What a replay found.</summary>
public sealed record Reproduction
{
    /// <summary>Decisions that were compared.</summary>
    public required long Checked { get; init; }

    /// <summary>Decisions that came out the same to the last bit, together with everything they rest on.</summary>
    public required long Identical { get; init; }

    /// <summary>Decisions that came out the same but for what their models, of class B, may differ by.</summary>
    public required long WithinTolerance { get; init; }

    public long Different => Checked - Identical - WithinTolerance;

    /// <summary>The measurements that the compared decisions rest on, most used first. Decisions that no measured model made are in none.</summary>
    public required IReadOnlyList<QualifiedDecisions> Qualified { get; init; }

    /// <summary>Calls whose outcome cannot be computed again (a time-out, a crash) and was taken from the record.</summary>
    public required long TakenAsGiven { get; init; }

    /// <summary>The first differences in journal order, at most <see cref="ReplayRun.DifferencesMax"/>.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>The first frame whose input was computed again: behind a saved state, or the first that can be read.</summary>
    public required long FromFrame { get; init; }

    /// <summary>Selected decisions that cannot be computed again, because raw data they rest on is not kept any more. They are neither identical nor different.</summary>
    public required long NotReproducible { get; init; }

    /// <summary>Why the first of them cannot: <c>raw thinned</c>, <c>raw deleted</c>; null when there is none.</summary>
    public required string? NotReproducibleWhy { get; init; }

    /// <summary>One sentence for each saved state that was passed over.</summary>
    public required IReadOnlyList<string> StatesPassedOver { get; init; }

    /// <summary>True when there was something to compare and no bit differed.</summary>
    public bool IsExact => Checked > 0 && Identical == Checked;
}
