using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

public sealed class ReplayRunTests
{
    [Fact]
    public void Every_recorded_decision_replays_to_the_same_bytes()
    {
        TinyFloor floor = Lived(out _);

        Reproduction found = Replay(floor, floor.Journal);

        Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
        Assert.Equal(floor.Journal.Sum(b => b.Batch.Facts.OfType<Decision>().Count()), found.Checked);
    }

    [Fact]
    public void One_changed_sample_names_the_decision_and_the_features()
    {
        TinyFloor floor = Lived(out _);
        int index = floor.Journal.FindIndex(b => b.Batch.Samples.Count == 2 && b.Frame > 30);
        StoredBatch batch = floor.Journal[index];
        var changed = batch.Batch.Samples.ToArray();
        changed[0] = changed[0] with { Value = TagValue.Of(BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(changed[0].Value.Double) ^ (1L << 40))) };
        floor.Journal[index] = batch with { Batch = batch.Batch with { Samples = changed } };

        Difference first = Replay(floor, floor.Journal).Differences[0];

        Assert.Equal("features", first.Stage);
        Assert.True(first.Byte > 0);
        Assert.Equal(changed[0].Event, first.At);
    }

    [Fact]
    public void A_release_that_is_no_longer_what_it_was_names_the_first_decision_that_cites_it()
    {
        TinyFloor floor = Lived(out ServingPlan young);
        floor.Break(young);

        Reproduction found = Replay(floor, floor.Journal);

        StoredBatch activation = floor.Journal.Single(b => b.Batch.Facts.OfType<Activation>().Any(a => a.Serving == young.Serving));
        Decision first = floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>().First(d => d.Cause.Frame > activation.Frame);
        Assert.Equal(("model", first.PredictionId), (found.Differences[0].Stage, found.Differences[0].PredictionId));
        Assert.True(found.Identical > 0 && found.Different > 0);
    }

    [Fact]
    public void A_changed_record_of_a_prediction_names_the_model_stage_and_the_byte()
    {
        TinyFloor floor = Lived(out _);
        Change<Prediction>(floor, p => p.Outcome == CallOutcome.Answered, p => p with { Outputs = [MathF.BitIncrement(p.Outputs[0])] });

        Difference only = Assert.Single(Replay(floor, floor.Journal).Differences);

        Assert.Equal("model", only.Stage);
        Assert.True(only.Byte >= 0);
    }

    [Fact]
    public void A_changed_record_of_a_vector_is_found_even_where_its_decision_cites_the_changed_one()
    {
        TinyFloor floor = Lived(out _);
        int index = floor.Journal.FindIndex(b => b.Frame > 30 && b.Batch.Facts.OfType<Decision>().Any());
        StoredBatch batch = floor.Journal[index];
        FeatureVector vector = batch.Batch.Facts.OfType<FeatureVector>().First();
        FeatureVector changed = vector with { Values = [BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(vector.Values[0]) ^ 1), .. vector.Values.Skip(1)] };
        Fact[] facts = [.. batch.Batch.Facts.Select(f => f switch
        {
            FeatureVector v when v == vector => changed,
            Decision d when d.Vector == Digest.Of(FactCodec.Encode(vector)) => d with { Vector = Digest.Of(FactCodec.Encode(changed)) },
            _ => f,
        })];
        floor.Journal[index] = batch with { Batch = batch.Batch with { Facts = facts } };

        Reproduction found = Replay(floor, floor.Journal);

        Assert.Equal(("features", 1), (found.Differences.Single().Stage, found.Different));
    }

    [Fact]
    public void A_changed_record_of_a_decision_names_the_decision_stage()
    {
        TinyFloor floor = Lived(out _);
        Change<Decision>(floor, d => d.Rung == Rung.Primary, d => d with { Confidence = d.Confidence / 2 });

        Assert.Equal("decision", Assert.Single(Replay(floor, floor.Journal).Differences).Stage);
    }

    [Fact]
    public void A_frame_that_cannot_be_read_names_the_first_decision_that_rests_on_it()
    {
        TinyFloor floor = Lived(out _);
        StoredBatch lost = floor.Journal.First(b => b.Batch.Samples.Count == 2 && b.Frame > 30);
        List<StoredBatch> readable = [.. floor.Journal.Where(b => b.Frame != lost.Frame)];

        Reproduction found = Replay(floor, readable, new DamagedFrame("0000000001.log", 0, lost.Frame, "frame is damaged"));

        Assert.Equal("journal", found.Differences[0].Stage);
        Assert.Contains("frame is damaged.", found.Differences[0].Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_that_cannot_be_read_costs_only_what_rests_on_it()
    {
        TinyFloor floor = Calm();
        StoredBatch lost = floor.Journal.First(b => b.Batch.Samples.Count > 0 && b.Frame > 10);
        List<StoredBatch> readable = [.. floor.Journal.Where(b => b.Frame != lost.Frame)];

        Reproduction found = Replay(floor, readable, new DamagedFrame("0000000001.log", 0, lost.Frame, "frame is damaged"));

        // The vector that the lost frame completed, and the one that it was.
        Assert.Equal((29L, 2L), (found.Checked, found.Different));
        Assert.Equal("journal", found.Differences[0].Stage);
    }

    [Fact]
    public void The_last_record_whose_input_cannot_be_read_is_compared_too()
    {
        TinyFloor floor = Calm();
        StoredBatch lost = floor.Journal.Last(b => b.Batch.Samples.Count > 0);
        List<StoredBatch> readable = [.. floor.Journal.Where(b => b.Frame != lost.Frame)];

        Reproduction found = Replay(floor, readable, new DamagedFrame("0000000001.log", 0, lost.Frame, "frame is damaged"));

        Assert.Equal((29L, 1L), (found.Checked, found.Different));
        Assert.Equal("journal", found.Differences[0].Stage);
    }

    [Fact]
    public void Damage_long_before_a_selected_decision_is_not_laid_to_it()
    {
        TinyFloor floor = Calm();
        StoredBatch lost = floor.Journal.First(b => b.Batch.Origin == Origins.Engine);
        List<StoredBatch> readable = [.. floor.Journal.Where(b => b.Frame != lost.Frame)];
        string last = floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>().Last().PredictionId;

        Reproduction found = ReplayRun.Run(
            () => readable, [new DamagedFrame("0000000001.log", 0, lost.Frame, "frame is damaged")], floor, floor.Arms, new LiveCalls(), d => d.PredictionId == last);

        Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
    }

    [Fact]
    public void A_broken_plan_of_one_asset_is_no_difference_of_another()
    {
        var floor = new TinyFloor();
        ServingPlan first = floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        floor.ActivateBoth(first, floor.Release("2.0.0", TinyOnnx.Linear([2, 1], 0)));
        for (int second = 1; second <= 5; second++)
            floor.SampleBoth(second, second, 1);
        using (var engine = new DecisionEngine(floor, floor.Arms))
            floor.Live(engine);
        floor.Break(first);

        Reproduction found = Replay(floor, floor.Journal);

        Assert.Equal((8L, 4L), (found.Checked, found.Identical));
        Assert.All(found.Differences, d => Assert.Equal((TinyFloor.Asset, "model"), (d.Asset, d.Stage)));
    }

    [Fact]
    public void A_model_that_does_not_answer_in_time_today_is_a_difference_and_no_crash()
    {
        TinyFloor floor = Calm();

        Reproduction found = ReplayRun.Run(() => floor.Journal, [], floor, floor.Arms, new NoAnswerInTime(), _ => true);

        Assert.Equal((29L, 29L), (found.Checked, found.Different));
        Assert.Equal("model", found.Differences[0].Stage);
    }

    [Fact]
    public void A_record_that_cannot_be_read_names_the_decision_it_held()
    {
        TinyFloor floor = Lived(out _);
        StoredBatch lost = floor.Journal.First(b => b.Batch.Origin == Origins.Engine);
        List<StoredBatch> readable = [.. floor.Journal.Where(b => b.Frame != lost.Frame)];

        Difference only = Assert.Single(Replay(floor, readable, new DamagedFrame("0000000001.log", 0, lost.Frame, "frame is damaged")).Differences);

        Assert.Equal(("journal", lost.Batch.Facts.OfType<Decision>().Single().PredictionId), (only.Stage, only.PredictionId));
    }

    [Fact]
    public void Inputs_that_were_not_decided_before_the_power_went_are_not_differences()
    {
        TinyFloor floor = Lived(out _);
        StoredBatch last = floor.Journal.Last(b => b.Batch.Origin == Origins.Engine);

        Reproduction found = Replay(floor, [.. floor.Journal.Where(b => b.Frame != last.Frame)]);

        Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
    }

    [Fact]
    public void A_recorded_time_out_is_taken_as_given_and_counted()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        using (var engine = new DecisionEngine(floor, floor.Arms))
            floor.Live(engine, new EveryThirdTooSlow());

        Reproduction found = Replay(floor, floor.Journal);

        Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
        Assert.True(found.TakenAsGiven > 5);
    }

    static TinyFloor Lived(out ServingPlan young)
    {
        TinyFloor floor = DecisionEngineTests.Busy(out young);
        using var engine = new DecisionEngine(floor, floor.Arms);
        floor.Live(engine);
        return floor;
    }

    /// <summary>Thirty seconds on which nothing happens: 29 decisions of the primary.</summary>
    static TinyFloor Calm()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(floor.Journal[0], new LiveCalls());
        for (int second = 1; second <= 30; second++)
        {
            StoredBatch input = floor.Sample(second, second % 4, 1);
            if (engine.Take(input, new LiveCalls()) is { Count: > 0 } said)
                floor.Store(new FactBatch { Ingest = input.Batch.Ingest, Origin = Origins.Engine, Facts = said });
        }

        return floor;
    }

    /// <summary>As one thread replays, and as two do.</summary>
    static Reproduction Replay(TinyFloor floor, List<StoredBatch> journal, params DamagedFrame[] damage)
    {
        Reproduction found = ReplayRun.Run(() => journal, damage, floor, floor.Arms, new LiveCalls(), _ => true);
        var source = new ReplaySource
        {
            Entries = from => journal.Select(b => (b.Frame, Entry: new JournalEntry(b, null))).Concat(damage.Select(d => (d.Frame, Entry: new JournalEntry(null, d))))
                .Where(e => e.Frame >= from).OrderBy(e => e.Frame).Select(e => e.Entry),
            LastFrame = () => journal[^1].Frame,
            Archive = floor,
            Arms = floor.Arms,
            ReadsAhead = true,
        };
        Reproduction ahead = ReplayRun.Run(source, ReplayScope.All, new LiveCalls());
        Assert.Equal((found.Checked, found.Identical, found.TakenAsGiven, found.FromFrame), (ahead.Checked, ahead.Identical, ahead.TakenAsGiven, ahead.FromFrame));
        Assert.Equal(found.Differences, ahead.Differences);
        return found;
    }

    static void Change<T>(TinyFloor floor, Func<T, bool> which, Func<T, T> how)
        where T : Fact
    {
        int index = floor.Journal.FindIndex(b => b.Batch.Facts.OfType<T>().Any(which));
        StoredBatch batch = floor.Journal[index];
        bool done = false;
        floor.Journal[index] = batch with
        {
            Batch = batch.Batch with
            {
                Facts = [.. batch.Batch.Facts.Select(f =>
                {
                    if (done || f is not T fact || !which(fact))
                        return f;
                    done = true;
                    return how(fact);
                })],
            },
        };
    }

    sealed class NoAnswerInTime : IModelCalls
    {
        public ArmCall Call(ServingArm arm, FeatureVector vector) => new(CallOutcome.TooSlow, 99_000_000_000, [], "It was stopped without an answer.");
    }

    sealed class EveryThirdTooSlow : IModelCalls
    {
        int _calls;

        public ArmCall Call(ServingArm arm, FeatureVector vector)
        {
            ArmCall call = new LiveCalls().Call(arm, vector);
            return ++_calls % 3 == 0 ? call with { Outcome = CallOutcome.TooSlow, Latency = 99_000_000_000 } : call;
        }
    }

    [Fact]
    public void A_late_sample_is_corrected_beside_the_decision_and_the_decision_replays_to_the_same_bits()
    {
        var floor = new TinyFloor("corrections: {within: PT1H}\nstages: journal");
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        floor.Sample(1, 1, 1);
        floor.Sample(2, 2, 2);
        floor.Sample(3, null, 3);
        floor.Sample(4, 4, 4);
        StoredBatch late = floor.Sample(2.5, 25, null);
        floor.Sample(5, 5, 5);
        using var engine = new DecisionEngine(floor, floor.Arms);
        List<Decision> decisions = floor.Live(engine);
        StoredBatch output = floor.Journal.Single(b => DecisionEngine.CauseOf(b.Batch) == late.Frame);
        Assert.Equal([FactKind.Validated, FactKind.Correction], output.Batch.Facts.Select(f => f.Kind));
        var correction = (Correction)output.Batch.Facts[1];
        Assert.Equal([25f, 3f], correction.Values);
        Decision then = decisions.Single(d => d.At == correction.At);
        Assert.Equal((5.0, then.Cause), (then.Score, correction.Corrects));

        Reproduction all = ReplayRun.Run(() => floor.Journal, [], floor, floor.Arms, new LiveCalls(), _ => true);
        Assert.True(all.IsExact);
        Assert.Equal(decisions.Count, all.Checked);

        floor.Journal[floor.Journal.IndexOf(output)] = output with { Batch = output.Batch with { Facts = [output.Batch.Facts[0], correction with { Left = 1 }] } };
        Reproduction changed = ReplayRun.Run(() => floor.Journal, [], floor, floor.Arms, new LiveCalls(), _ => true);
        Difference difference = Assert.Single(changed.Differences);
        Assert.Equal("features", difference.Stage);
        // Laid to the first decision behind it.
        Assert.Equal(decisions.First(d => d.Cause.Frame > late.Frame).PredictionId, difference.PredictionId);
    }

    [Fact]
    public void What_a_backfill_wrote_is_no_input_of_a_replay()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        floor.Sample(1, 1, 1);
        floor.Sample(2, 2, 2);
        using var engine = new DecisionEngine(floor, floor.Arms);
        floor.Live(engine);
        var made = floor.Journal.SelectMany(b => b.Batch.Facts.OfType<FeatureVector>()).ToArray();
        floor.Store(new FactBatch { Ingest = SampleBuilder.IngestAt(9), Origin = Origins.Backfill, Facts = made });
        Assert.True(ReplayRun.Run(() => floor.Journal, [], floor, floor.Arms, new LiveCalls(), _ => true).IsExact);
    }
}
