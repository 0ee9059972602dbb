using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using EdgeRuntime.Replay;
using EdgeRuntime.Service.Runtime;

namespace EdgeRuntime.Service.Demo;

/// <summary>What an unattended demo found, as its last line.</summary>
/// <param name="Received">Values that came in.</param>
/// <param name="Stored">Values that are durable.</param>
/// <param name="Accounted">Values that are not stored, by cause; received = stored + accounted.</param>
/// <param name="Anomalies">Anomalies that began.</param>
/// <param name="JournalBytes">Bytes of facts, without the room that segments keep ready.</param>
/// <param name="Hmi">Address of the screens.</param>
sealed record DemoReport(
    long Received,
    long Stored,
    IReadOnlyDictionary<string, long> Accounted,
    long Vectors,
    long Predictions,
    long Decisions,
    IReadOnlyDictionary<string, long> ByRung,
    long Anomalies,
    DemoLatency DecisionLatencyUs,
    long JournalBytes,
    DemoReplay Replay,
    string Hmi,
    IReadOnlyList<string> Errors)
{
    public static DemoReport Of(IntakeCounts intake, EngineCounts engine, long journalBytes, Reproduction replay, string hmi, IReadOnlyList<string> errors) => new(
        intake.Received,
        intake.Stored,
        intake.Accounted,
        engine.Vectors,
        engine.Predictions,
        engine.Decisions,
        Enum.GetValues<Rung>().ToDictionary(r => Words.Of(r), r => engine.ByRung.GetValueOrDefault(r)),
        engine.Anomalies,
        new DemoLatency(engine.LatencyP50, engine.LatencyP99),
        journalBytes,
        new DemoReplay(replay.Checked, replay.Identical, replay.Different),
        hmi,
        errors);
}

/// <summary>Microseconds from the frame that completes the vector to the decision record being durable.</summary>
sealed record DemoLatency(double? P50, double? P99);

sealed record DemoReplay(long Checked, long Identical, long Different);
