using EdgeRuntime.Facts;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Hmi.Api;

/// <summary>An asset at a moment of the past, as the API and the verb tell it. Times are ISO 8601 in UTC, digests say their algorithm.</summary>
public sealed record AsOfReply(
    string Asset,
    string Moment,
    string Knowledge,
    long KnownAtFrame,
    string KnownAtWhy,
    IReadOnlyList<AsOfSample> Samples,
    string FeaturesAt,
    IReadOnlyList<AsOfFeature> Features,
    IReadOnlyList<AsOfStep> Steps,
    IReadOnlyList<AsOfAnswer> Answers,
    AsOfDecision Decision,
    string ComputedAgain)
{
    public static AsOfReply Of(PointInTime then)
    {
        Decision decision = then.Decision.Decision;
        return new AsOfReply(
            then.Asset,
            then.Moment.ToString(),
            then.Knowledge == Replay.Knowledge.KnownThen ? "known-then" : "true-then",
            then.KnownAt.Frame,
            then.KnownAtWhy,
            [.. then.Signals.Select(s => s.Found is { } found
                ? new AsOfSample(s.Signal, s.Tag, s.Unit, found.Sample.Value.ToString(), found.Sample.Event.ToString(), found.Sample.Quality.ToString(), found.Sample.Ingest.ToString(), found.Position.Frame, found.Position.Index)
                : new AsOfSample(s.Signal, s.Tag, s.Unit, null, null, null, null, null, null))],
            then.Vector.At.ToString(),
            [.. then.Columns.Select((column, i) => new AsOfFeature(column.Name, then.Vector.Gaps.Any(g => g.Index == i) ? null : then.Vector.Values[i], column.Unit))],
            [.. then.Stages.Select(s => new AsOfStep(s.Name, s.Version.ToString()))],
            [.. then.Answers.Select(a => new AsOfAnswer(FloorWords.Of(a.Role), a.Serving.ToString(), a.Model.ToString(), a.Said, a.Outputs, a.Recorded))],
            new AsOfDecision(decision.PredictionId, decision.At.ToString(), FloorWords.Of(decision.State), double.IsNaN(decision.Score) ? null : decision.Score, FloorWords.Of(decision.Rung), decision.Confidence, decision.Reasons),
            then.Outcome);
    }
}

/// <summary>The newest sample of a signal at the moment, with the batch that brought it; nulls where none counts.</summary>
public sealed record AsOfSample(string Signal, string Tag, string Unit, string? Value, string? At, string? Quality, string? Learned, long? Batch, int? Index);

/// <param name="Value">Null: it had none.</param>
public sealed record AsOfFeature(string Name, float? Value, string Unit);

public sealed record AsOfStep(string Name, string Version);

/// <param name="Recorded">False: asked just now.</param>
public sealed record AsOfAnswer(string Role, string Serving, string Model, string Outcome, IReadOnlyList<float> Outputs, bool Recorded);

/// <param name="Score">Null where the rung has none.</param>
public sealed record AsOfDecision(string PredictionId, string At, string State, double? Score, string Rung, double Confidence, IReadOnlyList<string> Reasons);
