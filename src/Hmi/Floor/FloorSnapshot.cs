using EdgeRuntime.Facts;

namespace EdgeRuntime.Hmi.Floor;

/// <summary>Everything the screens and the API say about one moment.</summary>
/// <param name="Now">The box's clock.</param>
/// <param name="Frame">Newest journal frame in it.</param>
/// <param name="Trouble">One plain sentence when the journal can no longer be followed; else null.</param>
/// <param name="Gaps">Null where nobody keeps a ledger of them.</param>
/// <param name="Findings">Newest first.</param>
/// <param name="Refusals">Newest first.</param>
/// <param name="ModeChanges">Newest first.</param>
sealed record FloorSnapshot(
    IngestTime Now,
    long Frame,
    string? Trouble,
    IReadOnlyList<AssetSnapshot> Assets,
    ReconciliationLine Reconciliation,
    GapReport? Gaps,
    IReadOnlyList<SourceLine> Sources,
    (double P50, double P99)? DecisionLatency,
    IReadOnlyList<Recorded<Finding>> Findings,
    IReadOnlyList<Recorded<Refusal>> Refusals,
    IReadOnlyList<Recorded<ModeChange>> ModeChanges);

/// <param name="StateSince">Event time of the first decision of the present state.</param>
/// <param name="Answers">How many of the last answers came from which rung, best rung first.</param>
sealed record AssetSnapshot(
    WatchedAsset Asset,
    Decision? Decision,
    IngestTime Decided,
    EventTime StateSince,
    EventTime? Edge,
    IReadOnlyList<SignalSnapshot> Signals,
    IReadOnlyList<(Rung Rung, int Count)> Answers,
    IReadOnlyList<ArmSnapshot> Arms,
    double[] Spark)
{
    internal static readonly TimeSpan SparkSpan = TimeSpan.FromMinutes(5);
    internal const int SparkColumns = 60;

    internal ArmSnapshot? Primary => Arms.FirstOrDefault(a => a.Arm.Role == ArmRole.Primary);
}

sealed record SignalSnapshot(WatchedSignal Signal, Sample? Newest);

/// <param name="Qualified">What was measured of its model on this box; null when it was not.</param>
/// <param name="Breaker">Its last transition; null when it never left closed.</param>
/// <param name="Calls">Calls that the two percentiles rest on.</param>
/// <param name="CallP50">Microseconds; null for none.</param>
/// <param name="CallP99">Microseconds; null for none.</param>
sealed record ArmSnapshot(Activation Arm, Qualification? Qualified, ModeChange? Breaker, int Calls, double? CallP50, double? CallP99);

/// <summary>A fact with its place and the time the box learned of it.</summary>
sealed record Recorded<T>(Position At, IngestTime Ingest, T Fact)
    where T : Fact;
