using System.Buffers;
using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

/// <summary>Replays that begin behind a saved state, and those of which raw data is not kept any more.</summary>
public sealed class ReplayFromStateTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("edgeruntime-test-").FullName;
    readonly EngineStates _states;

    public ReplayFromStateTests() => _states = new EngineStates(_folder, new RealDisk(), "test");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_decision_replays_to_the_same_bits_from_the_newest_state_before_it_and_from_raw()
    {
        TinyFloor floor = Lived();
        long[] states = [.. _states.List().Select(s => s.AfterFrame).Order()];
        Decision[] decisions = [.. floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>()];
        Assert.True(states.Length > 4);
        foreach (Decision decision in decisions)
        {
            Reproduction found = Run(floor, ReplayScope.One(decision));
            Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
            Assert.Equal(1, found.Checked);
            Assert.Equal(states.LastOrDefault(s => s < decision.Cause.Frame) + 1, found.FromFrame);
            Reproduction raw = Run(floor, ReplayScope.One(decision).FromRaw());
            Assert.True(raw is { IsExact: true, FromFrame: 1 });
        }
    }

    [Fact]
    public void Everything_since_a_moment_is_checked_from_a_state_before_it()
    {
        TinyFloor floor = Lived();
        Decision[] decisions = [.. floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>()];
        EventTime moment = decisions[decisions.Length * 2 / 3].At;

        Reproduction found = Run(floor, ReplayScope.Since(moment));

        Assert.True(found.IsExact, string.Join(Environment.NewLine, found.Differences));
        Assert.Equal(decisions.Count(d => d.At >= moment), found.Checked);
        Assert.True(found.FromFrame > 20);
    }

    [Fact]
    public void A_changed_record_is_found_from_a_state_as_it_is_from_raw()
    {
        TinyFloor floor = Lived();
        int index = floor.Journal.FindLastIndex(b => b.Batch.Facts.OfType<Decision>().Any());
        StoredBatch batch = floor.Journal[index];
        floor.Journal[index] = batch with { Batch = batch.Batch with { Facts = [.. batch.Batch.Facts.Select(f => f is Decision d ? d with { Confidence = d.Confidence + 0.25 } : f)] } };
        Decision changed = floor.Journal[index].Batch.Facts.OfType<Decision>().First();

        Reproduction found = Run(floor, ReplayScope.One(changed));

        Assert.Equal("decision", Assert.Single(found.Differences).Stage);
        Assert.True(found.FromFrame > 1);
    }

    [Fact]
    public void A_state_that_was_changed_is_passed_over_and_told()
    {
        TinyFloor floor = Lived();
        Decision last = floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>().Last();
        StateHeader newest = _states.List().First(s => s.AfterFrame < last.Cause.Frame);
        string path = Path.Combine(_folder, newest.Digest.Hex);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^5] ^= 1;
        File.WriteAllBytes(path, bytes);

        Reproduction found = Run(floor, ReplayScope.One(last));

        Assert.True(found.IsExact);
        Assert.True(found.FromFrame <= newest.AfterFrame);
        Assert.Contains("is damaged", Assert.Single(found.StatesPassedOver), StringComparison.Ordinal);
    }

    [Fact]
    public void Decisions_that_rest_on_thinned_raw_are_not_reproducible_and_never_different_until_a_state_brings_the_engine_back()
    {
        TinyFloor floor = Lived();
        int index = floor.Journal.FindIndex(b => b.Batch.Samples.Count == 2 && b.Frame > 30);
        StoredBatch thinned = floor.Journal[index] with { SamplesTaken = 1 };
        floor.Journal[index] = thinned with { Batch = thinned.Batch with { Samples = [thinned.Batch.Samples[0]] } };
        long resumed = _states.List().Select(s => s.AfterFrame).Order().First(s => s >= thinned.Frame);
        Decision[] decisions = [.. floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>()];

        Reproduction found = Run(floor, ReplayScope.All);

        Assert.Empty(found.Differences);
        Assert.Equal(decisions.Count(d => d.Cause.Frame >= thinned.Frame && d.Cause.Frame <= resumed), found.NotReproducible);
        Assert.Equal((decisions.Length - found.NotReproducible, "raw thinned"), (found.Identical, found.NotReproducibleWhy));
        Assert.True(found.NotReproducible > 0 && found.Identical > found.NotReproducible);
    }

    [Fact]
    public void Where_the_front_of_the_journal_was_deleted_a_replay_begins_behind_the_first_state_there()
    {
        TinyFloor floor = Lived();
        long first = _states.List().Select(s => s.AfterFrame).Order().ElementAt(1) - 3;
        floor.Journal.RemoveAll(b => b.Frame < first);
        Decision[] decisions = [.. floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>()];

        Reproduction found = Run(floor, ReplayScope.All);

        Assert.Empty(found.Differences);
        Assert.Equal("raw deleted", found.NotReproducibleWhy);
        Assert.Equal(decisions.Length, found.Checked + found.NotReproducible);
        Assert.True(found.Identical > decisions.Length / 2);
    }

    [Fact]
    public void A_record_that_is_missing_does_not_keep_the_whole_rest_of_the_journal_in_memory_or_hide_what_follows()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        for (int second = 1; second <= 5; second++)
            floor.Sample(second, second, 1);
        for (int second = 0; second < 6000; second++)
            floor.Store(SampleBuilder.Tick(5));
        for (int second = 6; second <= 10; second++)
            floor.Sample(second, second, 1);
        TinyFloor lived = new();
        lived.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        using (var engine = new DecisionEngine(floor, floor.Arms))
        {
            foreach (StoredBatch input in floor.Journal)
            {
                StoredBatch stored = lived.Store(input.Batch);
                if (engine.Take(stored, new LiveCalls()) is { Count: > 0 } said)
                    lived.Store(new FactBatch { Ingest = input.Batch.Ingest, Origin = Origins.Engine, Facts = said });
            }
        }

        int lost = lived.Journal.FindIndex(b => b.Batch.Origin == Origins.Engine && b.Frame > 8 && b.Frame < 6000);
        lived.Journal[lost] = lived.Journal[lost] with { Batch = SampleBuilder.Tick(5) };

        Reproduction found = ReplayRun.Run(Source(lived) with { States = null }, ReplayScope.All, new LiveCalls(withDeadline: false));

        Assert.Contains("does not hold it", Assert.Single(found.Differences).Sentence, StringComparison.Ordinal);
        Assert.Equal((9L, 8L), (found.Checked, found.Identical));
    }

    [Fact]
    public void An_explanation_from_behind_a_state_is_that_from_the_first_frame()
    {
        TinyFloor floor = Lived(secondsApart: 60);
        Decision last = floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>().Last();

        Explanation? near = Explanation.Of(last.PredictionId, Source(floor));
        Explanation? far = Explanation.Of(last.PredictionId, Source(floor) with { States = null });

        Assert.NotNull(near);
        Assert.Equal(far!.Steps, near.Steps);
        Assert.Contains(near.Steps, s => s.Stage == "raw");
    }

    [Fact]
    public void What_was_measured_of_a_model_is_known_behind_a_state_too()
    {
        TinyFloor floor = Lived(measured: true);
        Decision last = floor.Journal.SelectMany(b => b.Batch.Facts).OfType<Decision>().Last(d => d.Rung == Rung.Primary);

        Reproduction found = Run(floor, ReplayScope.One(last));
        Explanation? near = Explanation.Of(last.PredictionId, Source(floor));

        Assert.True(found is { IsExact: true, FromFrame: > 20 });
        Assert.Equal((DeterminismClass.B, last.Model), (Assert.Single(found.Qualified).Qualification.Class, found.Qualified[0].Qualification.Model));
        Assert.Contains(near!.Steps, s => s.Text.Contains("determinism class B", StringComparison.Ordinal));
    }

    [Fact]
    public void An_audit_begins_behind_the_newest_state_before_its_sample()
    {
        TinyFloor floor = Lived();
        AuditRun[] audits = [.. Enumerable.Range(1, 20).Select(seed => AuditRun.Run(Source(floor), 1, (ulong)seed, TestContext.Current.CancellationToken))];

        Assert.All(audits, a => Assert.True(a.Found is { IsExact: true, Checked: 1 }));
        Assert.Contains(audits, a => a.Found.FromFrame > 20);
    }

    [Fact]
    public void A_whole_id_is_looked_for_from_the_end_and_a_beginning_must_be_the_only_one()
    {
        TinyFloor floor = Lived();
        while (floor.Journal.Count < 20_000)
            floor.Store(SampleBuilder.Tick(floor.Journal.Count));
        StoredBatch record = floor.Journal.First(b => b.Batch.Facts.OfType<Decision>().Any());
        Decision first = record.Batch.Facts.OfType<Decision>().First();
        Decision like = first with { PredictionId = first.PredictionId[..8] + new string('0', 24) };
        floor.Store(new FactBatch { Ingest = record.Batch.Ingest, Origin = Origins.Engine, Facts = [like] });
        long oldest = long.MaxValue;
        ReplaySource source = Source(floor) with
        {
            OfOrigin = (from, origin) =>
            {
                oldest = Math.Min(oldest, from);
                return floor.Journal.Where(b => b.Frame >= from && b.Batch.Origin == origin).Select(b => new JournalEntry(b, null));
            },
        };

        Assert.Equal(floor.Journal.Count, source.Find(like.PredictionId)!.Record.Frame);
        Assert.True(oldest > 10_000, "It was at the end.");
        Assert.Equal(record.Frame, source.Find(first.PredictionId)!.Record.Frame);
        Assert.Equal(record.Frame, source.Find(first.PredictionId[..9])!.Record.Frame);
        Assert.Equal(2, Assert.Throws<AmbiguousIdException>(() => source.Find(first.PredictionId[..8])).Candidates.Count);
        Assert.Null(source.Find(first.PredictionId[..5]));
    }

    Reproduction Run(TinyFloor floor, ReplayScope scope) => ReplayRun.Run(Source(floor), scope, new LiveCalls(withDeadline: false));

    ReplaySource Source(TinyFloor floor) => new()
    {
        Entries = from => floor.Journal.Where(b => b.Frame >= from).Select(b => new JournalEntry(b, null)),
        LastFrame = () => floor.Journal[^1].Frame,
        Archive = floor,
        Arms = floor.Arms,
        States = _states,
    };

    /// <summary>A floor whose engine spoke one frame behind each input, and saved its state now and then.</summary>
    /// <param name="measured">Every model is measured behind its activation: class B.</param>
    TinyFloor Lived(double secondsApart = 1, bool measured = false)
    {
        TinyFloor wanted = DecisionEngineTests.Busy(out _);
        FactBatch[] inputs = [.. wanted.Journal.Select(b => b.Batch)];
        TinyFloor floor = wanted;
        floor.Journal.Clear();
        using var engine = new DecisionEngine(floor, floor.Arms);
        for (int i = 0; i < inputs.Length; i++)
        {
            StoredBatch input = floor.Store(measured ? Measured(inputs[i], floor) : Later(inputs[i], secondsApart));
            if (engine.Take(input, new LiveCalls()) is { Count: > 0 } said)
                floor.Store(new FactBatch { Ingest = input.Batch.Ingest, Origin = Origins.Engine, Facts = said });
            if (i % 9 != 8)
                continue;
            var bytes = new ArrayBufferWriter<byte>();
            engine.Save(bytes);
            EngineState fact = _states.Write(input.Frame, engine.NewestMoment, bytes.WrittenSpan, []);
            floor.Store(new FactBatch { Ingest = input.Batch.Ingest, Origin = Origins.Service, Facts = [fact] });
        }

        return floor;
    }

    static FactBatch Measured(FactBatch batch, TinyFloor floor) => batch with
    {
        Facts = [.. batch.Facts, .. batch.Facts.OfType<Activation>().Where(a => !a.Serving.IsNone).Select(a => new Qualification
        {
            Asset = a.Asset,
            Role = a.Role,
            Serving = a.Serving,
            Model = Digest.Of(floor.Release(a.Serving).Files["model.onnx"].Span),
            Class = DeterminismClass.B,
            LargestDifference = 1e-7,
            Tolerance = 4e-7,
            Vectors = 256,
            Runs = 12,
            Build = "test",
            Environment = new BoxEnvironment("1.31.1", "cpu", "avx2", 1, "extended", "invariant", "linux", "x64", "10.0.1"),
            Sentence = "Measured.",
        })],
    };

    static FactBatch Later(FactBatch batch, double factor)
    {
        long origin = SampleBuilder.IngestAt(0).UnixNanoseconds;
        var ingest = new IngestTime(origin + (long)((batch.Ingest.UnixNanoseconds - origin) * factor));
        return batch with
        {
            Ingest = ingest,
            Samples = [.. batch.Samples.Select(s => s with { Ingest = ingest, Event = new EventTime(origin + (long)((s.Event.UnixNanoseconds - origin) * factor)) })],
        };
    }
}
