using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Replay;

/// <summary>Which knowledge counts for a moment of the past.</summary>
public enum Knowledge
{
    /// <summary>What the box had learned by then: what its models saw.</summary>
    KnownThen,

    /// <summary>Everything about then that the box has learned since.</summary>
    TrueThen,
}

/// <summary>One signal of an asset at a moment. <see cref="Found"/> is null where no sample counts.</summary>
public sealed record SignalThen(string Signal, string Tag, string Unit, KnownSample? Found);

/// <summary>What one model made of the features.</summary>
/// <param name="Recorded">True: the answer that the journal holds; false: asked just now, about features as they are known to have been.</param>
public sealed record ModelAnswer(ArmRole Role, Digest Serving, Digest Model, CallOutcome Outcome, IReadOnlyList<float> Outputs, bool Recorded)
{
    /// <summary>How the call ended, for people.</summary>
    public string Said => Words.Of(Outcome);
}

/// <summary>What the question reads.</summary>
/// <param name="FrameAt">The newest frame that the box had at a time of its own clock; 0: none.</param>
/// <param name="AsOf">Opened only when a sample lies further back than the journal is walked for the decision.</param>
public sealed record PastSource(ReplaySource Replay, Func<IngestTime, long> FrameAt, Func<AsOfReader> AsOf);

/// <summary>An asset at any instant of the past: its samples, its features, what every model said, what was decided, and whether that comes out the same again.</summary>
public sealed record PointInTime
{
    /// <summary>How many frames the first look back for a decision takes; each further one twice as many.</summary>
    const long LookBackFrames = 4096;

    /// <summary>Samples this far before the moment are looked for in the walk to the decision; older ones one by one.</summary>
    static readonly TimeSpan Walk = TimeSpan.FromMinutes(1);

    public required string Asset { get; init; }

    /// <summary>The moment that was asked about.</summary>
    public required EventTime Moment { get; init; }

    public required Knowledge Knowledge { get; init; }

    /// <summary>The newest position that counts.</summary>
    public required Position KnownAt { get; init; }

    /// <summary>In words, what <see cref="KnownAt"/> is and why.</summary>
    public required string KnownAtWhy { get; init; }

    public required IReadOnlyList<SignalThen> Signals { get; init; }

    /// <summary>The newest decision at the moment among those known then.</summary>
    public required RecordedDecision Decision { get; init; }

    /// <summary>The features that the decision rests on; with <see cref="Knowledge.TrueThen"/> those of the same moment from everything that is known now.</summary>
    public required FeatureVector Vector { get; init; }

    /// <summary>What <see cref="Vector"/>'s features are.</summary>
    public required IReadOnlyList<FeatureColumn> Columns { get; init; }

    /// <summary>Versions of the steps that made the features.</summary>
    public required IReadOnlyList<PipelineStage> Stages { get; init; }

    public required IReadOnlyList<ModelAnswer> Answers { get; init; }

    /// <summary>The recorded decision computed again from raw samples, whichever knowledge was asked for.</summary>
    public required Reproduction Again { get; init; }

    /// <summary>What <see cref="Again"/> found, in words.</summary>
    public string Outcome => Again switch
    {
        { NotReproducible: > 0 } gone => $"not possible, {gone.NotReproducibleWhy}",
        { IsExact: true } => "identical",
        { Different: 0, Checked: > 0 } => "the same within the tolerance of its model",
        { Differences: [var first, ..] } => $"DIFFERENT at stage {first.Stage}: {first.Sentence}",
        _ => "nothing to compare",
    };

    /// <summary>Null when nothing was decided about the asset by then.</summary>
    /// <exception cref="PlanBrokenException">What decided then cannot be had any more.</exception>
    /// <exception cref="JournalCorruptException">A stored byte that the answer needs is not what was written.</exception>
    public static PointInTime? Of(string asset, EventTime moment, Knowledge knowledge, PastSource source)
    {
        if (DecidedBy(asset, moment, source) is not var (decided, byBox))
            return null;
        Decision decision = decided.Decision;
        Activation activation = ActivationOf(decision, source.Replay);
        AssetDefinition definition = source.Replay.Archive.Site(activation.Site).Assets.First(a => a.Id == asset);
        FeaturePipelineDefinition pipeline = source.Replay.Archive.Pipeline(decision.Pipeline);
        long known = byBox ? source.FrameAt(new IngestTime(moment.UnixNanoseconds)) : decision.Cause.Frame;
        using var asOf = new Lazily(source.AsOf);
        FeatureVector recorded = decided.Record.Batch.Facts.OfType<FeatureVector>().First(v => v.Asset == asset && v.At == decision.At);
        bool isTrue = knowledge == Knowledge.TrueThen;
        var knownAt = isTrue ? new Position(source.Replay.LastFrame(), int.MaxValue) : new Position(known, int.MaxValue);
        FeatureVector vector = isTrue ? TrueVector(pipeline, definition, decision.At, knownAt, asOf.Value) : recorded;
        return new PointInTime
        {
            Asset = asset,
            Moment = moment,
            Knowledge = knowledge,
            KnownAt = knownAt,
            KnownAtWhy = isTrue ? "everything that the box has learned to this day"
                : byBox ? "what the box had by its own clock"
                : "what the box had when it decided about this moment; it learned of it at another time of its own clock",
            Signals = isTrue ? TrueSignals(pipeline, definition, moment, asOf.Value) : KnownSignals(pipeline, definition, moment, known, decision, source.Replay, asOf),
            Decision = decided,
            Vector = vector,
            Columns = pipeline.Columns,
            Stages = pipeline.Stages,
            Answers = [.. Recorded(decided, known, source.Replay), .. isTrue ? AskedNow(decision, vector, source.Replay) : []],
            Again = ReplayRun.Run(source.Replay, ReplayScope.One(decision), new LiveCalls(withDeadline: false)),
        };
    }

