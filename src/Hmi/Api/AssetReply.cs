using EdgeRuntime.Facts;
using EdgeRuntime.Hmi.Floor;

namespace EdgeRuntime.Hmi.Api;

/// <summary><c>GET /api/v1/assets</c> (a list) and <c>GET /api/v1/assets/{id}</c>.</summary>
sealed record AssetReply(
    string Id,
    string Name,
    string Area,
    AnswerReply? Answer,
    IReadOnlyDictionary<string, int> AnswersFrom,
    IReadOnlyList<ArmReply> Arms,
    IReadOnlyList<SignalReply> Signals)
{
    internal static AssetReply Of(AssetSnapshot asset, IngestTime now) => new(
        asset.Asset.Id,
        asset.Asset.Name,
        asset.Asset.Area,
        AnswerReply.Of(asset, now),
        asset.Answers.ToDictionary(a => Words.Key(a.Rung), a => a.Count, StringComparer.Ordinal),
        [.. asset.Arms.Select(ArmReply.Of)],
        [.. asset.Signals.Select(s => SignalReply.Of(s, now))]);
}

/// <summary>The newest decision, never without its rung, confidence and age.</summary>
/// <param name="AgeMs">From the oldest input of the answer to now; absent when not known.</param>
sealed record AnswerReply(
    string PredictionId,
    string At,
    string State,
    double? Score,
    double? Threshold,
    string Rung,
    double Confidence,
    double? AgeMs,
    string Since,
    IReadOnlyList<string> Reasons,
    IReadOnlyList<ContributionReply> Contributions,
    string Serving,
    string? Model)
{
    internal static AnswerReply? Of(AssetSnapshot asset, IngestTime now) => asset.Decision is not { } decision ? null : new AnswerReply(
        decision.PredictionId,
        decision.At.ToString(),
        Words.Key(decision.State),
        Finite(decision.Score),
        Finite(decision.Threshold),
        Words.Key(decision.Rung),
        decision.Confidence,
        decision.Age < 0 ? null : (decision.Age + now.UnixNanoseconds - asset.Decided.UnixNanoseconds) / 1e6,
        asset.StateSince.ToString(),
        decision.Reasons,
        [.. decision.Contributions.Select(c => new ContributionReply(Words.Feature(asset.Asset, c.Feature), c.Share))],
        decision.Serving.ToString(),
        decision.Model.IsNone ? null : decision.Model.ToString());

    static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

sealed record ContributionReply(string Feature, double Share);

/// <param name="Determinism">A, B or C: how well its model repeats itself on this box; absent where it was not measured.</param>
/// <param name="DeterminismFound">The same as a sentence.</param>
sealed record ArmReply(
    string Role, string Release, string? Serving, bool Signed, string? Determinism, string? DeterminismFound, string Breaker, double? CallP50Us, double? CallP99Us)
{
    internal static ArmReply Of(ArmSnapshot arm) => new(
        Words.Key(arm.Arm.Role),
        arm.Arm.Release,
        arm.Arm.Serving.IsNone ? null : arm.Arm.Serving.ToString(),
        arm.Arm.Signed,
        arm.Qualified?.Class.ToString(),
        arm.Qualified?.Sentence,
        arm.Breaker?.To ?? "closed",
        arm.CallP50,
        arm.CallP99);
}

/// <param name="Value">The value as text, exactly as it was stored; absent before the first.</param>
sealed record SignalReply(string Tag, string Name, string Unit, double? Low, double? High, string? Value, string? Quality, string? At, double? AgeMs)
{
    internal static SignalReply Of(SignalSnapshot signal, IngestTime now) => new(
        signal.Signal.Tag,
        signal.Signal.Name,
        signal.Signal.Unit,
        signal.Signal.Low,
        signal.Signal.High,
        signal.Newest?.Value.ToString(),
        signal.Newest?.Quality.ToString(),
        signal.Newest?.Event.ToString(),
        signal.Newest is { } newest ? (now.UnixNanoseconds - newest.Ingest.UnixNanoseconds) / 1e6 : null);
}
