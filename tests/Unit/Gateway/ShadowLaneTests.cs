using System.Collections.Concurrent;
using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Gateway;

public sealed class ShadowLaneTests : IDisposable
{
    /// <summary>Only a test that would hang gets there.</summary>
    static readonly TimeSpan HangMax = TimeSpan.FromMinutes(2);

    static readonly byte[] Sum = TinyOnnx.Linear([1, 1], 0);

    readonly TinyFloor _floor = new();
    readonly AskedClock _clock = new();
    readonly ConcurrentQueue<Prediction> _recorded = new();
    readonly SemaphoreSlim _told = new(0);
    readonly CancellationTokenSource _stop = new();
    readonly ShadowLane _lane;

    public ShadowLaneTests() => _lane = new ShadowLane(prediction =>
    {
        _recorded.Enqueue(prediction);
        _told.Release();
    });

    public void Dispose()
    {
        _told.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task A_shadow_that_hangs_does_not_delay_the_answer()
    {
        _floor.Activate(_floor.Release("1.0.0", Sum));
        for (int second = 1; second <= 20; second++)
            _floor.Sample(second, second, 1);
        using ServingArm shadow = Hanging();
        using var engine = new DecisionEngine(_floor, _floor.Arms);
        Task running = _lane.RunAsync(_stop.Token);

        // Its clock stands still, so the shadow's deadline never comes: from the first vector on it hangs until the clock is moved below.
        Task<List<Decision>> deciding = Task.Run(() => Decide(engine, shadow), TestContext.Current.CancellationToken);
        try
        {
            List<Decision> decisions = await deciding.WaitAsync(HangMax, TestContext.Current.CancellationToken);
            await _clock.Asked.WaitAsync(HangMax, TestContext.Current.CancellationToken);

            Assert.Equal(Enumerable.Range(1, 19).Select(s => (Rung.Primary, s + 1d)), decisions.Select(d => (d.Rung, d.Score)));
            Assert.Empty(_recorded);
        }
        finally
        {
            await EndAsync(running);
        }

        // What was still queued when the lane was stopped is not asked: each would have hung for its whole deadline.
        Prediction late = Assert.Single(_recorded);
        Assert.Equal((CallOutcome.TooSlow, ArmRole.Shadow), (late.Outcome, late.Role));
    }

    [Fact]
    public async Task What_a_shadow_cannot_keep_up_with_is_dropped_and_that_is_recorded()
    {
        const int offered = 1000, kept = 256;
        FeatureVector vector = Vector(3, 4);
        using ServingArm shadow = Hanging();
        Task running = _lane.RunAsync(_stop.Token);
        _lane.Offer(shadow, vector);
        await _clock.Asked.WaitAsync(HangMax, TestContext.Current.CancellationToken);

        try
        {
            for (int i = 0; i < offered; i++)
                _lane.Offer(shadow, vector with { At = new EventTime(i) });

            Assert.Equal(Enumerable.Range(kept, offered - kept).Select(i => (long)i), _recorded.Select(p => p.At.UnixNanoseconds));
            Assert.All(_recorded, p => Assert.Equal(
                (CallOutcome.Dropped, ArmRole.Shadow, shadow.Serving, "The shadow could not keep up."), (p.Outcome, p.Role, p.Serving, p.Detail)));
        }
        finally
        {
            await EndAsync(running);
        }
    }

    [Fact]
    public async Task A_shadows_answer_is_recorded_as_a_shadows_and_the_floor_is_told_the_primarys()
    {
        _floor.Activate(_floor.Release("1.0.0", Sum));
        ServingPlan candidate = _floor.Release("2.0.0", TinyOnnx.Linear([10, 10], 0));
        _floor.Activate(candidate, ArmRole.Shadow);
        _floor.Sample(1, 3, 4);
        _floor.Sample(2, 0, 0);
        using var engine = new DecisionEngine(_floor, _floor.Arms);
        Task running = _lane.RunAsync(_stop.Token);

        Decision decision = Assert.Single(Decide(engine, shadow: null));
        Assert.True(await _told.WaitAsync(HangMax, TestContext.Current.CancellationToken));
        await EndAsync(running);

        Assert.Equal((7d, Rung.Primary, DecisionState.Normal), (decision.Score, decision.Rung, decision.State));
        Prediction answer = Assert.Single(_recorded);
        Assert.Equal(
            (CallOutcome.Answered, ArmRole.Shadow, candidate.Serving, decision.Asset, decision.At, decision.Cause),
            (answer.Outcome, answer.Role, answer.Serving, answer.Asset, answer.At, answer.Cause));
        Assert.Equal([70f], answer.Outputs);
    }

    [Fact]
    public async Task A_vector_with_gaps_is_not_asked_about_and_that_is_recorded()
    {
        FeatureVector vector = Vector(3, null);
        using ServingArm shadow = Hanging();
        Task running = _lane.RunAsync(_stop.Token);

        _lane.Offer(shadow, vector);
        Assert.True(await _told.WaitAsync(HangMax, TestContext.Current.CancellationToken));
        await EndAsync(running);

        Assert.Equal(CallOutcome.InputIncomplete, Assert.Single(_recorded).Outcome);
        Assert.False(_clock.Asked.IsCompleted);
    }

    /// <summary>Runs the engine over the floor's journal and offers each vector as the live loop does, to the given arm or to the engine's own shadows.</summary>
    List<Decision> Decide(DecisionEngine engine, ServingArm? shadow)
    {
        var decisions = new List<Decision>();
        foreach (StoredBatch input in _floor.Journal)
        {
            IReadOnlyList<Fact> said = engine.Take(input, new LiveCalls());
            foreach (FeatureVector vector in said.OfType<FeatureVector>())
            {
                foreach (ServingArm arm in shadow is null ? engine.ShadowsOf(vector.Asset) : [shadow])
                    _lane.Offer(arm, vector);
            }

            decisions.AddRange(said.OfType<Decision>());
        }

        return decisions;
    }

    FeatureVector Vector(double? a, double? b)
    {
        _floor.Activate(_floor.Release("1.0.0", Sum));
        _floor.Sample(1, a, b);
        StoredBatch cause = _floor.Sample(2, a, b);
        using var engine = new DecisionEngine(_floor, _floor.Arms);
        return Assert.Single(_floor.Journal.SelectMany(input => engine.Take(input, new LiveCalls())).OfType<FeatureVector>(), v => v.Cause.Frame == cause.Frame);
    }

    /// <summary>A shadow whose model adds for ever, until its deadline of 30 s on a clock that only <see cref="EndAsync"/> moves.</summary>
    ServingArm Hanging()
    {
        ServingPlan plan = _floor.Release("9.0.0", TinyOnnx.Endless(2), m => m with
        {
            Model = m.Model with { Outputs = [new("score", "float32", ["batch", "2"])] },
        });
        return new ArmLoader(_ => "cpu", _clock).Load(plan, ArmRole.Shadow);
    }

    /// <summary>Stops the lane and moves the clock over the deadline of the call that hangs, and of any that would wrongly follow it, until the lane has ended.</summary>
    async Task EndAsync(Task running)
    {
        await _stop.CancelAsync();
        while (!running.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            await Task.WhenAny(running, Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None));
        }

        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(running.IsCanceled, $"The lane ended by itself: {running.Exception}");
    }
}
