using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay.Determinism;

namespace EdgeRuntime.Replay;

/// <summary>
/// Computes decisions again from raw samples, through the live engine, and compares bits. State (windows, breakers, debounce) comes from the newest saved
/// one before the first decision that is asked for, else from the first frame on.
/// </summary>
public sealed class ReplayRun : IDisposable
{
    /// <summary>How many differences are told one by one; all are counted.</summary>
    public const int DifferencesMax = 100;

    const string RawThinned = "raw thinned";
    const string RawDeleted = "raw deleted";

    readonly ReplaySource _source;
    readonly ReplayScope _scope;
    readonly ReplayCursor _cursor;
    readonly RecordedCalls _calls;
    readonly LookingAhead _ask;
    readonly Func<DigestsAhead?> _ahead;
    readonly Comparison _comparison = new();
    readonly QualifiedModels _models = new();
    readonly ClassCount _classes;
    readonly Dictionary<string, PlanBrokenException> _broken = new(StringComparer.Ordinal);
    readonly List<Difference> _differences = [];
    /// <summary>By asset, the first difference in what was said without a decision (validations, corrections, clock offsets) since the last decision.</summary>
    readonly SortedDictionary<string, Difference> _undecided = new(StringComparer.Ordinal);
    readonly List<StateTrouble> _troubles = [];
    readonly Queue<StateHeader> _resume;
    DecisionEngine _engine;
    long _taken;
    long _checked;
    long _identical;
    long _notReproducible;
    string? _notReproducibleWhy;
    DamagedFrame? _passed;

    /// <summary>Batches are missing, so a count of batches (which a clock's offset is estimated over) is another one from here on, and no decision rests on it.</summary>
    bool _countsDiffer;

    /// <summary>Why nothing of now can be computed again; null: it can.</summary>
    string? _incomplete;

    // Of the input at hand.
    StoredBatch? _input;
    Said? _then;
    bool _looked;

    ReplayRun(ReplaySource source, ReplayScope scope, IModelCalls asks)
    {
        _source = source;
        _scope = scope;
        EngineStart start = EngineStart.Find(source.States, source.Batches, source.Archive, source.Arms, scope.Before, _troubles.Add);
        _engine = start.Engine;
        _taken = start.AfterFrame;
        _models.Take(_engine.Qualified, _taken);
        _classes = new ClassCount(_models);
        _cursor = new ReplayCursor(source.ReadsAhead ? from => ReadAhead.Of(ReadEntry.Of(source.Entries(from), ready: true)) : from => ReadEntry.Of(source.Entries(from), ready: false), start.AfterFrame);
        _calls = new RecordedCalls(asks);
        _ask = new LookingAhead(this);
        _ahead = () => _then?.Ahead;
        _resume = new Queue<StateHeader>((source.States?.List() ?? []).Reverse());
    }

    /// <param name="asks">How a model is asked again.</param>
    /// <param name="progress">Told the frame that was last taken, now and then.</param>
    public static Reproduction Run(ReplaySource source, ReplayScope scope, IModelCalls asks, Action<long>? progress = null)
    {
        using var run = new ReplayRun(source, scope, asks);
        return run.Run(progress);
    }

    public void Dispose()
    {
        _cursor.Dispose();
        _engine.Dispose();
    }

    /// <summary>The same over a journal that stands still, from its first frame on.</summary>
    /// <param name="journal">Gives all readable batches.</param>
    /// <param name="damage">Frames that cannot be read, ascending.</param>
    /// <param name="selected">Which decisions are compared.</param>
    public static Reproduction Run(
        Func<IEnumerable<StoredBatch>> journal,
        IReadOnlyList<DamagedFrame> damage,
        IPlanArchive archive,
        ArmLoader arms,
        IModelCalls asks,
        Func<Decision, bool> selected,
        Action<long>? progress = null)
    {
        var source = new ReplaySource
        {
            Entries = from => Merged(journal().Where(b => b.Frame >= from), damage.Where(d => d.Frame >= from)),
            LastFrame = () => journal().LastOrDefault()?.Frame ?? 0,
            Archive = archive,
            Arms = arms,
        };
        return Run(source, ReplayScope.Where(selected), asks, progress);
    }

    Reproduction Run(Action<long>? progress)
    {
        StoredBatch? input = _cursor.Next();
        long from = _taken > 0 ? _taken + 1 : Math.Min(input?.Frame ?? 1, _cursor.Damage.TryPeek(out DamagedFrame? first) ? first.Frame : long.MaxValue);
        if (from > _taken + 1)
            _incomplete = RawDeleted;
        for (; input is not null && input.Frame <= _scope.UntilFrame; input = _cursor.Next())
        {
            Take(input);
            if (input.Frame % 1024 == 0)
                progress?.Invoke(input.Frame);
        }

        if (input is null)
            TakeUnasked();
        return new Reproduction
        {
            Checked = _checked,
            Identical = _identical,
            WithinTolerance = _classes.WithinTolerance,
            Qualified = _classes.Qualified,
            TakenAsGiven = _calls.TakenAsGiven,
            Differences = _differences,
            FromFrame = from,
            NotReproducible = _notReproducible,
            NotReproducibleWhy = _notReproducibleWhy,
            StatesPassedOver = [.. _troubles.Select(t => t.Sentence)],
        };
    }

