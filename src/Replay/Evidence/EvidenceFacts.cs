using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Replay.Evidence;

/// <summary>A fact and where the journal holds it.</summary>
sealed record PlacedFact(Fact Fact, Position At);

/// <summary>What of the journal belongs to one decision.</summary>
sealed record EvidenceFacts
{
    /// <summary>However short the windows are, people want to see a little of what was going on.</summary>
    static readonly TimeSpan s_leastBack = TimeSpan.FromMinutes(1);

    public required RecordedDecision Recorded { get; init; }

    /// <summary>The activation that the decision was made under.</summary>
    public required Activation Activation { get; init; }

    /// <summary>The decision, the vector and the activation first, then all others; each once.</summary>
    public required IReadOnlyList<PlacedFact> Placed { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Event time from which on samples are in the pack; up to the decision's.</summary>
    public required EventTime From { get; init; }

    /// <summary>Every batch with a sample of these tags and that time, up to the cause, in order.</summary>
    public required IReadOnlyList<StoredBatch> Batches { get; init; }

    public Decision Decision => Recorded.Decision;

    public bool Shows(in Sample sample) => Tags.Contains(sample.Tag, StringComparer.Ordinal) && sample.Event >= From && sample.Event <= Decision.At;

    /// <exception cref="PlanBrokenException">The journal holds no activation for it, or site or pipeline cannot be had.</exception>
    public static EvidenceFacts Gather(RecordedDecision recorded, ReplaySource source, TimeSpan? back)
    {
        Decision decision = recorded.Decision;
        var activations = new Dictionary<(ArmRole, Digest), PlacedFact>();
        PlacedFact? inForce = null;
        var qualified = new Dictionary<(ArmRole, Digest, Digest), PlacedFact>();
        foreach (StoredBatch batch in source.Batches(1, Origins.Service).TakeWhile(b => b.Frame <= decision.Cause.Frame))
        {
            for (int i = 0; i < batch.Batch.Facts.Count; i++)
            {
                var placed = new PlacedFact(batch.Batch.Facts[i], batch.PositionOf(batch.Batch.Samples.Count + batch.SamplesTaken + i));
                if (placed.Fact is Activation activation && activation.Asset == decision.Asset)
                {
                    activations[(activation.Role, activation.Serving)] = placed;
                    inForce = activation.Role == ArmRole.Primary ? placed : inForce;
                }
                else if (placed.Fact is Qualification found && found.Asset == decision.Asset)
                {
                    qualified[(found.Role, found.Serving, found.Model)] = placed;
                }
            }
        }

        if (inForce is not { Fact: Activation active })
            throw new PlanBrokenException(PlanPart.Serving, $"The journal holds no activation of {decision.Asset} before decision {decision.PredictionId}.");
        (IReadOnlyList<string> tags, EventTime from, TimeSpan reach) = Window(decision, active, source.Archive, back);
        var facts = new EvidenceFacts
        {
            Recorded = recorded,
            Activation = active,
            Tags = tags,
            From = from,
            Placed = [],
            Batches = [],
        };
        HashSet<Digest> servings = [active.Serving, decision.Serving];
        return facts with
        {
            Batches = [.. source.Batches(source.KnownBefore(decision, reach).AfterFrame + 1).TakeWhile(b => b.Frame <= decision.Cause.Frame).Where(b => b.Batch.Samples.Any(s => facts.Shows(s)))],
            Placed =
            [
                .. Said(recorded).Append(inForce)
                    .Concat(activations.Values.Where(a => a != inForce && ((Activation)a.Fact).Role == ArmRole.Primary && servings.Contains(((Activation)a.Fact).Serving)))
                    .Concat(qualified.Values.Where(q => servings.Contains(((Qualification)q.Fact).Serving)))
                    .OrderBy(f => RankOf(f.Fact)).ThenBy(f => f.At),
            ],
        };

        // The one in force before any other of its kind.
        int RankOf(Fact fact) => fact switch
        {
            Facts.Decision => 0,
            FeatureVector => 1,
            Facts.Activation => fact == active ? 2 : 3,
            _ => 4,
        };
    }

    static (IReadOnlyList<string> Tags, EventTime From, TimeSpan Reach) Window(Decision decision, Activation active, IPlanArchive archive, TimeSpan? back)
    {
        FeaturePipelineDefinition pipeline = archive.Pipeline(decision.Pipeline);
        AssetDefinition asset = archive.Site(active.Site).Assets.FirstOrDefault(a => a.Id == decision.Asset)
            ?? throw new PlanBrokenException(PlanPart.Site, $"site.yaml {active.Site.Short} has no asset '{decision.Asset}'.");
        TimeSpan reach = back ?? (pipeline.Reach > s_leastBack ? pipeline.Reach : s_leastBack);
        long from = (long)Int128.Max((Int128)decision.At.UnixNanoseconds - ((Int128)reach.Ticks * 100), long.MinValue);
        return ([.. pipeline.Inputs.Select(i => asset.TagOf(i.Signal)).Order(StringComparer.Ordinal)], new EventTime(from), reach);
    }

    /// <summary>What the same input made the engine say about the asset at that moment, the decision included.</summary>
    static IEnumerable<PlacedFact> Said(RecordedDecision recorded)
    {
        Decision decision = recorded.Decision;
        FactBatch batch = recorded.Record.Batch;
        for (int i = 0; i < batch.Facts.Count; i++)
        {
            bool belongs = batch.Facts[i] switch
            {
                Facts.Decision d => d.PredictionId == decision.PredictionId,
                FeatureVector v => v.Asset == decision.Asset && v.At == decision.At,
                FeatureStage s => s.Asset == decision.Asset && s.At == decision.At,
                Prediction p => p.Asset == decision.Asset && p.At == decision.At,
                Validated v => v.Asset == decision.Asset,
                ModeChange m => m.Subject.StartsWith($"breaker:{decision.Asset}/", StringComparison.Ordinal),
                _ => false,
            };
            if (belongs)
                yield return new PlacedFact(batch.Facts[i], recorded.Record.PositionOf(batch.Samples.Count + recorded.Record.SamplesTaken + i));
        }
    }
}
