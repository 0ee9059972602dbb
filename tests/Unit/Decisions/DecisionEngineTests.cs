using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Decisions;

public sealed class DecisionEngineTests
{
    static readonly byte[] Sum = TinyOnnx.Linear([1, 1], 0);

    [Fact]
    public void A_score_above_the_threshold_is_an_anomaly_with_rung_confidence_age_and_reason()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Sum));
        floor.Sample(1, 12, 8);
        floor.Sample(2, 1, 1);
        floor.Sample(3, 1, 1);

        Decision decision = Decide(floor)[0];

        Assert.Equal((DecisionState.Anomaly, Rung.Primary, 20d, 10d, 0.5, 0L), (decision.State, decision.Rung, decision.Score, decision.Threshold, decision.Confidence, decision.Age));
        Assert.Equal("Score 20.00 has been above 10.00 for 0 s.", decision.Reasons[0]);
        Assert.Equal(32, decision.PredictionId.Length);
        Assert.Equal(Digest.Of(Sum), decision.Model);
        Assert.Equal("test", decision.Build);
    }

    [Fact]
    public void An_asset_that_is_taken_from_the_site_decides_no_more_and_begins_anew_when_it_comes_back()
    {
        var floor = new TinyFloor();
        ServingPlan plan = floor.Release("1.0.0", Sum);
        floor.ActivateBoth(plan, plan);
        floor.SampleBoth(1, 1, 1);
        floor.SampleBoth(2, 1, 1);
        floor.End();
        floor.SampleBoth(3, 1, 1);
        floor.SampleBoth(4, 1, 1);
        floor.Activate(plan);
        floor.SampleBoth(5, 1, 1);
        floor.SampleBoth(6, 1, 1);

        List<Decision> decisions = Decide(floor);

        Assert.Equal([1, 2, 3, 4, 5], Seconds(TinyFloor.Other));
        Assert.Equal([1, 5], Seconds(TinyFloor.Asset));
        Reproduction found = ReplayRun.Run(() => floor.Journal, [], floor, floor.Arms, new LiveCalls(withDeadline: false), _ => true);
        Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
        Assert.Equal(decisions.Count, found.Checked);

        long[] Seconds(string asset) => [.. decisions.Where(d => d.Asset == asset).Select(d => (d.At.UnixNanoseconds - SampleBuilder.Epoch.UnixNanoseconds) / 1_000_000_000)];
    }

    [Fact]
    public void Everything_a_decision_rests_on_is_said_before_it()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Sum));
        floor.Sample(1, 12, 8);
        StoredBatch cause = floor.Sample(2, 1, 1);
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(floor.Journal[0], new LiveCalls());
        engine.Take(floor.Journal[1], new LiveCalls());

        IReadOnlyList<Fact> said = engine.Take(cause, new LiveCalls());

        Assert.Equal([FactKind.FeatureVector, FactKind.Prediction, FactKind.Decision], said.Select(f => f.Kind));
        Assert.Equal(cause.Frame, DecisionEngine.CauseOf(new FactBatch { Ingest = default, Origin = Origins.Engine, Facts = said }));
    }

    [Fact]
    public void A_model_that_fails_costs_the_floor_nothing()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Logarithm(2), m => m with
        {
            Model = m.Model with { Outputs = [new("score", "float32", ["batch", "2"])] },
            Fallback = [.. m.Fallback.Where(s => s.Kind is not FallbackKind.Cached)],
        }));
        floor.Sample(1, 5, -1);
        floor.Sample(2, 60, 1);
        floor.Sample(3, 1, 1);

        List<Decision> decisions = Decide(floor);

        Assert.Equal([Rung.SimpleModel, Rung.Primary], decisions.Select(d => d.Rung));
        Assert.Equal([new RungRefusal(Rung.Primary, CallOutcome.NotFinite)], decisions[0].Refusals.Where(r => r.Rung == Rung.Primary));
        Assert.Contains("The rung primary gave no answer: it gave NaN or infinity.", decisions[0].Reasons);
        Assert.Equal(DecisionState.Anomaly, decisions[1].State);
        Assert.Equal("Rule 'burst': Pressure above 50 bar.", decisions[1].Reasons[0]);
    }

    [Fact]
    public void Without_any_answer_the_ladder_goes_from_cache_to_rules_to_low_confidence()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Sum));
        floor.Sample(1, 1, 2);
        floor.Sample(4, 1, null);
        floor.Sample(30, 1, null);
        floor.Sample(60, null, null);
        floor.Sample(61, 1, null);
        floor.Sample(62, 1, 2);

        List<Decision> decisions = Decide(floor);

        Assert.Equal([Rung.Primary, Rung.Primary, Rung.Rules, Rung.Rules], decisions.Select(d => d.Rung));
        Assert.Equal(DecisionState.Normal, decisions[2].State);
        Assert.Contains("Feature b has no value", string.Join(' ', decisions[2].Reasons), StringComparison.Ordinal);
    }

    [Fact]
    public void An_asset_without_release_and_rules_says_that_nobody_could_say()
    {
        var floor = new TinyFloor();
        floor.Activate(null, rules: false);
        floor.Sample(1, 1, 2);
        floor.Sample(2, 1, 2);

        Decision decision = Assert.Single(Decide(floor));

        Assert.Equal((DecisionState.Unknown, Rung.LowConfidence, 0d), (decision.State, decision.Rung, decision.Confidence));
        Assert.Equal(["Nobody could say: act as if there were no model."], decision.Reasons);
    }

    [Fact]
    public void Roll_back_takes_effect_with_the_next_vector()
    {
        var floor = new TinyFloor();
        ServingPlan old = floor.Release("1.0.0", Sum);
        ServingPlan young = floor.Release("2.0.0", TinyOnnx.Linear([100, 0], 0));
        floor.Activate(old);
        floor.Sample(1, 1, 1);
        floor.Activate(young);
        floor.Sample(2, 1, 1);
        floor.Sample(3, 1, 1);
        floor.Activate(old);
        floor.Sample(4, 1, 1);
        floor.Sample(5, 1, 1);

        List<Decision> decisions = Decide(floor);

        Assert.Equal([100d, 100d, 2d, 2d], decisions.Select(d => d.Score));
        Assert.Equal([young.Serving, young.Serving, old.Serving, old.Serving], decisions.Select(d => d.Serving));
    }

    [Fact]
    public void The_previous_model_stays_loaded_and_answers_when_the_new_one_fails()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Sum));
        floor.Sample(1, 1, 1);
        floor.Activate(floor.Release("2.0.0", TinyOnnx.Linear([float.MaxValue, float.MaxValue], 0)));
        floor.Sample(2, 8, 8);
        floor.Sample(3, 1, 1);

        List<Decision> decisions = Decide(floor);

        Assert.Equal([Rung.Previous, Rung.Previous], decisions.Select(d => d.Rung));
        Assert.Equal([2d, 16d], decisions.Select(d => d.Score));
    }

    [Fact]
    public void A_breaker_that_opens_is_a_fact_before_the_decision_that_felt_it()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([float.MaxValue, float.MaxValue], 0), m => m with { Breaker = m.Breaker with { MinCalls = 2, WindowCalls = 4 } }));
        for (int i = 1; i <= 5; i++)
            floor.Sample(i, 8, 8);

        List<Decision> decisions = Decide(floor);

        ModeChange change = Assert.Single(floor.Journal.SelectMany(b => b.Batch.Facts).OfType<ModeChange>());
        Assert.Equal(("breaker:M-1/primary", "closed", "open"), (change.Subject, change.From, change.To));
        Assert.Equal([CallOutcome.NotFinite, CallOutcome.NotFinite, CallOutcome.BreakerOpen, CallOutcome.BreakerOpen], decisions.Select(d => d.Refusals[0].Why));
    }

    [Fact]
    public void A_plan_that_cannot_be_had_leaves_the_asset_as_it_was()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Sum));
        ServingPlan gone = floor.Release("2.0.0", Sum);
        StoredBatch activation = floor.Activate(gone);
        floor.Break(gone);
        floor.Sample(1, 1, 1);
        floor.Sample(2, 1, 1);
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(floor.Journal[0], new LiveCalls());

        Assert.Throws<PlanBrokenException>(() => engine.Take(activation, new LiveCalls()));

        engine.Take(floor.Journal[2], new LiveCalls());
        Decision decision = engine.Take(floor.Journal[3], new LiveCalls()).OfType<Decision>().Single();
        Assert.Equal(Rung.Primary, decision.Rung);
        Assert.NotEqual(gone.Serving, decision.Serving);
    }

    [Fact]
    public void A_restart_at_any_input_gives_the_same_bytes_as_never_having_stopped()
    {
        TinyFloor floor = Busy(out _);
        int inputs = floor.Journal.Count;
        using (var engine = new DecisionEngine(floor, floor.Arms))
            floor.Live(engine);
        List<StoredBatch> whole = floor.Journal;
        for (int stop = 1; stop < inputs; stop++)
        {
            using var engine = new DecisionEngine(floor, floor.Arms);
            using var outputs = new RecordedOutputs(whole);
            var recorded = new RecordedCalls(again: null);
            for (int i = 0; i < inputs; i++)
            {
                StoredBatch? then = outputs.Of(whole[i].Frame);
                recorded.Expect(then?.Batch.Facts ?? []);
                IReadOnlyList<Fact> said = engine.Take(whole[i], i < stop ? recorded : new RecordedLatency(recorded));
                Assert.Equal((then?.Batch.Facts ?? []).Select(f => Convert.ToHexString(FactCodec.Encode(f))), said.Select(f => Convert.ToHexString(FactCodec.Encode(f))));
            }
        }
    }

    [Fact]
    public void A_plan_that_cannot_be_had_does_not_hold_up_the_other_assets_of_the_batch()
    {
        var floor = new TinyFloor();
        ServingPlan gone = floor.Release("1.0.0", Sum);
        StoredBatch start = floor.ActivateBoth(gone, floor.Release("2.0.0", Sum));
        floor.Break(gone);
        using var engine = new DecisionEngine(floor, floor.Arms);

        Assert.Throws<PlanBrokenException>(() => engine.Take(start, new LiveCalls()));

        engine.Take(floor.SampleBoth(1, 1, 1), new LiveCalls());
        IReadOnlyList<Fact> said = engine.Take(floor.SampleBoth(2, 1, 1), new LiveCalls());
        Assert.Equal(TinyFloor.Other, Assert.Single(said.OfType<Decision>()).Asset);
    }

    [Fact]
    public void A_shadow_that_does_not_load_is_a_broken_plan_and_no_crash()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", Sum));
        StoredBatch shadow = floor.Activate(floor.Release("2.0.0", [1, 2, 3]), ArmRole.Shadow);
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(floor.Journal[0], new LiveCalls());

        PlanBrokenException e = Assert.Throws<PlanBrokenException>(() => engine.Take(shadow, new LiveCalls()));

        Assert.Equal(PlanPart.Model, e.Part);
    }

    [Fact]
    public void A_model_that_speaks_of_more_features_than_there_are_is_refused_at_its_activation()
    {
        var floor = new TinyFloor();
        StoredBatch start = floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0), m => m with
        {
            Model = m.Model with { Outputs = [new("score", "float32", ["batch", "1"])] },
        }));
        byte[] wide = TinyOnnx.WideContributions();
        StoredBatch second = floor.Activate(floor.Release("2.0.0", wide, m => m with
        {
            Model = m.Model with { Outputs = [new("score", "float32", ["batch", "1"]), new("contributions", "float32", ["batch", "4"])] },
        }));
        floor.Sample(1, 12, 8);
        floor.Sample(2, 1, 1);
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(start, new LiveCalls());

        PlanBrokenException e = Assert.Throws<PlanBrokenException>(() => engine.Take(second, new LiveCalls()));

        Assert.Contains("contributions", e.Message, StringComparison.Ordinal);
        engine.Take(floor.Journal[2], new LiveCalls());
        Assert.Single(engine.Take(floor.Journal[3], new LiveCalls()).OfType<Decision>());
    }

    [Fact]
    public void A_repeated_answer_keeps_its_own_state_and_not_that_of_a_rule_that_has_ended()
    {
        var floor = new TinyFloor();
        // The model sees nothing in it; only the rule about a > 50 does.
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([0, 1], 0), m => m with { Fallback = [new(FallbackKind.Cached, TimeSpan.FromMinutes(1), "")] }));
        floor.Sample(1, 1, 1);
        floor.Sample(5, 60, null);
        floor.Sample(12, 1, null);
        floor.Sample(13, 1, 1);

        List<Decision> decisions = Decide(floor);

        Assert.Equal((DecisionState.Anomaly, Rung.Primary), (decisions[1].State, decisions[1].Rung));
        Assert.All(decisions.Where(d => d.Rung == Rung.Cached), d => Assert.Equal(DecisionState.Normal, d.State));
        Assert.Contains(decisions, d => d.Rung == Rung.Cached);
    }

    /// <summary>A floor on which models fail, come back, are cut over and rolled back.</summary>
    internal static TinyFloor Busy(out ServingPlan young)
    {
        var floor = new TinyFloor();
        ServingPlan old = floor.Release("1.0.0", Sum);
        young = floor.Release("2.0.0", TinyOnnx.Linear([float.MaxValue, 1], 0), m => m with { Breaker = m.Breaker with { MinCalls = 2, WindowCalls = 4, OpenFor = TimeSpan.FromSeconds(3), HalfOpenCalls = 1 } });
        floor.Activate(old);
        var random = new Random(11);
        for (int second = 1; second <= 60; second++)
        {
            if (second == 20)
                floor.Activate(young);
            if (second == 45)
                floor.Activate(old);
            floor.Sample(second, random.Next(5) == 0 ? null : random.NextDouble() * 12, random.Next(9) == 0 ? null : random.NextDouble() * 12);
        }

        return floor;
    }

    static List<Decision> Decide(TinyFloor floor)
    {
        using var engine = new DecisionEngine(floor, floor.Arms);
        return floor.Live(engine);
    }

    /// <summary>Asks the model anew, with the latency that was measured then: what a restart in the middle of live work would see.</summary>
    sealed class RecordedLatency(RecordedCalls recorded) : IModelCalls
    {
        public ArmCall Call(ServingArm arm, FeatureVector vector) =>
            new LiveCalls().Call(arm, vector) with { Latency = recorded.Call(arm, vector).Latency };
    }
}