    void Take(StoredBatch input)
    {
        while (_cursor.Damage.TryPeek(out DamagedFrame? damage) && damage.Frame < input.Frame)
            Pass(_cursor.Damage.Dequeue());
        while (_cursor.Unasked(input.Frame) is { } unasked)
            Compare(unasked, []);
        if (_incomplete is not null)
            Resume(input);
        if (input.Batch.Samples.Count > 0 && input.Thinned)
            _incomplete = RawThinned;
        (_input, _then, _looked) = (input, null, false);
        IReadOnlyList<Fact> now = Compute(input);
        _taken = input.Frame;
        if (now.Count > 0)
            LookAhead();
        Said? then = _looked ? _then : _cursor.SaidAlready(input.Frame);
        if (then is null && (now.Count == 0 || (_cursor.SaidNothingMore && _cursor.Damage.Count == 0)))
            return; // Nothing was said; or it was not decided yet when the journal ended, and there is nothing to compare with.
        Compare(then, now);
    }

    /// <summary>Finds what was said then about the input at hand, before a model is asked again or anything is compared.</summary>
    void LookAhead()
    {
        if (_looked)
            return;
        _looked = true;
        _then = _cursor.SaidAbout(_input!.Frame, unasked => Compare(unasked, []));
        _calls.Expect(_then?.Facts ?? []);
    }

    /// <summary>What is left at the end was said about inputs that cannot be read, or that make the engine say nothing now.</summary>
    void TakeUnasked()
    {
        _cursor.ReadToEnd();
        while (_cursor.Damage.TryDequeue(out DamagedFrame? damage))
            Pass(damage);
        while (_cursor.Unasked(long.MaxValue) is { } unasked)
            Compare(unasked, []);
        // No decision came behind these; where one decision was asked for by its id, and is not there, they are not it.
        if (_checked == 0)
            return;
        foreach (Difference undecided in _undecided.Values)
        {
            _checked++;
            if (_differences.Count < DifferencesMax)
                _differences.Add(undecided);
        }
    }

    /// <summary>Raw data is not all there: the engine is not what it was then, until a state that was saved then brings it back.</summary>
    void Resume(StoredBatch input)
    {
        while (_resume.TryPeek(out StateHeader? state) && state.AfterFrame < input.Frame)
        {
            _resume.Dequeue();
            if (state.AfterFrame < _taken)
                continue;
            // Only a state behind every input that was taken and before the one that comes.
            EngineStart start = EngineStart.Find(_source.States, _source.Batches, _source.Archive, _source.Arms, s => s == state, _troubles.Add);
            if (start.State is null)
            {
                start.Engine.Dispose();
                continue;
            }

            _engine.Dispose();
            _engine = start.Engine;
            _models.Take(_engine.Qualified, state.AfterFrame);
            _incomplete = null;
        }
    }

    IReadOnlyList<Fact> Compute(StoredBatch input)
    {
        if (input.Batch.Origin == Origins.Service)
        {
            _models.Take(input);
            foreach (Fact fact in input.Batch.Facts)
            {
                if (fact is Activation { Role: not ArmRole.Shadow } activation)
                    Activate(input, activation);
            }

            return [];
        }

        return _engine.Take(input, _ask, _ahead);
    }

    void Activate(StoredBatch input, Activation activation)
    {
        try
        {
            _engine.Take(input with { Batch = input.Batch with { Facts = [activation] } }, _ask);
            _broken.Remove(activation.Asset);
        }
        catch (PlanBrokenException e)
        {
            _broken[activation.Asset] = e;
        }
    }

    void Compare(Said? then, IReadOnlyList<Fact> now)
    {
        if (then is not null && _passed is null && _incomplete is null && _broken.Count == 0 && _undecided.Count == 0 && _comparison.AreSame(then, now))
        {
            foreach (Fact fact in now)
            {
                if (fact is not Decision decision || !_scope.Selected(decision))
                    continue;
                _checked++;
                _identical++;
                _classes.Count(decision);
            }

            return;
        }

        CompareByAsset(then, now);
    }

