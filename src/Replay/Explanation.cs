using System.Buffers;
using System.Globalization;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Fallback;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay.Determinism;

namespace EdgeRuntime.Replay;

/// <summary>One step on the way to a decision: what it is, what it says, the digest that names it, and the version of what did it.</summary>
/// <param name="Digest">SHA-256 of the canonical bytes of what is told; empty where the step is only words.</param>
/// <param name="Version">Version of the pipeline, release or runtime that took the step; empty where it has none.</param>
public sealed record ExplanationStep(string Stage, string Text, string Digest, string Version = "");

/// <summary>One feature as the model saw it. <see cref="Value"/> is null where it had none.</summary>
public sealed record ExplainedFeature(string Name, float? Value, string Unit);

/// <summary>How one decision came about: raw → validated → features → model → rules → decision.</summary>
public sealed record Explanation(Decision Decision, IReadOnlyList<ExplanationStep> Steps, IReadOnlyList<ExplainedFeature> Features)
{
    /// <summary>Samples further back than this are not listed; windows are shorter.</summary>
    static readonly TimeSpan Back = TimeSpan.FromMinutes(1);

    /// <summary>Null when the journal holds no decision with this id (a unique beginning of at least 6 digits will do).</summary>
    /// <exception cref="AmbiguousIdException">Several ids begin so.</exception>
    /// <exception cref="PlanBrokenException">What decided then cannot be had any more.</exception>
    public static Explanation? Of(string predictionId, ReplaySource source)
    {
        if (source.Find(predictionId) is not { } recorded)
            return null;
        Decision decision = recorded.Decision;
        KnownBefore known = source.KnownBefore(decision, Back);
        var past = new Past(decision, source.Archive, known);
        foreach (StoredBatch batch in source.Batches(known.AfterFrame + 1).TakeWhile(b => b.Frame <= decision.Cause.Frame))
            past.Take(batch);
        FeaturePipelineDefinition pipeline = source.Archive.Pipeline(decision.Pipeline);
        FeatureVector? vector = recorded.Record.Batch.Facts.OfType<FeatureVector>().FirstOrDefault(v => v.Asset == decision.Asset && v.At == decision.At);
        IReadOnlyList<ExplainedFeature> features = Named(vector, pipeline.Columns);
        return new Explanation(decision, [.. past.Raw(), .. Said(recorded, pipeline, features, past, source.Archive)], features);
    }

    static IReadOnlyList<ExplainedFeature> Named(FeatureVector? vector, IReadOnlyList<FeatureColumn> columns) => vector is null
        ? []
        : [.. vector.Values.Zip(columns).Select((pair, i) => new ExplainedFeature(
            pair.Second.Name, vector.Gaps.Any(g => g.Index == i) || !float.IsFinite(pair.First) ? null : pair.First, pair.Second.Unit))];

    static IEnumerable<ExplanationStep> Said(
        RecordedDecision recorded, FeaturePipelineDefinition pipeline, IReadOnlyList<ExplainedFeature> features, Past past, IPlanArchive archive)
    {
        Decision decision = recorded.Decision;
        string version = $"{pipeline.Id} {pipeline.Version}";
        foreach (Fact fact in recorded.Record.Batch.Facts)
        {
            switch (fact)
            {
                case Validated validated when validated.Asset == decision.Asset:
                    yield return new("validated", $"{validated.Faults.Count} samples of input {validated.Input} were not used: {string.Join(", ", validated.Faults.Select(f => f.Fault).Distinct())}", DigestOf(validated), version);
                    break;
                case FeatureStage stage when stage.Asset == decision.Asset && stage.At == decision.At:
                    yield return new("stage", $"output of stage {stage.Stage}: {stage.Values.Count} values", DigestOf(stage), stage.Version.ToString());
                    break;
                case FeatureVector vector when vector.Asset == decision.Asset && vector.At == decision.At:
                    if (!recorded.Record.Batch.Facts.OfType<Validated>().Any(v => v.Asset == decision.Asset))
                        yield return new("validated", $"every sample of input {vector.Cause} that the pipeline knows was used as it came", "", version);
                    foreach (ExplainedFeature feature in features)
                        yield return new("features", string.Create(CultureInfo.InvariantCulture, $"{feature.Name} = {feature.Value ?? float.NaN:R} {feature.Unit}").TrimEnd(), "");
                    yield return new("features", $"pipeline {version}", vector.Pipeline.ToString(), version);
                    foreach (PipelineStage stage in pipeline.Stages)
                        yield return new("stage", $"version of stage {stage.Name}", stage.Version.ToString());
                    yield return new("features", $"vector of {vector.Values.Count} features", DigestOf(vector), version);
                    break;
                case Prediction prediction when prediction.Asset == decision.Asset && prediction.At == decision.At:
                    string outputs = string.Join(", ", prediction.Outputs.Select(o => o.ToString("R", CultureInfo.InvariantCulture)));
                    string release = archive.Release(prediction.Serving).Title;
                    yield return new("model", $"{prediction.Role} {Words.Of(prediction.Outcome)} in {prediction.Latency / 1000.0:0.#} us: {outputs}".TrimEnd(' ', ':'), DigestOf(prediction), release);
                    yield return new("model", $"{prediction.Role} model file", prediction.Model.ToString(), release);
                    if (past.Models.Of(prediction.Asset, prediction.Serving, prediction.Model, prediction.Cause.Frame) is { } found)
                        yield return new("model", $"{prediction.Role} is of determinism class {found.Class} on this box: {found.Sentence}", DigestOf(found), found.Build);
                    break;
                case ModeChange change when change.Subject.StartsWith($"breaker:{decision.Asset}/", StringComparison.Ordinal):
                    yield return new("breaker", $"{change.Subject}: {change.From} -> {change.To}, {change.Why}", DigestOf(change));
                    break;
                default:
                    break;
            }
        }

        foreach (string reason in decision.Reasons)
            yield return new("decision", reason, "");
        yield return new("rules", decision.Rules.IsNone ? "no rules" : "rules of the plant", decision.Rules.IsNone ? "" : decision.Rules.ToString());
        yield return new("plan", "release that answered", decision.Serving.ToString(), past.Activation?.Release ?? "");
        yield return new(
            "decision",
            string.Create(CultureInfo.InvariantCulture, $"{decision.State}, score {decision.Score:0.###}, threshold {decision.Threshold:0.###}, rung {Words.Of(decision.Rung)}, confidence {decision.Confidence:0.##}, recorded at {recorded.Position}"),
            DigestOf(decision),
            decision.Build);
    }