    /// <summary>
    /// The newest decision about a moment. Where the box was on at the moment, by its own clock: what it had decided by then. Where it was not (data of another
    /// time was read in), by the clock of the data: what it decided about the moment.
    /// </summary>
    static (RecordedDecision Decided, bool ByBox)? DecidedBy(string asset, EventTime moment, PastSource source)
    {
        long frame = source.FrameAt(new IngestTime(moment.UnixNanoseconds));
        if (frame > 0 && frame < source.Replay.LastFrame() && NewestBefore(asset, frame, source.Replay) is { } live)
            return (live, true);
        if (NewestAbout(asset, moment, source.Replay) is { } about)
            return (about, false);
        return frame > 0 && NewestBefore(asset, frame, source.Replay) is { } last ? (last, true) : null;
    }

    static RecordedDecision? NewestBefore(string asset, long frame, ReplaySource source)
    {
        long to = frame;
        for (long frames = LookBackFrames; to > 0; frames *= 2)
        {
            long from = Math.Max(1, to - frames + 1);
            if (DecisionsAbout(asset, from, to, source).LastOrDefault() is { } found)
                return found;
            to = from - 1;
        }

        return null;
    }

    static RecordedDecision? NewestAbout(string asset, EventTime moment, ReplaySource source)
    {
        long after = source.States?.List().FirstOrDefault(s => s.NewestMoment is { } newest && newest <= moment)?.AfterFrame ?? 0;
        // A state's engine had decided everything up to its newest moment, some of it for the asset before the state.
        RecordedDecision? found = after > 0 ? NewestBefore(asset, after, source) : null;
        foreach (RecordedDecision recorded in DecisionsAbout(asset, after + 1, long.MaxValue, source))
        {
            if (recorded.Decision.At > moment)
                break;
            found = recorded;
        }

        return found is not null && found.Decision.At <= moment ? found : null;
    }

    static IEnumerable<RecordedDecision> DecisionsAbout(string asset, long from, long to, ReplaySource source)
    {
        foreach (StoredBatch batch in source.Batches(from, Origins.Engine))
        {
            if (batch.Frame > to)
                yield break;
            for (int i = 0; i < batch.Batch.Facts.Count; i++)
            {
                if (batch.Batch.Facts[i] is Decision decision && decision.Asset == asset)
                    yield return new RecordedDecision(decision, batch, i);
            }
        }
    }

    static Activation ActivationOf(Decision decision, ReplaySource source)
    {
        KnownBefore known = source.KnownBefore(decision, Walk);
        Activation? active = known.Active.LastOrDefault(a => a.Asset == decision.Asset && a.Role == ArmRole.Primary);
        foreach (StoredBatch batch in source.Batches(known.AfterFrame + 1, Origins.Service).TakeWhile(b => b.Frame <= decision.Cause.Frame))
            active = batch.Batch.Facts.OfType<Activation>().LastOrDefault(a => a.Asset == decision.Asset && a.Role == ArmRole.Primary) ?? active;
        return active ?? throw new PlanBrokenException(PlanPart.Site, $"The journal does not say any more what was in force for {decision.Asset} at {decision.At}.");
    }

