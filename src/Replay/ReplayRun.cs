using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

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
    long _checked;
    long _identical;
    JournalDamage? _passed;

    ReplayRun(DecisionEngine engine, RecordedCalls calls, Func<Decision, bool> selected, IReadOnlyList<JournalDamage> damage)
    {
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
    public static Reproduction Run(
        Func<IEnumerable<StoredBatch>> journal,
        IReadOnlyList<JournalDamage> damage,
        IPlanArchive archive,
        ArmLoader arms,
        IModelCalls asks,
        Func<Decision, bool> selected,
        Action<long>? progress = null)
    {
        using var engine = new DecisionEngine(archive, arms);
        using var recorded = new RecordedOutputs(journal());
        var run = new ReplayRun(engine, new RecordedCalls(asks), selected, damage);
        foreach (StoredBatch input in journal())
        {
            run.Take(input, recorded);
            if (input.Frame % 1024 == 0)
                progress?.Invoke(input.Frame);
        }

        return new Reproduction
        {
            Checked = run._checked,
            Identical = run._identical,
            TakenAsGiven = run._calls.TakenAsGiven,
            Differences = run._differences,
        };
    }

    void Take(StoredBatch input, RecordedOutputs outputs)
    {
        if (input.Batch.Origin is Origins.Engine or Origins.Shadow)
            return;
        while (_damage.TryPeek(out JournalDamage? damage) && damage.Frame < input.Frame)
            _passed = _damage.Dequeue();

        StoredBatch? then = outputs.Of(input.Frame);
        _calls.Expect(then?.Batch.Facts ?? []);
        IReadOnlyList<Fact> now = Compute(input);
        if (then is null && outputs.AtEnd && _damage.Count == 0)
            return; // Not decided yet when the journal ended: there is nothing to compare with.
        Compare(then, now);
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
        List<List<Fact>> recorded = ByDecision(then?.Batch.Facts ?? []);
        List<List<Fact>> computed = ByDecision(now);
        for (int i = 0; i < Math.Max(recorded.Count, computed.Count); i++)
            Compare(i < recorded.Count ? recorded[i] : [], i < computed.Count ? computed[i] : [], then?.Frame ?? 0);
    }

    void Compare(List<Fact> recorded, List<Fact> computed, long frame)
    {
        Decision? decision = recorded.OfType<Decision>().LastOrDefault() ?? computed.OfType<Decision>().LastOrDefault();
        if (decision is null || !_selected(decision))
            return;
        _checked++;
        if (FindDifference(recorded, computed, decision, frame) is not { } difference)
            _identical++;
        else if (_differences.Count < DifferencesMax)
            _differences.Add(difference);
    }

    Difference? FindDifference(List<Fact> recorded, List<Fact> computed, Decision decision, long frame)
    {
        Difference Say(string stage, long at, string sentence) =>
            new(decision.PredictionId, decision.Asset, decision.At, stage, frame, at, sentence);

        if (_broken.TryGetValue(decision.Asset, out PlanBrokenException? broken))
            return Say(StageOf(broken.Part), -1, broken.Message);
        if (_passed is { } passed)
        {
            _passed = null;
            return Say("journal", -1, $"It rests on what cannot be read: {passed.Sentence}");
        }

        if (recorded.Count == 0)
        {
            // The damaged frame is this decision's record, so it is told here and not again as an input of later ones.
            return _damage.TryDequeue(out JournalDamage? ahead)
                ? Say("journal", -1, $"Its record cannot be read: {ahead.Sentence}")
                : Say("decision", -1, "The inputs give this decision, but the journal does not hold it.");
        }

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

    /// <summary>Splits what one input made the engine say after each decision: a decision and all it rests on.</summary>
    static List<List<Fact>> ByDecision(IReadOnlyList<Fact> facts)
    {
        var groups = new List<List<Fact>>();
        var open = new List<Fact>();
        foreach (Fact fact in facts)
        {
            open.Add(fact);
            if (fact is not Decision)
                continue;
            groups.Add(open);
            open = [];
        }

        if (open.Count > 0)
            groups.Add(open);
        return groups;
    }
}
