using EdgeRuntime.Facts;

namespace EdgeRuntime.Service.Runtime;

/// <summary>What the engine has said since the start.</summary>
/// <param name="Anomalies">Anomalies that began, not decisions that said so.</param>
/// <param name="LatencyP50">Microseconds from the arrival of the frame that completed the vector to the decision's record being durable.</param>
sealed record EngineCounts(
    long Vectors,
    long Predictions,
    long Decisions,
    IReadOnlyDictionary<Rung, long> ByRung,
    long Anomalies,
    double? LatencyP50,
    double? LatencyP99);