    void CompareByAsset(Said? then, IReadOnlyList<Fact> now)
    {
        SortedDictionary<string, List<List<Fact>>> recorded = ByAsset(Comparable(then?.Facts ?? []));
        SortedDictionary<string, List<List<Fact>>> computed = ByAsset(Comparable(now));
        // A damaged frame that holds the record of a decision is told here, for all it held, and not again as an input of later ones.
        string? lost = then is null && now.Any(f => f is Decision) && _cursor.Damage.TryDequeue(out DamagedFrame? ahead)
            ? $"Its record cannot be read: {SentenceOf(ahead)}"
            : null;
        foreach (string asset in recorded.Keys.Union(computed.Keys).Order(StringComparer.Ordinal))
        {
            List<List<Fact>> thens = recorded.GetValueOrDefault(asset, []);
            List<List<Fact>> nows = computed.GetValueOrDefault(asset, []);
            for (int i = 0; i < Math.Max(thens.Count, nows.Count); i++)
                Compare(asset, i < thens.Count ? thens[i] : [], i < nows.Count ? nows[i] : [], then?.Frame ?? 0, lost);
        }
    }

    void Compare(string asset, List<Fact> recorded, List<Fact> computed, long frame, string? lost)
    {
        Decision? decision = recorded.OfType<Decision>().LastOrDefault() ?? computed.OfType<Decision>().LastOrDefault();
        if (decision is null)
        {
            if (_incomplete is null && FirstDifference(recorded, computed) is { } found)
                _undecided.TryAdd(asset, new Difference("", asset, default, found.Stage, frame, found.Byte, found.Sentence));
            return;
        }

        // Like damage: laid to the first decision behind it, selected or not.
        _undecided.Remove(asset, out Difference? undecided);
        // Laid to the first decision behind it, selected or not: a selection must find what a replay of all finds.
        lost ??= _passed is { } passed ? $"It rests on what cannot be read: {SentenceOf(passed)}" : null;
        _passed = null;
        if (!_scope.Selected(decision))
            return;
        if (_incomplete is not null)
        {
            _notReproducible++;
            _notReproducibleWhy ??= _incomplete;
            return;
        }

        _checked++;
        _classes.Count(decision);
        Difference? difference = FindDifference(recorded, computed, decision, frame, lost)
            ?? (undecided is null ? null : undecided with { PredictionId = decision.PredictionId, At = decision.At });
        if (difference is null)
            _identical++;
        else if ((undecided is not null || !_classes.IsWithinTolerance(difference, recorded, computed)) && _differences.Count < DifferencesMax)
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
        return FirstDifference(recorded, computed) is { } found ? Say(found.Stage, found.Byte, found.Sentence) : null;
    }

    static (string Stage, long Byte, string Sentence)? FirstDifference(List<Fact> recorded, List<Fact> computed)
    {
        for (int i = 0; i < Math.Max(recorded.Count, computed.Count); i++)
        {
            Fact? then = i < recorded.Count ? recorded[i] : null;
            Fact? now = i < computed.Count ? computed[i] : null;
            string stage = StageOf((then ?? now)!, then, now);
            if (then is null || now is null)
                return (stage, -1, then is null ? $"The replay gives a {now!.Kind} that was not recorded." : $"The replay does not give the recorded {then.Kind}.");
            byte[] thenBytes = FactCodec.Encode(then);
            byte[] nowBytes = FactCodec.Encode(now);
            int common = thenBytes.AsSpan().CommonPrefixLength(nowBytes);
            if (common < thenBytes.Length || common < nowBytes.Length)
                return (stage, common, $"The {then.Kind} differs from its record at byte {common} of {thenBytes.Length}.");
        }

        return null;
    }

    void Pass(DamagedFrame damage) => (_passed, _countsDiffer) = (damage, true);

    IReadOnlyList<Fact> Comparable(IReadOnlyList<Fact> facts) => _countsDiffer ? [.. facts.Where(f => f is not ClockOffset)] : facts;

    static string SentenceOf(DamagedFrame damage) =>
        $"journal segment {damage.Segment} is damaged at byte {damage.Offset} (frame {damage.Frame}): {damage.What}.";

    static IEnumerable<JournalEntry> Merged(IEnumerable<StoredBatch> batches, IEnumerable<DamagedFrame> damage)
    {
        var waiting = new Queue<DamagedFrame>(damage);
        foreach (StoredBatch batch in batches)
        {
            while (waiting.TryPeek(out DamagedFrame? lost) && lost.Frame < batch.Frame)
                yield return new JournalEntry(null, waiting.Dequeue());
            yield return new JournalEntry(batch, null);
        }

        foreach (DamagedFrame lost in waiting)
            yield return new JournalEntry(null, lost);
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
        FactKind.ClockOffset => "validation",
        FactKind.FeatureVector or FactKind.FeatureStage or FactKind.Correction => "features",
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
        FeatureStage stage => stage.Asset,
        Correction correction => correction.Asset,
        ClockOffset offset => offset.Asset,
        Prediction prediction => prediction.Asset,
        Decision decision => decision.Asset,
        _ => null,
    };

    /// <summary>Looks for what was said then only when a model is about to be asked: most inputs ask none.</summary>
    sealed class LookingAhead(ReplayRun run) : IModelCalls
    {
        public ArmCall Call(ServingArm arm, FeatureVector vector)
        {
            run.LookAhead();
            return run._calls.Call(arm, vector);
        }
    }
}
