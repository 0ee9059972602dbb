using System.Globalization;
using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Fallback;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Replay;

/// <summary>One step on the way to a decision: what it is, what it says, the digest that names it.</summary>
public sealed record ExplanationStep(string Stage, string Text, string Digest);

/// <summary>How one decision came about: raw → validated → features → model → rules → decision.</summary>
public sealed record Explanation(Decision Decision, IReadOnlyList<ExplanationStep> Steps)
{
    /// <summary>Samples further back than this are not listed; windows are shorter.</summary>
    static readonly TimeSpan Back = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long before the decision's moment a saved state must have been the newest for the samples to be looked for behind it: the minute that is listed,
    /// and what a source may be late.
    /// </summary>
    static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    /// <summary>Null when the journal holds no decision with this id (a unique beginning of at least 6 digits will do).</summary>
    public static Explanation? Of(string predictionId, ReplaySource source)
    {
        if (predictionId.Length < 6 || source.Find(predictionId) is not var (decision, record))
            return null;
        (long after, Activation? activation) = Before(decision, source);
        foreach (StoredBatch batch in source.Batches(after + 1))
        {
            if (batch.Frame > decision.Cause.Frame)
                break;
            if (batch.Batch.Origin == Origins.Service)
                activation = batch.Batch.Facts.OfType<Activation>().LastOrDefault(a => IsOf(a, decision)) ?? activation;
        }

        var steps = new List<ExplanationStep>();
        steps.AddRange(Raw(decision, activation, after, source));
        steps.AddRange(Said(decision, record, source.Archive));
        return new Explanation(decision, steps);
    }

    /// <summary>From where on the journal tells everything about the decision, and what was in force there.</summary>
    static (long AfterFrame, Activation? Activation) Before(Decision decision, ReplaySource source)
    {
        long limit = decision.At.UnixNanoseconds - (Margin.Ticks * 100);
        foreach (StateHeader state in source.States?.List() ?? [])
        {
            if (state.AfterFrame >= decision.Cause.Frame || state.NewestMoment is not { } newest || newest.UnixNanoseconds > limit)
                continue;
            try
            {
                return (state.AfterFrame, DecisionEngine.ActiveIn(source.States!.Open(state)).LastOrDefault(a => IsOf(a, decision)));
            }
            catch (Exception e) when (e is StateRefusedException or FactFormatException)
            {
                // An older one will do, or the first frame: only the way is longer, and a start tells people about damaged states.
            }
        }

        return (0, null);
    }

    static bool IsOf(Activation activation, Decision decision) => activation.Asset == decision.Asset && activation.Role == ArmRole.Primary;

    static IEnumerable<ExplanationStep> Raw(Decision decision, Activation? activation, long after, ReplaySource source)
    {
        if (activation is null)
            yield break;
        AssetDefinition? asset = source.Archive.Site(activation.Site).Assets.FirstOrDefault(a => a.Id == decision.Asset);
        if (asset is null)
            yield break;
        HashSet<string> tags = [.. source.Archive.Pipeline(decision.Pipeline).Inputs.Select(i => asset.TagOf(i.Signal))];
        var seen = new SortedDictionary<string, (int Count, Sample Newest, Position At)>(StringComparer.Ordinal);
        foreach (StoredBatch batch in source.Batches(after + 1).TakeWhile(b => b.Frame <= decision.Cause.Frame))
        {
            for (int i = 0; i < batch.Batch.Samples.Count; i++)
            {
                Sample sample = batch.Batch.Samples[i];
                long back = decision.At.UnixNanoseconds - sample.Event.UnixNanoseconds;
                if (back < 0 || back > Back.Ticks * 100 || !tags.Contains(sample.Tag))
                    continue;
                (int count, Sample newest, Position at) = seen.GetValueOrDefault(sample.Tag);
                seen[sample.Tag] = count == 0 || sample.Event >= newest.Event ? (count + 1, sample, batch.PositionOf(i)) : (count + 1, newest, at);
            }
        }

        foreach ((string tag, (int count, Sample newest, Position at)) in seen)
            yield return new("raw", $"{tag} = {newest.Value} at {newest.Event} ({newest.Quality}), {count} samples in the minute before; newest at position {at}", "");
    }

    static IEnumerable<ExplanationStep> Said(Decision decision, StoredBatch record, IPlanArchive archive)
    {
        FeaturePipelineDefinition pipeline = archive.Pipeline(decision.Pipeline);
        IReadOnlyList<FeatureColumn> columns = pipeline.Columns;
        foreach (Fact fact in record.Batch.Facts)
        {
            switch (fact)
            {
                case Validated validated when validated.Asset == decision.Asset:
                    yield return new("validated", $"{validated.Faults.Count} samples of input {validated.Input} were not used: {string.Join(", ", validated.Faults.Select(f => f.Fault).Distinct())}", "");
                    break;
                case FeatureVector vector when vector.Asset == decision.Asset && vector.At == decision.At:
                    for (int i = 0; i < vector.Values.Count && i < columns.Count; i++)
                        yield return new("features", string.Create(CultureInfo.InvariantCulture, $"{columns[i].Name} = {vector.Values[i]:R} {columns[i].Unit}").TrimEnd(), "");
                    yield return new("features", $"vector of {vector.Values.Count} features, pipeline", vector.Pipeline.ToString());
                    foreach (PipelineStage stage in pipeline.Stages)
                        yield return new("stage", $"version of stage {stage.Name}", stage.Version.ToString());
                    break;
                case Prediction prediction when prediction.Asset == decision.Asset && prediction.At == decision.At:
                    string outputs = string.Join(", ", prediction.Outputs.Select(o => o.ToString("R", CultureInfo.InvariantCulture)));
                    yield return new("model", $"{prediction.Role} {Words.Of(prediction.Outcome)} in {prediction.Latency / 1000.0:0.#} us: {outputs}".TrimEnd(), prediction.Model.ToString());
                    break;
                case ModeChange change when change.Subject.StartsWith($"breaker:{decision.Asset}/", StringComparison.Ordinal):
                    yield return new("breaker", $"{change.Subject}: {change.From} -> {change.To}, {change.Why}", "");
                    break;
                default:
                    break;
            }
        }

        foreach (string reason in decision.Reasons)
            yield return new("decision", reason, "");
        yield return new("rules", decision.Rules.IsNone ? "no rules" : "rules of the plant", decision.Rules.ToString());
        yield return new("decision", string.Create(CultureInfo.InvariantCulture, $"{decision.State}, score {decision.Score:0.###}, threshold {decision.Threshold:0.###}, rung {Words.Of(decision.Rung)}, confidence {decision.Confidence:0.##}, decided by {decision.Build}"), decision.Serving.ToString());
    }
}
