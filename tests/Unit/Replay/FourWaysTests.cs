using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using EdgeRuntime.Tests.Unit.Decisions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

/// <summary>
/// Live with restarts, backfill, replay from a copy, and a journal that is sealed at random moments: one truth. FOUR_WAYS sets how many lives, FOUR_WAYS_SEED
/// from which seed on; a failing life says its seed.
/// </summary>
public sealed class FourWaysTests
{
    const string Folder = "/journal";
    const int InputsPerLife = 150;

    const string Features = """
        features:
          - {name: a, op: mean, of: a, window: PT4S}
          - {name: b, op: ewma, of: b, timeConstant: PT3S}
        """;

    const string Time = """
        lateness: PT0.5S
        clock: {jump: PT1M, hold: PT5S}
        corrections: {within: PT6S}
        """;

    [Fact]
    public void Live_with_restarts_backfill_replay_from_a_copy_and_sealing_give_the_same_bytes()
    {
        int lives = Figures.Count("FOUR_WAYS", 25);
        int first = Figures.Count("FOUR_WAYS_SEED", 1);
        long decisions = 0, vectors = 0, corrections = 0, restarts = 0, sealings = 0;
        for (int seed = first; seed < first + lives; seed++)
        {
            var life = new Life(seed);
            life.Live();
            string where = $"FOUR_WAYS_SEED={seed}";
            string[] said = [.. life.Said];
            Assert.True(said.SequenceEqual(life.SaidByAnEngineThatNeverStopped()), $"{where}: an engine that never stopped, over a journal that was never sealed, says otherwise");
            Assert.True(life.Vectors().SequenceEqual(life.Backfilled()), $"{where}: backfill gives other vectors");
            Reproduction again = life.ReplayedFromACopy();
            Assert.True(again.IsExact, $"{where}: replay from a copy: {string.Join(' ', again.Differences)}");
            decisions += again.Checked;
            vectors += life.Vectors().Length;
            corrections += life.Corrections;
            restarts += life.Restarts;
            sealings += life.Sealings;
        }

        Assert.True(corrections > 0 && restarts > lives && sealings > lives, "the lives were too quiet");
        Figures.Say($"{lives} lives from seed {first}: {vectors} vectors, {decisions} decisions and {corrections} corrections the same to the last bit four ways; {restarts} restarts, {sealings} sealings");
    }

    /// <summary>One floor on one disk; everything follows from the seed.</summary>
    sealed class Life(int seed)
    {
        readonly Random _random = new(seed);
        readonly TinyFloor _floor = new(Time, Features);
        readonly SimDisk _disk = new(new Random(seed));
        readonly StillClock _clock = new();
        readonly List<FactBatch> _inputs = [];
        JournalStore _store = null!;
        DecisionEngine _engine = null!;
        (long AfterFrame, byte[] State)? _saved;

        public List<string> Said { get; } = [];

        public int Restarts { get; private set; }

        public int Sealings { get; private set; }

        public long Corrections { get; private set; }

