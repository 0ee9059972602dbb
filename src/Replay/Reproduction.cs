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
    public long WithinTolerance { get; init; }

    public long Different => Checked - Identical - WithinTolerance;

    /// <summary>The measurements that the compared decisions rest on, most used first. Decisions that no measured model made are in none.</summary>
    public IReadOnlyList<QualifiedDecisions> Qualified { get; init; } = [];

    /// <summary>Calls whose outcome cannot be computed again (a time-out, a crash) and was taken from the record.</summary>
    public required long TakenAsGiven { get; init; }

    /// <summary>The first differences in journal order, at most <see cref="ReplayRun.DifferencesMax"/>.</summary>
    public required IReadOnlyList<Difference> Differences { get; init; }

    /// <summary>True when there was something to compare and no bit differed.</summary>
    public bool IsExact => Checked > 0 && Identical == Checked;
}
