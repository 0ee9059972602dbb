using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay.Determinism;

namespace EdgeRuntime.Replay;

/// <summary>
/// Computes decisions again from raw samples, through the live engine, and compares bits. State (windows, breakers, debounce) begins at the first
/// frame, so one decision in the middle costs the way to it.
/// </summary>
public sealed class ReplayRun
{
    /// <summary>How many differences are told one by one; all are counted.</summary>
    public const int DifferencesMax = 100;

    readonly DecisionEngine _engine;
    readonly RecordedCalls _calls;
    readonly Func<Decision, bool> _selected;
    readonly Queue<JournalDamage> _damage;
    readonly Dictionary<string, PlanBrokenException> _broken = new(StringComparer.Ordinal);
    readonly List<Difference> _differences = [];
    readonly ClassCount _classes;
    long _checked;
    long _identical;
    JournalDamage? _passed;

    ReplayRun(DecisionEngine engine, RecordedCalls calls, Func<Decision, bool> selected, IReadOnlyList<JournalDamage> damage, QualifiedModels? qualified)
    {
        _classes = new ClassCount(qualified ?? new QualifiedModels());
        _engine = engine;
        _calls = calls;
        _selected = selected;
        _damage = new Queue<JournalDamage>(damage);
    }

    /// <param name="journal">Gives all readable batches from the first frame on; asked twice, since what was said lies behind what it was said about.</param>
    /// <param name="damage">Frames that cannot be read, ascending.</param>
    /// <param name="asks">How a model is asked again.</param>
    /// <param name="selected">Which decisions are compared.</param>
    /// <param name="progress">Told the frame that was last taken, now and then.</param>
    /// <param name="qualified">What was measured of the models; null: nothing, and every bit must be the same.</param>
    public static Reproduction Run(
        Func<IEnumerable<StoredBatch>> journal,
        IReadOnlyList<JournalDamage> damage,
        IPlanArchive archive,
        ArmLoader arms,
        IModelCalls asks,
        Func<Decision, bool> selected,
        Action<long>? progress = null,
        QualifiedModels? qualified = null)
    {
        using var engine = new DecisionEngine(archive, arms);
        using var recorded = new RecordedOutputs(journal());
        var run = new ReplayRun(engine, new RecordedCalls(asks), selected, damage, qualified);
        foreach (StoredBatch input in journal())
        {
            run.Take(input, recorded);
            if (input.Frame % 1024 == 0)
                progress?.Invoke(input.Frame);
        }

        run.TakeUnasked(recorded);
        return new Reproduction
        {
            Checked = run._checked,
            Identical = run._identical,
            TakenAsGiven = run._calls.TakenAsGiven,
            WithinTolerance = run._classes.WithinTolerance,
            Qualified = run._classes.Qualified,
            Differences = run._differences,
        };
    }

    void Take(StoredBatch input, RecordedOutputs outputs)
    {
        if (input.Batch.Origin is Origins.Engine or Origins.Shadow)
            return;
        while (_damage.TryPeek(out JournalDamage? damage) && damage.Frame < input.Frame)
            _passed = _damage.Dequeue();

        foreach (StoredBatch unasked in outputs.Unasked(input.Frame))
            Compare(unasked, []);
        StoredBatch? then = outputs.Of(input.Frame);
        _calls.Expect(then?.Batch.Facts ?? []);
        IReadOnlyList<Fact> now = Compute(input);
        if (then is null && outputs.AtEnd && _damage.Count == 0)
            return; // Not decided yet when the journal ended: there is nothing to compare with.
        Compare(then, now);
    }

    /// <summary>What is left at the end was said about inputs that cannot be read.</summary>
    void TakeUnasked(RecordedOutputs outputs)
    {
        while (_damage.TryDequeue(out JournalDamage? damage))
            _passed = damage;
        foreach (StoredBatch unasked in outputs.Unasked(long.MaxValue))
            Compare(unasked, []);
    }

    IReadOnlyList<Fact> Compute(StoredBatch input)
    {
        if (input.Batch.Origin == Origins.Service)
        {
            foreach (Fact fact in input.Batch.Facts)
            {
                if (fact is Activation { Role: not ArmRole.Shadow } activation)
                    Activate(input, activation);
            }

            return [];
        }

        return _engine.Take(input, _calls);
    }

    void Activate(StoredBatch input, Activation activation)
    {
        try
        {
            _engine.Take(input with { Batch = input.Batch with { Facts = [activation] } }, _calls);
            _broken.Remove(activation.Asset);
        }
        catch (PlanBrokenException e)
        {
            _broken[activation.Asset] = e;
        }
    }