        public void Live()
        {
            Plan();
            Open();
            foreach (FactBatch input in _inputs)
            {
                TakeLive(Store(_store, input));
                if (_random.Next(5) == 0 && _store.SealNext())
                    Sealings++;
                if (_random.Next(9) == 0)
                    _saved = (_store.LastFrame, EngineStateTests.StateOf(_engine));
                if (_random.Next(25) == 0)
                    Restart();
            }

            _engine.Dispose();
            _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        public IEnumerable<string> SaidByAnEngineThatNeverStopped()
        {
            using var engine = new DecisionEngine(_floor, _floor.Arms);
            JournalStore plain = JournalStore.Open(
                Folder, new JournalOptions { Seal = false }, new SimDisk(new Random(1)), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true);
            foreach (FactBatch input in _inputs)
            {
                IReadOnlyList<Fact> said = engine.Take(Store(plain, input), new Untimed());
                if (said.Count == 0)
                    continue;
                Store(plain, OutputOf(input, said));
                foreach (Fact fact in said)
                    yield return Bytes(fact);
            }
        }

        public string[] Vectors() => [.. Stored().SelectMany(b => b.Batch.Facts).Where(IsOfThePipeline).Select(Bytes)];

        public string[] Backfilled() =>
        [
            .. Backfill.Run(() => Stored().Where(b => b.Batch.Origin != Origins.Engine), _floor.Pipeline(default), _floor.Site(default).Assets[0], new EventTime(long.MinValue))
                .SelectMany(facts => facts).Where(IsOfThePipeline).Select(Bytes),
        ];

        public Reproduction ReplayedFromACopy()
        {
            TraceDisk copy = TraceDisk.From(_disk.List(Folder).Select(name => Path.Combine(Folder, name)).ToDictionary(path => path, _disk.BytesOf, StringComparer.Ordinal));
            JournalReader reader = JournalReader.Open(Folder, copy);
            var source = new ReplaySource { Entries = from => reader.ReadTolerant(from), LastFrame = () => reader.LastFrame, Archive = _floor, Arms = _floor.Arms };
            return ReplayRun.Run(source, ReplayScope.All, new LiveCalls(withDeadline: false));
        }

        static bool IsOfThePipeline(Fact fact) => fact is FeatureVector { Asset: TinyFloor.Asset } or Correction { Asset: TinyFloor.Asset };

        IEnumerable<StoredBatch> Stored() => JournalReader.Open(Folder, _disk).Read();

        void TakeLive(StoredBatch input)
        {
            IReadOnlyList<Fact> said = _engine.Take(input, new Untimed());
            if (said.Count == 0)
                return;
            Store(_store, OutputOf(input.Batch, said));
            Said.AddRange(said.Select(Bytes));
            Corrections += said.Count(f => f is Correction);
        }

        void Open() => (_store, _engine) = (
            JournalStore.Open(
                Folder, new JournalOptions { SegmentBytes = 8192, SealAfterSegments = 0 }, _disk, _clock, NullLogger<JournalStore>.Instance, stepped: true, new FixedSigner()),
            new DecisionEngine(_floor, _floor.Arms));

        /// <summary>A clean stop, a kill or a power cut; then the engine goes on behind its newest state, or from the first frame.</summary>
        void Restart()
        {
            Restarts++;
            _engine.Dispose();
            if (_random.Next(3) == 0)
                _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            else
                _disk.Restart(powerCut: _random.Next(2) == 0);
            Open();
            long after = 0;
            if (_saved is var (frame, state) && _random.Next(4) > 0)
            {
                _engine.Dispose();
                (_engine, after) = (DecisionEngine.Restore(state, _floor, _floor.Arms), frame);
            }

            using var outputs = new RecordedOutputs(_store.Read(after + 1), after);
            var recorded = new RecordedCalls(again: null);
            foreach (StoredBatch input in _store.Read(after + 1))
            {
                if (input.Batch.Origin == Origins.Engine)
                    continue;
                IReadOnlyList<Fact> then = outputs.Of(input.Frame)?.Batch.Facts ?? [];
                recorded.Expect(then);
                Assert.True(then.Select(Bytes).SequenceEqual(_engine.Take(input, recorded).Select(Bytes)), $"FOUR_WAYS_SEED={seed}: after a restart frame {input.Frame} says otherwise");
            }
        }

        /// <summary>Samples that are late, twice, out of order, bad; a clock that jumps; ticks; releases that change.</summary>
        void Plan()
        {
            ServingPlan old = _floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
            ServingPlan young = _floor.Release("2.0.0", TinyOnnx.Linear([2, 1], 1), m => m with { Postprocessing = m.Postprocessing with { MinDuration = TimeSpan.FromSeconds(2) } });
            _floor.ActivateBoth(old, young);
            double now = 0, ahead = 0;
            for (int i = 0; i < InputsPerLife; i++)
            {
                now += _random.NextDouble();
                if (_random.Next(40) == 0)
                    ahead = ahead == 0 ? (_random.NextDouble() - 0.5) * 10_000 : 0;
                double at = Math.Round(now * 4) / 4;
                switch (_random.Next(14))
                {
                    case 0:
                        _floor.Activate(_random.Next(2) == 0 ? old : young);
                        break;
                    case 1:
                        _floor.Store(SampleBuilder.Tick(now));
                        break;
                    case 2:
                        Sample(now, at, double.NaN);
                        break;
                    case 3:
                        Sample(now, at - (_random.NextDouble() * 5), 7);
                        break;
                    case 4:
                        Sample(now, -1_700_000_000, 3);
                        break;
                    case 5 when _floor.Journal[^1].Batch.Samples.Count > 0:
                        _floor.Store(_floor.Journal[^1].Batch);
                        break;
                    default:
                        Sample(now, at + ahead, (_random.NextDouble() * 24) - 6);
                        break;
                }
            }

            _inputs.AddRange(_floor.Journal.Select(b => b.Batch));
        }

        void Sample(double now, double at, double a) => _floor.Store(SampleBuilder.Batch(
            "plant",
            now,
            SampleBuilder.Sample("M-1.a", at, a),
            SampleBuilder.Sample("M-1.b", at, _random.NextDouble()),
            SampleBuilder.Sample("M-2.a", at, a + 1),
            SampleBuilder.Sample("M-2.b", at + 0.25, _random.NextDouble())));

        static FactBatch OutputOf(FactBatch input, IReadOnlyList<Fact> said) => new() { Ingest = input.Ingest, Origin = Origins.Engine, Facts = said };

        static StoredBatch Store(JournalStore store, FactBatch batch)
        {
            Task<long> appended = store.AppendAsync(batch);
            store.CommitWaiting();
            return new StoredBatch(appended.GetAwaiter().GetResult(), batch);
        }

        static string Bytes(Fact fact) => Convert.ToHexString(FactCodec.Encode(fact));
    }

    /// <summary>Asks the models now; how long that took is measured and must not differ between two engines.</summary>
    sealed class Untimed : IModelCalls
    {
        public ArmCall Call(ServingArm arm, FeatureVector vector) => new LiveCalls(withDeadline: false).Call(arm, vector) with { Latency = 0 };
    }
}
