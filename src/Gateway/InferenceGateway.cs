using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Fallback;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Gateway;

/// <summary>
/// Asks the arms of one asset's plan, from the primary down the ladder. Single-threaded: its owner asks one vector after the other, in order.
/// It owns its arms and disposes them, except the one it hands on with <see cref="HandOnPrimary"/>.
/// </summary>
public sealed class InferenceGateway : IDisposable
{
    readonly ServingArm? _primary;
    readonly ServingArm? _previous;
    readonly ServingArm? _simple;
    readonly Digest _serving;
    readonly PlantRules _rules;
    readonly TimeSpan? _maxAge;
    readonly FallbackLadder<Question, Answer> _ladder;
    Answer? _lastGood;
    EventTime _lastGoodAt;
    bool _handedOn;

    /// <param name="previous">The primary of before, still loaded; null when there is none that fits.</param>
    /// <param name="simple">The small model of the ladder; null when the release brings none.</param>
    public InferenceGateway(ServingArm? primary, ServingArm? previous, ServingArm? simple, ServingManifest? manifest, PlantRules rules)
    {
        _primary = primary;
        _previous = previous;
        _simple = simple;
        _serving = primary?.Serving ?? Digest.None;
        _rules = rules;
        _maxAge = manifest?.Features.MaxAge;
        _ladder = new FallbackLadder<Question, Answer>(Rungs(manifest));
    }

    /// <summary>Asks about one vector. Every call made, and every change of a breaker, is added to <paramref name="facts"/> before the answer that rests on it.</summary>
    public Answer Ask(FeatureVector vector, IModelCalls calls, ICollection<Fact> facts)
    {
        IReadOnlyList<PlantRule> firing = _rules.Look(vector);
        LadderResult<Answer> result = _ladder.Ask(new Question(vector, calls, facts, firing.Count > 0));
        Answer answer = result.Answer with { RulesFiring = firing, Refusals = result.Refusals };
        if (answer.Rung is Rung.Primary)
        {
            _lastGood = answer;
            _lastGoodAt = vector.At;
        }

        return answer;
    }

    /// <summary>The release that answered before this one and is still loaded; none when there is none.</summary>
    public Digest Previous => _previous?.Serving ?? Digest.None;

    /// <summary>What the next answer depends on beside the vector: breakers, rules under way, the answer that may be repeated.</summary>
    public void Save(CanonicalWriter to)
    {
        _rules.Save(to);
        _primary?.Breaker.Save(to);
        _previous?.Breaker.Save(to);
        _simple?.Breaker.Save(to);
        to.Bool(_lastGood is not null);
        if (_lastGood is not { } last)
            return;
        to.Event(_lastGoodAt);
        to.Double(last.Score);
        to.Digest(last.Serving);
        to.Digest(last.Model);
        to.Signed(last.Age);
        to.Count(last.Contributions.Count);
        foreach (Contribution contribution in last.Contributions)
        {
            to.Count(contribution.Feature);
            to.Float(contribution.Share);
        }
    }

    /// <summary>Into a gateway over the same arms and rules that was asked nothing yet.</summary>
    /// <exception cref="FactFormatException">The bytes are not the state of such a gateway.</exception>
    public void Restore(ref CanonicalReader from)
    {
        _rules.Restore(ref from);
        _primary?.Breaker.Restore(ref from);
        _previous?.Breaker.Restore(ref from);
        _simple?.Breaker.Restore(ref from);
        if (!from.Bool())
            return;
        _lastGoodAt = from.Event();
        double score = from.Double();
        Digest serving = from.Digest(), model = from.Digest();
        long age = from.Signed();
        var contributions = new Contribution[from.Count(bytesEach: 5)];
        for (int i = 0; i < contributions.Length; i++)
            contributions[i] = new Contribution(from.Index(), from.Float());
        _lastGood = new Answer { Rung = Rung.Primary, Score = score, Contributions = contributions, Serving = serving, Model = model, Age = age };
    }

    /// <summary>Gives the primary away, still loaded, to become the previous arm of the next plan.</summary>
    public ServingArm? HandOnPrimary()
    {
        _handedOn = true;
        return _primary?.As(ArmRole.Previous);
    }

    public void Dispose()
    {
        if (!_handedOn)
            _primary?.Dispose();
        _previous?.Dispose();
        _simple?.Dispose();
    }