    static IReadOnlyList<SignalThen> KnownSignals(
        FeaturePipelineDefinition pipeline, AssetDefinition asset, EventTime moment, long known, Decision decision, ReplaySource source, Lazily asOf)
    {
        Dictionary<string, KnownSample> newest = new(StringComparer.Ordinal);
        HashSet<string> tags = [.. pipeline.Inputs.Select(i => asset.TagOf(i.Signal))];
        long earliest = moment.UnixNanoseconds - (Walk.Ticks * 100);
        foreach (StoredBatch batch in source.Batches(source.KnownBefore(decision, Walk).AfterFrame + 1).TakeWhile(b => b.Frame <= known))
        {
            for (int i = 0; i < batch.Batch.Samples.Count; i++)
            {
                Sample sample = batch.Batch.Samples[i];
                if (sample.Event > moment || sample.Event.UnixNanoseconds < earliest || !tags.Contains(sample.Tag))
                    continue;
                if (!newest.TryGetValue(sample.Tag, out KnownSample before) || sample.Event >= before.Sample.Event)
                    newest[sample.Tag] = new KnownSample(sample, batch.PositionOf(i));
            }
        }

        return [.. pipeline.Inputs.Select(input =>
        {
            string tag = asset.TagOf(input.Signal);
            if (newest.TryGetValue(tag, out KnownSample near))
                return new SignalThen(input.Signal, tag, input.Unit, near);
            return new SignalThen(input.Signal, tag, input.Unit, asOf.Value.TryLast(tag, moment, new Position(known, int.MaxValue), out KnownSample far) ? far : null);
        })];
    }

    static IReadOnlyList<SignalThen> TrueSignals(FeaturePipelineDefinition pipeline, AssetDefinition asset, EventTime moment, AsOfReader asOf) =>
        [.. pipeline.Inputs.Select(input =>
        {
            string tag = asset.TagOf(input.Signal);
            return new SignalThen(input.Signal, tag, input.Unit, asOf.TryLast(tag, moment, null, out KnownSample found) ? found : null);
        })];

    static FeatureVector TrueVector(FeaturePipelineDefinition pipeline, AssetDefinition asset, EventTime at, Position known, AsOfReader asOf)
    {
        var from = new EventTime(at.UnixNanoseconds - (pipeline.WarmUp.Ticks * 100));
        var samples = new List<KnownSample>();
        foreach (string tag in pipeline.Inputs.Select(input => asset.TagOf(input.Signal)))
        {
            // A value may be held from long before: the one that stood at the beginning counts.
            if (asOf.TryLast(tag, new EventTime(from.UnixNanoseconds - 1), null, out KnownSample held))
                samples.Add(held);
            samples.AddRange(asOf.Range(tag, from, at, null));
        }

        samples.Sort((a, b) => a.Sample.Event != b.Sample.Event ? a.Sample.Event.CompareTo(b.Sample.Event) : a.Position.CompareTo(b.Position));
        return TrueThen.Vector(pipeline, asset, samples.Select(s => s.Sample), at, known);
    }

    /// <summary>Answers of shadows come behind the decision, in batches of their own; none is looked for behind what was known.</summary>
    static IEnumerable<ModelAnswer> Recorded(RecordedDecision decided, long known, ReplaySource source)
    {
        Decision decision = decided.Decision;
        foreach (Prediction prediction in decided.Record.Batch.Facts.OfType<Prediction>().Where(IsAboutIt))
            yield return AnswerOf(prediction);
        long to = Math.Max(known, decided.Record.Frame + LookBackFrames);
        foreach (StoredBatch batch in source.Batches(decided.Record.Frame, Origins.Shadow).TakeWhile(b => b.Frame <= to))
        {
            foreach (Prediction prediction in batch.Batch.Facts.OfType<Prediction>().Where(IsAboutIt))
                yield return AnswerOf(prediction);
        }

        bool IsAboutIt(Prediction prediction) => prediction.Asset == decision.Asset && prediction.At == decision.At && prediction.Cause == decision.Cause;
    }

    static ModelAnswer AnswerOf(Prediction p) => new(p.Role, p.Serving, p.Model, p.Outcome, p.Outputs, Recorded: true);

    static IEnumerable<ModelAnswer> AskedNow(Decision decision, FeatureVector vector, ReplaySource source)
    {
        if (decision.Serving.IsNone)
            yield break;
        using ServingArm arm = source.Arms.Load(source.Archive.Release(decision.Serving), ArmRole.Primary);
        if (vector.Gaps.Count > 0)
        {
            yield return new ModelAnswer(ArmRole.Primary, arm.Serving, arm.Model, CallOutcome.InputIncomplete, [], Recorded: false);
            yield break;
        }

        ArmCall call = new LiveCalls(withDeadline: false).Call(arm, vector);
        yield return new ModelAnswer(ArmRole.Primary, arm.Serving, arm.Model, call.Outcome, call.Outputs, Recorded: false);
    }

    /// <summary>The reader of all samples, opened when it is needed.</summary>
    sealed class Lazily(Func<AsOfReader> open) : IDisposable
    {
        AsOfReader? _reader;

        public AsOfReader Value => _reader ??= open();

        public void Dispose() => _reader?.Dispose();
    }
}
