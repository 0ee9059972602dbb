using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Registry;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary>Restarts that begin behind a saved state.</summary>
public sealed class EngineRestartTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly string _folder = Directory.CreateTempSubdirectory("edgeruntime-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Restarts_from_a_state_decide_the_same_as_never_having_stopped()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        FactBatch[] inputs = [.. floor.Journal.Select(b => b.Batch)];
        var journal = new ListJournal();
        var began = new List<long>();
        foreach (Range part in new[] { ..7, 7..20, 20..21, 21..50, 50.. })
        {
            foreach (FactBatch batch in inputs[part])
                await journal.AppendAsync(batch);
            began.Add(await RunAsync(floor, journal, States("test")));
        }

        Decision[] decisions = [.. journal.Read().SelectMany(b => b.Batch.Facts).OfType<Decision>()];
        using var engine = new DecisionEngine(floor, floor.Arms);
        List<Decision> never = floor.Live(engine);
        Assert.Equal(never.Select(d => (d.At, d.State, d.Score, d.Rung, d.Age)), decisions.Select(d => (d.At, d.State, d.Score, d.Rung, d.Age)));
        Assert.Equal(0, began[0]);
        Assert.All(began.Zip(began.Skip(1)), pair => Assert.True(pair.Second > pair.First));
    }

    [Fact]
    public async Task A_crash_behind_a_state_takes_what_is_recorded_behind_it_and_decides_nothing_twice()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        FactBatch[] inputs = [.. floor.Journal.Select(b => b.Batch)];
        var journal = new ListJournal();
        foreach (FactBatch batch in inputs[..20])
            await journal.AppendAsync(batch);
        await RunAsync(floor, journal, States("test"));
        long saved = journal.LastFrame;
        foreach (FactBatch batch in inputs[20..40])
            await journal.AppendAsync(batch);
        // No state at its end.
        await RunAsync(floor, journal, States("test"), save: false);
        foreach (FactBatch batch in inputs[40..])
            await journal.AppendAsync(batch);
        Assert.InRange(await RunAsync(floor, journal, States("test")), 1, saved);

        Decision[] decisions = [.. journal.Read().SelectMany(b => b.Batch.Facts).OfType<Decision>()];
        using var engine = new DecisionEngine(floor, floor.Arms);
        List<Decision> never = floor.Live(engine);
        Assert.Equal(never.Select(d => (d.At, d.State, d.Score, d.Rung, d.Age)), decisions.Select(d => (d.At, d.State, d.Score, d.Rung, d.Age)));
    }

    [Fact]
    public async Task What_cannot_be_used_is_passed_over_for_an_older_state_or_the_first_frame()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out ServingPlan young);
        FactBatch[] inputs = [.. floor.Journal.Select(b => b.Batch)];
        var journal = new ListJournal();
        foreach (Range part in new[] { ..15, 15..40 })
        {
            foreach (FactBatch batch in inputs[part])
                await journal.AppendAsync(batch);
            await RunAsync(floor, journal, States("test"));
        }

        StateHeader[] states = [.. States("test").List()];
        Assert.True(states.Length >= 2);

        // Of another build: none may be used, and that is no damage.
        SessionBeginning foreign = Begin(floor, journal, States("other"));
        Assert.Equal((0L, false), (foreign.AfterFrame, foreign.Troubles.Any(t => t.IsDamage)));
        Assert.Equal(states.Length, foreign.Troubles.Count);

        // A plan of the newer ones is gone.
        floor.Break(young);
        long activated = journal.Read().First(b => b.Batch.Facts.OfType<Activation>().Any(a => a.Serving == young.Serving)).Frame;
        StateHeader older = states.First(s => s.AfterFrame < activated);
        Assert.Equal(older.AfterFrame, Begin(floor, journal, States("test")).AfterFrame);

        // The older one is damaged in one byte after the other.
        string path = Path.Combine(_folder, older.Digest.Hex);
        byte[] whole = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        for (int i = 0; i < whole.Length; i += 13)
        {
            byte[] bytes = [.. whole];
            bytes[i] ^= 4;
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            SessionBeginning damaged = Begin(floor, journal, States("test"));
            Assert.True(damaged.AfterFrame < older.AfterFrame);
            Assert.Contains(damaged.Troubles, t => t.State == older.Digest && (t.IsDamage || t.Sentence.Contains("was written by", StringComparison.Ordinal) || t.Sentence.Contains("named by no fact", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_file_that_no_fact_names_is_not_used()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        var journal = new ListJournal();
        foreach (FactBatch batch in floor.Journal.Select(b => b.Batch))
            await journal.AppendAsync(batch);
        using var engine = new DecisionEngine(floor, floor.Arms);
        engine.Take(floor.Journal[0], new EdgeRuntime.Gateway.LiveCalls());
        var survey = new System.Buffers.ArrayBufferWriter<byte>();
        var first = new JournalSurvey();
        first.Take(floor.Journal[0]);
        first.Save(survey);
        States("test").Write(1, null, EngineStateTests.StateOf(engine), survey.WrittenSpan);

        SessionBeginning beginning = Begin(floor, journal, States("test"));

        Assert.Equal(0, beginning.AfterFrame);
        Assert.Contains("named by no fact", Assert.Single(beginning.Troubles).Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_state_is_taken_every_ten_minutes_of_the_journals_own_time()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        for (int minute = 0; minute <= 35; minute++)
            floor.Sample(minute * 60, 1, 2);
        var journal = new ListJournal();
        using var engine = new DecisionEngine(floor, floor.Arms);
        StateKeeper keeper = Keeper(States("test"), new JournalSurvey(), journal);
        foreach (StoredBatch input in floor.Journal)
        {
            engine.Take(input, new EdgeRuntime.Gateway.LiveCalls());
            keeper.Took(input, engine);
            await keeper.Written;
        }

        // The first frame begins the count; frame n holds minute n - 2.
        Assert.Equal([12L, 22, 32], journal.Read().SelectMany(b => b.Batch.Facts).OfType<EngineState>().Select(s => s.AfterFrame));
    }

    [Fact]
    public async Task Messages_that_are_stored_are_known_after_a_restart_from_a_state()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        var journal = new ListJournal();
        FactBatch[] keyed = [.. floor.Journal.Select((b, i) => b.Batch.Samples.Count == 0 ? b.Batch : b.Batch with { Key = RedeliveryKeyOf(i) })];
        foreach (FactBatch batch in keyed[..30])
            await journal.AppendAsync(batch);
        await RunAsync(floor, journal, States("test"));
        foreach (FactBatch batch in keyed[30..])
            await journal.AppendAsync(batch);

        SessionBeginning beginning = Begin(floor, journal, States("test"));

        RedeliveryWindow window = beginning.Survey.Window();
        Assert.True(beginning.AfterFrame > 0);
        Assert.All(keyed.Where(b => b.Key.Length > 0), batch => Assert.True(window.IsRedelivery(batch, marked: true)));
        Assert.Equal(JournalSurvey.Of(journal).Window().Count, window.Count);
    }

    [Fact]
    public void Old_states_go_except_the_newest_three_and_one_before_each_segment()
    {
        EngineStates states = States("test");
        for (int i = 1; i <= 10; i++)
            states.Write(i * 100, null, [1, 2, (byte)i], [9, (byte)i]);
        File.WriteAllText(Path.Combine(_folder, "half.new"), "half");

        states.Prune([1, 250, 701]);

        Assert.Equal([1000L, 900, 800, 700, 200], states.List().Select(s => s.AfterFrame));
        Assert.Equal(3, Directory.EnumerateFiles(_folder, "*.survey").Count());
        Assert.Equal(8, Directory.EnumerateFiles(_folder).Count());
    }

    static byte[] RedeliveryKeyOf(int i) => [.. Digest.Of([(byte)i]).ToBytes().Take(RedeliveryKey.ContentBytes)];

    EngineStates States(string build) => new(_folder, new RealDisk(), build);

    static StateKeeper Keeper(EngineStates states, JournalSurvey survey, IJournal journal) =>
        new(states, survey, journal, () => [], new StillClock(), NullLogger<StateKeeper>.Instance);

    static SessionBeginning Begin(TinyFloor floor, ListJournal journal, EngineStates states)
    {
        SessionBeginning beginning = SessionBeginning.Of(journal, states, floor, floor.Arms);
        beginning.Engine.Dispose();
        return beginning;
    }

    /// <returns>The frame behind which it began.</returns>
    static async Task<long> RunAsync(TinyFloor floor, ListJournal journal, EngineStates states, bool save = true)
    {
        SessionBeginning beginning = SessionBeginning.Of(journal, states, floor, floor.Arms);
        using DecisionEngine engine = beginning.Engine;
        StateKeeper keeper = Keeper(states, beginning.SurveyOfEngine, journal);
        using var loop = new EngineLoop(journal, engine, TimeProvider.System, NullLogger<EngineLoop>.Instance, beginning.AfterFrame, save ? keeper : null);
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(Patience);
        long inputs = journal.Read().Last(b => b.Batch.Origin is not Origins.Engine and not Origins.Shadow).Frame;
        Task running = loop.RunAsync(stop.Token);
        while (loop.Taken < inputs || loop.IsWriting)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (save)
            await keeper.SaveLastAsync(loop.Taken, engine);
        return beginning.AfterFrame;
    }
}