    List<LadderRung<Question, Answer>> Rungs(ServingManifest? manifest)
    {
        var rungs = new List<LadderRung<Question, Answer>>();
        if (_primary is { } primary)
            rungs.Add(new(Rung.Primary, q => AskArm(primary, Rung.Primary, q)));
        foreach (FallbackStep step in manifest?.Fallback ?? [new FallbackStep(FallbackKind.Rules, null, "")])
        {
            switch (step.Kind)
            {
                case FallbackKind.Previous when _previous is { } previous:
                    rungs.Add(new(Rung.Previous, q => AskArm(previous, Rung.Previous, q)));
                    break;
                case FallbackKind.Cached:
                    rungs.Add(new(Rung.Cached, q => AskCache(step.MaxAge ?? TimeSpan.Zero, q)));
                    break;
                case FallbackKind.Model when _simple is { } simple:
                    rungs.Add(new(Rung.SimpleModel, q => AskArm(simple, Rung.SimpleModel, q)));
                    break;
                case FallbackKind.Rules when _rules.Count > 0:
                    rungs.Add(new(Rung.Rules, AskRules));
                    break;
                default:
                    break;
            }
        }

        rungs.Add(new(Rung.LowConfidence, q => RungResult.Gave(Nobody(Rung.LowConfidence, q.Vector))));
        return rungs;
    }

    RungResult<Answer> AskArm(ServingArm arm, Rung rung, Question question)
    {
        FeatureVector vector = question.Vector;
        if (!vector.IsWhole)
            return RungResult.Refused<Answer>(CallOutcome.InputIncomplete);
        if (_maxAge is { } maxAge && vector.InputAge > maxAge.Ticks * 100)
            return RungResult.Refused<Answer>(CallOutcome.InputStale);

        BreakerPermit permit = arm.Breaker.Ask(vector.At, out BreakerChange? change);
        Add(change, arm, question);
        if (permit == BreakerPermit.Refuse)
            return RungResult.Refused<Answer>(CallOutcome.BreakerOpen);

        ArmCall call = question.Calls.Call(arm, vector);
        CallOutcome outcome = call.Outcome == CallOutcome.Answered && !arm.IsInBounds(call.Outputs) ? CallOutcome.OutOfBounds : call.Outcome;
        question.Facts.Add(new Prediction
        {
            Asset = vector.Asset,
            At = vector.At,
            Cause = vector.Cause,
            Role = arm.Role,
            Serving = arm.Serving,
            Model = arm.Model,
            Outcome = outcome,
            Latency = call.Latency,
            Outputs = call.Outputs,
            Detail = call.Detail,
        });
        Add(arm.Breaker.Record(outcome, call.Latency, vector.At), arm, question);
        if (permit == BreakerPermit.Probe)
            return RungResult.Refused<Answer>(CallOutcome.BreakerOpen);
        if (outcome != CallOutcome.Answered)
            return RungResult.Refused<Answer>(outcome);
        return RungResult.Gave(new Answer
        {
            Rung = rung,
            Score = arm.Score(call.Outputs),
            Contributions = arm.Contributions(call.Outputs),
            Serving = arm.Serving,
            Model = arm.Model,
            Age = vector.InputAge,
        });
    }

    RungResult<Answer> AskCache(TimeSpan maxAge, Question question)
    {
        if (_lastGood is not { } last)
            return RungResult.Refused<Answer>(CallOutcome.InputIncomplete);
        long since = question.Vector.At.UnixNanoseconds - _lastGoodAt.UnixNanoseconds;
        long limit = maxAge.Ticks * 100;
        if (since > limit || since < 0)
            return RungResult.Refused<Answer>(CallOutcome.InputStale);
        return RungResult.Gave(last with
        {
            Rung = Rung.Cached,
            Age = last.Age < 0 ? -1 : last.Age + since,
            Freshness = limit == 0 ? 0 : 1 - ((double)since / limit),
        });
    }

    RungResult<Answer> AskRules(Question question) => question.RuleFires || _rules.CanJudge(question.Vector)
        ? RungResult.Gave(Nobody(Rung.Rules, question.Vector))
        : RungResult.Refused<Answer>(CallOutcome.InputIncomplete);

    Answer Nobody(Rung rung, FeatureVector vector) =>
        new() { Rung = rung, Score = double.NaN, Serving = _serving, Model = Digest.None, Age = vector.InputAge };

    static void Add(BreakerChange? change, ServingArm arm, Question question)
    {
        if (change is null)
            return;
        string subject = $"breaker:{question.Vector.Asset}/{FloorWords.Of(arm.Role)}";
        question.Facts.Add(new ModeChange(subject, Word(change.From), Word(change.To), "breaker", change.Why));
    }

    static string Word(BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.Open => "open",
        _ => "half-open",
    };

    readonly record struct Question(FeatureVector Vector, IModelCalls Calls, ICollection<Fact> Facts, bool RuleFires);
}
