using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Replay;
using EdgeRuntime.Replay.Determinism;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay.Determinism;

public sealed class ReplayHonoursTheClassTests
{
    static readonly BoxEnvironment Here = new("1.31.1", "cpu", "avx2 fma", 1, "extended", "invariant", "linux", "x64", "10.0.1");

    [Fact]
    public void A_model_of_class_a_must_be_bit_equal_and_one_of_class_b_may_differ_by_its_tolerance()
    {
        TinyFloor floor = Calm(out ServingPlan plan);

        Reproduction asA = Replay(floor, plan, DeterminismClass.A, 0, by: 1e-7f);
        Reproduction asB = Replay(floor, plan, DeterminismClass.B, 1e-5, by: 1e-7f);
        Reproduction notMeasured = ReplayRun.Run(() => floor.Journal, [], floor, floor.Arms, new ALittleMore(1e-7f), _ => true);

        Assert.Equal((9L, 0L, 0L, 9L), (asA.Checked, asA.Identical, asA.WithinTolerance, asA.Different));
        Assert.Equal((9L, 0L, 9L, 0L), (asB.Checked, asB.Identical, asB.WithinTolerance, asB.Different));
        Assert.Empty(asB.Differences);
        Assert.False(asB.IsExact);
        Assert.Equal(9L, notMeasured.Different);
        Assert.Empty(notMeasured.Qualified);
    }

    [Fact]
    public void Beyond_its_tolerance_a_model_of_class_b_differs_too()
    {
        TinyFloor floor = Calm(out ServingPlan plan);

        Reproduction found = Replay(floor, plan, DeterminismClass.B, 1e-7, by: 1e-2f);

        Assert.Equal((9L, 0L), (found.Different, found.WithinTolerance));
        Assert.Equal("model", found.Differences[0].Stage);
    }

    [Fact]
    public void An_answer_within_tolerance_that_tips_the_state_is_different()
    {
        // The score 10 is not above the threshold 10; a little more is.
        var floor = new TinyFloor();
        ServingPlan plan = floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        Live(floor, plan, second => second == 5 ? 9 : 1);

        Reproduction found = Replay(floor, plan, DeterminismClass.B, 1e-5, by: 2e-6f);

        // It and the one behind it, which the anomaly's hysteresis holds to another threshold.
        Assert.Equal((2L, 7L), (found.Different, found.WithinTolerance));
        Assert.Equal(SampleBuilder.At(5), found.Differences[0].At);
    }

    [Fact]
    public void What_is_not_the_models_is_never_within_tolerance()
    {
        TinyFloor floor = Calm(out ServingPlan plan);
        int index = floor.Journal.FindIndex(b => b.Batch.Samples.Count == 2 && b.Frame > 8);
        StoredBatch batch = floor.Journal[index];
        var changed = batch.Batch.Samples.ToArray();
        changed[0] = changed[0] with { Value = TagValue.Of(changed[0].Value.Double + 1e-6) };
        floor.Journal[index] = batch with { Batch = batch.Batch with { Samples = changed } };

        Reproduction found = Replay(floor, plan, DeterminismClass.B, 1e-3, by: 0);

        Assert.Equal("features", found.Differences[0].Stage);
        Assert.Equal(0L, found.WithinTolerance);
    }

    [Fact]
    public void A_model_of_class_c_is_said_to_be_one()
    {
        TinyFloor floor = Calm(out ServingPlan plan);

        Reproduction found = Replay(floor, plan, DeterminismClass.C, 0, by: 1e-7f);

        Assert.Equal(9L, found.Different);
        Assert.All(found.Differences, d => Assert.Contains("class C", d.Sentence, StringComparison.Ordinal));
        QualifiedDecisions only = Assert.Single(found.Qualified);
        Assert.Equal((DeterminismClass.C, 9L), (only.Qualification.Class, only.Checked));
    }

    [Fact]
    public void Another_environment_than_the_measured_one_is_told_field_by_field()
    {
        var measured = new QualifiedDecisions(Found(new TinyFloor().Release("1.0.0", TinyOnnx.Linear([1, 1], 0)), DeterminismClass.A, 0), 1);

        Assert.Empty(measured.DifferencesFrom(Here));
        Assert.Equal(["provider 'cpu' then, 'cuda' now", "threads '1' then, '2' now"], measured.DifferencesFrom(Here with { Provider = "cuda", Threads = 2 }));
    }

    [Fact]
    public void A_measurement_holds_from_its_frame_on()
    {
        ServingPlan plan = new TinyFloor().Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        Qualification first = Found(plan, DeterminismClass.A, 0), second = Found(plan, DeterminismClass.B, 1e-5);
        var models = QualifiedModels.Of([Stored(5, first), Stored(9, second)]);

        Assert.Equal([null, DeterminismClass.A, DeterminismClass.B], new long[] { 4, 8, 9 }.Select(frame => models.Of(TinyFloor.Asset, plan.Serving, first.Model, frame)?.Class));
    }

    static Reproduction Replay(TinyFloor floor, ServingPlan plan, DeterminismClass found, double tolerance, float by) => ReplayRun.Run(
        () => floor.Journal.Select(b => b.Frame == 1 ? b with { Batch = b.Batch with { Facts = [.. b.Batch.Facts, Found(plan, found, tolerance)] } } : b),
        [],
        floor,
        floor.Arms,
        new ALittleMore(by),
        _ => true);

    static StoredBatch Stored(long frame, Qualification found) =>
        new(frame, new FactBatch { Ingest = SampleBuilder.IngestAt(0), Origin = Origins.Service, Facts = [found] });

    static Qualification Found(ServingPlan plan, DeterminismClass found, double tolerance) => new()
    {
        Asset = TinyFloor.Asset,
        Role = ArmRole.Primary,
        Serving = plan.Serving,
        Model = Digest.Of(plan.Files["model.onnx"].Span),
        Class = found,
        LargestDifference = tolerance / 4,
        Tolerance = tolerance,
        Vectors = 256,
        Runs = 12,
        Build = "test",
        Environment = Here,
        Sentence = "",
    };

    /// <summary>Ten seconds of calm: 9 decisions of the primary.</summary>
    static TinyFloor Calm(out ServingPlan plan)
    {
        var floor = new TinyFloor();
        plan = floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        Live(floor, plan, second => second % 4);
        return floor;
    }

    static void Live(TinyFloor floor, ServingPlan plan, Func<int, double> a)
    {
        floor.Activate(plan);
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(floor.Journal[0], new LiveCalls());
        for (int second = 1; second <= 10; second++)
        {
            StoredBatch input = floor.Sample(second, a(second), 1);
            if (engine.Take(input, new LiveCalls()) is { Count: > 0 } said)
                floor.Store(new FactBatch { Ingest = input.Batch.Ingest, Origin = Origins.Engine, Facts = said });
        }
    }

    /// <summary>Another machine, on which every answer is a little larger.</summary>
    sealed class ALittleMore(float by) : IModelCalls
    {
        public ArmCall Call(ServingArm arm, FeatureVector vector)
        {
            ArmCall call = new LiveCalls(withDeadline: false).Call(arm, vector);
            return call with { Outputs = [.. call.Outputs.Select(o => o == 0 ? o : o * (1 + by))] };
        }
    }
}
