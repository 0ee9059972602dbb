using System.Buffers;
using CsCheck;
using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Decisions;

/// <summary>An engine that was restored from a state is the one that wrote it. A failing case prints its seed.</summary>
public sealed class EngineStateTests
{
    [Fact]
    public void An_engine_restored_at_any_frame_says_the_same_bytes_ever_after_and_ends_in_the_same_state() => Gen.Int[0, int.MaxValue - 1].Sample(seed =>
    {
        TinyFloor floor = Restless(seed);
        var random = new Random(seed);
        using var never = new DecisionEngine(floor, floor.Arms);
        DecisionEngine survivor = new(floor, floor.Arms);
        foreach (StoredBatch input in floor.Journal)
        {
            if (random.Next(8) == 0)
            {
                byte[] state = StateOf(survivor);
                survivor.Dispose();
                survivor = DecisionEngine.Restore(state, floor, floor.Arms);
                Assert.Equal(state, StateOf(survivor));
            }

            IReadOnlyList<Fact> whole = Take(never, input), again = Take(survivor, input);
            Assert.Equal(Bytes(whole), Bytes(again));
        }

        Assert.Equal(StateOf(never), StateOf(survivor));
        survivor.Dispose();
        Assert.NotNull(never.NewestMoment);
    }, iter: 40);

    [Fact]
    public void A_state_carries_open_breakers_cached_answers_debounce_the_previous_arm_and_shadows()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        floor.Activate(floor.Release("3.0.0", TinyOnnx.Linear([2, 2], 0)), ArmRole.Shadow);
        using var engine = new DecisionEngine(floor, floor.Arms);
        StoredBatch[] inputs = [.. floor.Journal];
        foreach (StoredBatch input in inputs)
            Take(engine, input);

        using DecisionEngine restored = DecisionEngine.Restore(StateOf(engine), floor, floor.Arms);

        Assert.Equal(engine.ShadowsOf(TinyFloor.Asset).Select(a => a.Serving), restored.ShadowsOf(TinyFloor.Asset).Select(a => a.Serving));
        Assert.Equal(engine.HeldSamples, restored.HeldSamples);
        StoredBatch gap = floor.Sample(70, null, 3);
        Assert.Equal(Bytes(Take(engine, gap)), Bytes(Take(restored, gap)));
    }

    [Fact]
    public void A_state_with_any_bit_of_its_frame_cut_or_its_layout_changed_is_refused()
    {
        TinyFloor floor = Restless(1);
        using var engine = new DecisionEngine(floor, floor.Arms);
        foreach (StoredBatch input in floor.Journal)
            Take(engine, input);
        byte[] state = StateOf(engine);

        for (int length = 0; length < state.Length; length += Math.Max(1, state.Length / 50))
            Assert.Throws<FactFormatException>(() => DecisionEngine.Restore(state.AsSpan(0, length), floor, floor.Arms).Dispose());
        Assert.Throws<FactFormatException>(() => DecisionEngine.Restore([.. state, 0], floor, floor.Arms).Dispose());
        state[0]++;
        Assert.Throws<FactFormatException>(() => DecisionEngine.Restore(state, floor, floor.Arms).Dispose());
    }

    [Fact]
    public void A_state_whose_plan_is_gone_says_which_part()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out ServingPlan young);
        using var engine = new DecisionEngine(floor, floor.Arms);
        foreach (StoredBatch input in floor.Journal)
            Take(engine, input);
        byte[] state = StateOf(engine);
        // The young one is the previous arm at the end.
        floor.Break(young);

        Assert.Equal(PlanPart.Model, Assert.Throws<PlanBrokenException>(() => DecisionEngine.Restore(state, floor, floor.Arms).Dispose()).Part);
    }

    internal static byte[] StateOf(DecisionEngine engine)
    {
        var bytes = new ArrayBufferWriter<byte>();
        engine.Save(bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Two machines, two releases of which one fails often, samples that are late, twice, missing, bad, ticks, and activations in between.</summary>
    static TinyFloor Restless(int seed)
    {
        var floor = new TinyFloor();
        var random = new Random(seed);
        ServingPlan old = floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        ServingPlan young = floor.Release("2.0.0", TinyOnnx.Logarithm(2), m => m with
        {
            Model = m.Model with { Outputs = [new("score", "float32", ["batch", "2"])] },
            Breaker = m.Breaker with { MinCalls = 2, WindowCalls = 4, OpenFor = TimeSpan.FromSeconds(3), HalfOpenCalls = 2 },
            Postprocessing = m.Postprocessing with { MinDuration = TimeSpan.FromSeconds(2) },
        });
        floor.ActivateBoth(old, young);
        double now = 0;
        for (int i = 0; i < 120; i++)
        {
            now += random.NextDouble();
            double at = random.Next(6) == 0 ? Math.Round(now - random.NextDouble() * 4) : Math.Round(now * 2) / 2;
            switch (random.Next(12))
            {
                case 0:
                    floor.Activate(random.Next(2) == 0 ? old : young);
                    break;
                case 1:
                    floor.Activate(random.Next(2) == 0 ? old : young, ArmRole.Shadow);
                    break;
                case 2:
                    floor.Store(SampleBuilder.Tick(now));
                    break;
                case 3:
                    floor.Sample(at, random.Next(2) == 0 ? null : double.NaN, random.NextDouble() * 5);
                    break;
                case 4:
                    floor.SampleBoth(at, 60, -1);
                    break;
                default:
                    floor.SampleBoth(at, (random.NextDouble() * 24) - 6, (random.NextDouble() * 12) - 4);
                    break;
            }
        }

        return floor;
    }

    /// <summary>Asks the models now; how long that took is measured and must not differ between two engines.</summary>
    static IReadOnlyList<Fact> Take(DecisionEngine engine, StoredBatch input) => engine.Take(input, new Untimed());

    static IEnumerable<string> Bytes(IEnumerable<Fact> facts) => facts.Select(f => Convert.ToHexString(FactCodec.Encode(f)));

    sealed class Untimed : IModelCalls
    {
        public ArmCall Call(ServingArm arm, FeatureVector vector) => new LiveCalls(withDeadline: false).Call(arm, vector) with { Latency = 0 };
    }
}
