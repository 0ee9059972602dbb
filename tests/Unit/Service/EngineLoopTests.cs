using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class EngineLoopTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_restart_decides_nothing_twice_and_leaves_nothing_undecided()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        var journal = new ListJournal();
        FactBatch[] inputs = [.. floor.Journal.Select(b => b.Batch)];
        await Append(journal, inputs[..20]);
        await RunAsync(floor, journal);
        await Append(journal, inputs[20..50]);
        await RunAsync(floor, journal);
        await Append(journal, inputs[50..]);
        await RunAsync(floor, journal);

        Decision[] decisions = [.. journal.Read().SelectMany(b => b.Batch.Facts).OfType<Decision>()];
        using var engine = new DecisionEngine(floor, floor.Arms);
        List<Decision> never = floor.Live(engine);
        // Positions differ, because what was said lies between the inputs; everything that was decided is the same.
        Assert.Equal(never.Select(d => (d.At, d.State, d.Score, d.Rung)), decisions.Select(d => (d.At, d.State, d.Score, d.Rung)));
        Assert.Equal(decisions.Length, decisions.Select(d => d.PredictionId).Distinct().Count());
    }

    [Fact]
    public async Task A_shadow_answers_for_the_record_only_and_after_the_decision()
    {
        var floor = new TinyFloor();
        ServingPlan primary = floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0));
        ServingPlan shadow = floor.Release("2.0.0", TinyOnnx.Linear([2, 2], 0));
        var journal = new ListJournal();
        await Append(journal, [floor.Activate(primary).Batch, floor.Activate(shadow, ArmRole.Shadow).Batch, floor.Sample(1, 1, 2).Batch, floor.Sample(2, 1, 2).Batch]);
        await RunAsync(floor, journal, until: () => journal.Read().Any(b => b.Batch.Origin == Origins.Shadow));

        StoredBatch[] said = [.. journal.Read().Where(b => b.Batch.Origin is Origins.Engine or Origins.Shadow)];
        Assert.Equal([Origins.Engine, Origins.Shadow], said.Select(b => b.Batch.Origin));
        Prediction beside = Assert.IsType<Prediction>(Assert.Single(said[1].Batch.Facts));
        Assert.Equal((ArmRole.Shadow, shadow.Serving, 6f), (beside.Role, beside.Serving, Assert.Single(beside.Outputs)));
        Assert.Equal(3d, said[0].Batch.Facts.OfType<Decision>().Single().Score);
    }

    [Fact]
    public async Task A_shadow_record_that_no_frame_holds_does_not_end_the_lane()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        floor.Activate(floor.Release("2.0.0", TinyOnnx.Linear([2, 2], 0)), ArmRole.Shadow);
        for (int second = 1; second <= 3; second++)
            floor.Sample(second, 1, 2);
        var journal = new FirstShadowTooLarge();
        await Append(journal.Inner, [.. floor.Journal.Select(b => b.Batch)]);
        using var engine = new DecisionEngine(floor, floor.Arms);
        using var loop = new EngineLoop(journal, engine, TimeProvider.System, NullLogger<EngineLoop>.Instance);
        using var stop = new CancellationTokenSource();
        Task running = loop.RunAsync(stop.Token);

        await journal.SecondShadow.WaitAsync(Patience, TestContext.Current.CancellationToken);

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    [Fact]
    public async Task Decisions_are_told_in_the_order_of_the_journal_and_before_the_loop_is_done_writing()
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        for (int second = 1; second <= 6; second++)
            floor.Sample(second, 1, 1);
        var journal = new BackwardJournal(floor.Journal);
        using var engine = new DecisionEngine(floor, floor.Arms);
        using var loop = new EngineLoop(journal, engine, TimeProvider.System, NullLogger<EngineLoop>.Instance);
        var told = new List<EventTime>();
        var writing = new List<bool>();
        loop.Decided += decision =>
        {
            told.Add(decision.At);
            writing.Add(loop.IsWriting);
        };

        await loop.RunAsync(TestContext.Current.CancellationToken);
        journal.CommitNewestFirst();
        using var limit = new CancellationTokenSource(Patience);
        while (loop.IsWriting)
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal([1d, 2, 3, 4, 5], told.Select(at => (at.UnixNanoseconds - SampleBuilder.Epoch.UnixNanoseconds) / 1e9));
        Assert.All(writing, Assert.True);
        Assert.Equal(5, loop.Counts.Decisions);
    }

    static async Task RunAsync(TinyFloor floor, ListJournal journal, Func<bool>? until = null)
    {
        using var engine = new DecisionEngine(floor, floor.Arms);
        using var loop = new EngineLoop(journal, engine, TimeProvider.System, NullLogger<EngineLoop>.Instance);
        using var stop = new CancellationTokenSource();
        using var limit = new CancellationTokenSource(Patience);
        long inputs = journal.Read().Last(b => b.Batch.Origin is not Origins.Engine and not Origins.Shadow).Frame;
        Task running = loop.RunAsync(stop.Token);
        while (loop.Taken < inputs || loop.IsWriting || (until is not null && !until()))
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    static async Task Append(ListJournal journal, FactBatch[] batches)
    {
        foreach (FactBatch batch in batches)
            await journal.AppendAsync(batch);
    }

    /// <summary>Holds what is appended and makes the newest durable first: the worst order in which continuations can run.</summary>
    sealed class BackwardJournal(IReadOnlyList<StoredBatch> inputs) : IJournal
    {
        readonly Stack<TaskCompletionSource<long>> _held = new();

        public long FirstFrame => 1;

        public long LastFrame => 0;

        public long FrameAt(IngestTime time) => throw new InvalidOperationException("Nobody looks back here.");

        public Task<long> AppendAsync(FactBatch batch)
        {
            var held = new TaskCompletionSource<long>();
            _held.Push(held);
            return held.Task;
        }

        public void CommitNewestFirst()
        {
            while (_held.TryPop(out TaskCompletionSource<long>? held))
                held.SetResult(0);
        }

        public IEnumerable<StoredBatch> Read(long fromFrame = 1) => [];

        public IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, CancellationToken stop) => inputs.ToAsyncEnumerable();
    }

    sealed class FirstShadowTooLarge : IJournal
    {
        readonly TaskCompletionSource _second = new(TaskCreationOptions.RunContinuationsAsynchronously);
        bool _refused;

        public ListJournal Inner { get; } = new();

        public Task SecondShadow => _second.Task;

        public long FirstFrame => Inner.FirstFrame;

        public long LastFrame => Inner.LastFrame;

        public long FrameAt(IngestTime time) => Inner.FrameAt(time);

        public Task<long> AppendAsync(FactBatch batch)
        {
            if (batch.Origin != Origins.Shadow)
                return Inner.AppendAsync(batch);
            if (!_refused)
            {
                _refused = true;
                throw new ArgumentException("The batch is more than a journal frame holds.");
            }

            _second.TrySetResult();
            return Inner.AppendAsync(batch);
        }

        public IEnumerable<StoredBatch> Read(long fromFrame = 1) => Inner.Read(fromFrame);

        public IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, CancellationToken stop) => Inner.FollowAsync(fromFrame, stop);
    }
}