    static string DigestOf(Fact fact) => Facts.Digest.Of(FactCodec.Encode(fact)).ToString();

    /// <summary>What was known up to the decision's cause: what was in force, what was measured of it, and the newest samples.</summary>
    sealed class Past
    {
        readonly Decision _decision;
        readonly IPlanArchive _archive;
        readonly SortedDictionary<string, (int Count, Sample Newest, StoredBatch In, int Index)> _seen = new(StringComparer.Ordinal);
        HashSet<string> _tags = [];

        public Past(Decision decision, IPlanArchive archive, KnownBefore known)
        {
            _decision = decision;
            _archive = archive;
            Models.Take(known.Qualified, known.AfterFrame);
            foreach (Activation activation in known.Active.Where(a => a.Asset == decision.Asset))
                Begin(activation);
        }

        public Activation? Activation { get; private set; }

        public QualifiedModels Models { get; } = new();

        public void Take(StoredBatch batch)
        {
            Models.Take(batch);
            foreach (Fact fact in batch.Batch.Facts)
            {
                if (fact is Activation { Role: ArmRole.Primary, IsEnd: false } activation && activation.Asset == _decision.Asset)
                    Begin(activation);
            }

            for (int i = 0; i < batch.Batch.Samples.Count; i++)
            {
                Sample sample = batch.Batch.Samples[i];
                long back = _decision.At.UnixNanoseconds - sample.Event.UnixNanoseconds;
                if (back < 0 || back > Back.Ticks * 100 || !_tags.Contains(sample.Tag))
                    continue;
                var (count, newest, _, _) = _seen.GetValueOrDefault(sample.Tag);
                _seen[sample.Tag] = count == 0 || sample.Event >= newest.Event ? (count + 1, sample, batch, i) : _seen[sample.Tag] with { Count = count + 1 };
            }
        }

        public IEnumerable<ExplanationStep> Raw()
        {
            foreach ((string tag, (int count, Sample newest, StoredBatch batch, int index)) in _seen)
            {
                var bytes = new ArrayBufferWriter<byte>();
                FactCodec.Encode(batch.Batch, bytes);
                yield return new(
                    "raw",
                    $"{tag} = {newest.Value} at {newest.Event} ({newest.Quality}), {count} samples in the minute before; newest at position {batch.PositionOf(index)}, in the batch",
                    Facts.Digest.Of(bytes.WrittenSpan).ToString());
            }
        }

        void Begin(Activation activation)
        {
            Activation = activation;
            // Signals may have moved to other tags under an earlier site document; the samples of those before count as well.
            if (activation.Pipeline == _decision.Pipeline && _archive.Site(activation.Site).Assets.FirstOrDefault(a => a.Id == _decision.Asset) is { } asset)
                _tags = [.. _tags, .. _archive.Pipeline(_decision.Pipeline).Inputs.Select(i => asset.TagOf(i.Signal))];
        }
    }
}