    void Compare(StoredBatch? then, IReadOnlyList<Fact> now)
    {
        SortedDictionary<string, List<List<Fact>>> recorded = ByAsset(then?.Batch.Facts ?? []);
        SortedDictionary<string, List<List<Fact>>> computed = ByAsset(now);
        // A damaged frame that holds the record of a decision is told here, for all it held, and not again as an input of later ones.
        string? lost = then is null && now.Any(f => f is Decision) && _damage.TryDequeue(out JournalDamage? ahead)
            ? $"Its record cannot be read: {ahead.Sentence}"
            : null;
        foreach (string asset in recorded.Keys.Union(computed.Keys).Order(StringComparer.Ordinal))
        {
            List<List<Fact>> thens = recorded.GetValueOrDefault(asset, []);
            List<List<Fact>> nows = computed.GetValueOrDefault(asset, []);
            for (int i = 0; i < Math.Max(thens.Count, nows.Count); i++)
                Compare(i < thens.Count ? thens[i] : [], i < nows.Count ? nows[i] : [], then?.Frame ?? 0, lost);
        }
    }

    void Compare(List<Fact> recorded, List<Fact> computed, long frame, string? lost)
    {
        Decision? decision = recorded.OfType<Decision>().LastOrDefault() ?? computed.OfType<Decision>().LastOrDefault();
        if (decision is null)
            return;
        // Laid to the first decision behind it, selected or not: a selection must find what a replay of all finds.
        lost ??= _passed is { } passed ? $"It rests on what cannot be read: {passed.Sentence}" : null;
        _passed = null;
        if (!_selected(decision))
            return;
        _checked++;
        _classes.Count(decision);
        if (FindDifference(recorded, computed, decision, frame, lost) is not { } difference)
            _identical++;
        else if (!_classes.IsWithinTolerance(difference, recorded, computed) && _differences.Count < DifferencesMax)
            _differences.Add(_classes.Worded(difference, decision));
    }

    Difference? FindDifference(List<Fact> recorded, List<Fact> computed, Decision decision, long frame, string? lost)
    {
        Difference Say(string stage, long at, string sentence) =>
            new(decision.PredictionId, decision.Asset, decision.At, stage, frame, at, sentence);

        if (_broken.TryGetValue(decision.Asset, out PlanBrokenException? broken))
            return Say(StageOf(broken.Part), -1, broken.Message);
        if (lost is not null)
            return Say("journal", -1, lost);
        if (recorded.Count == 0)
            return Say("decision", -1, "The inputs give this decision, but the journal does not hold it.");

        for (int i = 0; i < Math.Max(recorded.Count, computed.Count); i++)
        {
            Fact? then = i < recorded.Count ? recorded[i] : null;
            Fact? now = i < computed.Count ? computed[i] : null;
            string stage = StageOf((then ?? now)!, then, now);
            if (then is null || now is null)
                return Say(stage, -1, then is null ? $"The replay gives a {now!.Kind} that was not recorded." : $"The replay does not give the recorded {then.Kind}.");
            byte[] thenBytes = FactCodec.Encode(then);
            byte[] nowBytes = FactCodec.Encode(now);
            int common = thenBytes.AsSpan().CommonPrefixLength(nowBytes);
            if (common < thenBytes.Length || common < nowBytes.Length)
                return Say(stage, common, $"The {then.Kind} differs from its record at byte {common} of {thenBytes.Length}.");
        }

        return null;
    }

    static string StageOf(PlanPart part) => part switch
    {
        PlanPart.Serving => "serving",
        PlanPart.Model => "model",
        PlanPart.Features => "features",
        PlanPart.Rules => "rules",
        _ => "site",
    };

    static string StageOf(Fact fact, Fact? then, Fact? now) => fact.Kind switch
    {
        FactKind.Validated => "validation",
        FactKind.FeatureVector => "features",
        FactKind.Prediction => "model",
        FactKind.ModeChange => "breaker",
        FactKind.Decision when then is Decision a && now is Decision b && a.Reasons.Any(IsRule) != b.Reasons.Any(IsRule) => "rules",
        _ => "decision",
    };

    static bool IsRule(string reason) => reason.StartsWith("Rule '", StringComparison.Ordinal);

    /// <summary>
    /// Splits what one input made the engine say by asset, and each asset's part after each decision: a decision and all it rests on. An asset that
    /// speaks only then or only now must not shift the others.
    /// </summary>
    static SortedDictionary<string, List<List<Fact>>> ByAsset(IReadOnlyList<Fact> facts)
    {
        var assets = new SortedDictionary<string, List<List<Fact>>>(StringComparer.Ordinal);
        string asset = "";
        bool open = false;
        foreach (Fact fact in facts)
        {
            string speaks = AssetOf(fact) ?? asset;
            open &= speaks == asset;
            asset = speaks;
            if (!assets.TryGetValue(asset, out List<List<Fact>>? groups))
                assets[asset] = groups = [];
            if (!open)
                groups.Add([]);
            groups[^1].Add(fact);
            open = fact is not Decision;
        }

        return assets;
    }

    /// <summary>Null for a change of a breaker: it lies among the facts of its asset.</summary>
    static string? AssetOf(Fact fact) => fact switch
    {
        Validated validated => validated.Asset,
        FeatureVector vector => vector.Asset,
        Prediction prediction => prediction.Asset,
        Decision decision => decision.Asset,
        _ => null,
    };
}
