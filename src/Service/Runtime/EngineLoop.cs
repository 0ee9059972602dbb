using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Drives the engine along the journal: first over what is already decided, taking recorded calls as they were, so that its state is that of never
/// having stopped; then over what comes in, appending what it says.
/// </summary>
/// <param name="afterFrame">The newest frame that the engine holds already, from a state.</param>
/// <param name="states">Saves the engine's state now and then; null: nobody does.</param>
sealed partial class EngineLoop(
    IJournal journal, DecisionEngine engine, TimeProvider time, ILogger<EngineLoop> log, long afterFrame = 0, StateKeeper? states = null) : IDisposable
{
    /// <summary>Outputs on their way to the disk at once; more than this and the loop waits for the oldest.</summary>
    const int PendingMax = 1024;

    readonly Lock _gate = new();
    readonly SortedDictionary<Rung, long> _byRung = [];
    readonly Dictionary<string, DecisionState> _states = new(StringComparer.Ordinal);
    readonly LatencyRecord _latency = new();
    readonly SemaphoreSlim _room = new(PendingMax);
    readonly TaskCompletionSource _caughtUp = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ShadowLane? _shadows;
    Task _told = Task.CompletedTask;
    readonly long _began = afterFrame;
    long _taken = afterFrame;
    long _vectors;
    long _predictions;
    long _decisions;
    long _anomalies;

    /// <summary>Completes when everything that was in the journal at the start has been taken.</summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>The newest frame that the engine has taken.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>True while something the engine said is on its way to the disk.</summary>
    public bool IsWriting => _room.CurrentCount < PendingMax;

    /// <summary>Told each decision when it is durable.</summary>
    public event Action<Decision>? Decided;

    public EngineCounts Counts
    {
        get
        {
            lock (_gate)
            {
                return new EngineCounts(
                    _vectors, _predictions, _decisions, new SortedDictionary<Rung, long>(_byRung), _anomalies, _latency.Percentile(0.5), _latency.Percentile(0.99));
            }
        }
    }

    public async Task RunAsync(CancellationToken stop)
    {
        using var stopShadows = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _shadows = new ShadowLane(RecordShadow);
        Task shadowing = _shadows.RunAsync(stopShadows.Token);
        try
        {
            await FollowAsync(stop).ConfigureAwait(false);
        }
        finally
        {
            await stopShadows.CancelAsync().ConfigureAwait(false);
            await shadowing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _room.Dispose();

    async Task FollowAsync(CancellationToken stop)
    {
        long last = journal.LastFrame;
        long began = time.GetTimestamp();
        using var outputs = new RecordedOutputs(journal.Read(_began + 1).TakeWhile(b => b.Frame <= last), _began);
        var recorded = new RecordedCalls(again: null);
        var live = new LiveCalls();
        if (last <= _began)
            _caughtUp.TrySetResult();
        await foreach (StoredBatch input in journal.FollowAsync(_began + 1, stop).ConfigureAwait(false))
        {
            if (outputs.AtEnd)
            {
                await TakeLiveAsync(input, live, stop).ConfigureAwait(false);
            }
            else if (input.Batch.Origin != Origins.Engine)
            {
                recorded.Expect(outputs.Of(input.Frame)?.Batch.Facts ?? []);
                Take(input, recorded);
            }

            states?.Took(input, engine);
            Volatile.Write(ref _taken, input.Frame);
            if (input.Frame == last)
            {
                LogCaughtUp(last - _began, last, time.GetElapsedTime(began).TotalSeconds);
                _caughtUp.TrySetResult();
            }
        }
    }

    async Task TakeLiveAsync(StoredBatch input, LiveCalls live, CancellationToken stop)
    {
        IReadOnlyList<Fact> said = Take(input, live);
        if (said.Count == 0)
            return;
        await _room.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            Task<long> appended = journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Engine, Facts = said });
            _told = ReportAsync(_told, appended, input, said, ShadowQuestions(said));
        }
        catch (ArgumentException e)
        {
            // One input made the engine say more than a frame holds. The floor is told nothing of it, people are; the inputs behind it go on.
            _room.Release();
            LogTooMuch(input.Frame, e.Message);
            var finding = new Finding(FindingLayer.Runtime, FindingPriority.High, "engine", "output-too-large", $"What frame {input.Frame} made the engine say was not stored: {e.Message}");
            _ = journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = [finding] });
        }
    }

    /// <summary>Gathered on the engine's own thread, asked when the answer is durable.</summary>
    List<(ServingArm Arm, FeatureVector Vector)> ShadowQuestions(IReadOnlyList<Fact> said) =>
        [.. said.OfType<FeatureVector>().SelectMany(vector => engine.ShadowsOf(vector.Asset).Select(arm => (arm, vector)))];

    /// <summary>A plan that cannot be had leaves the asset as it was; the start already told people, and the log says it again.</summary>
    IReadOnlyList<Fact> Take(StoredBatch input, IModelCalls calls)
    {
        try
        {
            return engine.Take(input, calls);
        }
        catch (PlanBrokenException e)
        {
            LogPlanBroken(e.Part.ToString(), e.Message);
            return [];
        }
    }

    /// <param name="before">The report before this one: continuations run in any order, people are told in the journal's.</param>
    async Task ReportAsync(Task before, Task<long> appended, StoredBatch input, IReadOnlyList<Fact> said, List<(ServingArm Arm, FeatureVector Vector)> shadows)
    {
        try
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await appended.ConfigureAwait(false);
            Report(input, said, shadows);
        }
        catch (IOException)
        {
            // The journal has failed as a whole; its owner sees that and ends the session. Nothing was told to anybody.
        }
        finally
        {
            // Only now: who waits until nothing is being written reads the counts next.
            _room.Release();
        }
    }

    void Report(StoredBatch input, IReadOnlyList<Fact> said, List<(ServingArm Arm, FeatureVector Vector)> shadows)
    {
        double microseconds = (IngestTime.Now(time).UnixNanoseconds - input.Batch.Ingest.UnixNanoseconds) / 1000.0;
        foreach (Fact fact in said)
            Count(fact, microseconds);
        foreach (Decision decision in said.OfType<Decision>())
            Decided?.Invoke(decision);
        foreach ((ServingArm arm, FeatureVector vector) in shadows)
            _shadows?.Offer(arm, vector);
    }

    /// <summary>A shadow's record is nobody's acknowledgement: when the journal fails, its owner ends the session for all.</summary>
    void RecordShadow(Prediction prediction)
    {
        try
        {
            _ = journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Shadow, Facts = [prediction] });
        }
        catch (ArgumentException e)
        {
            // Thrown on, it would end the lane, and with it every shadow.
            LogShadowTooMuch(prediction.Asset, e.Message);
        }
    }

    void Count(Fact fact, double microseconds)
    {
        lock (_gate)
        {
            switch (fact)
            {
                case FeatureVector:
                    _vectors++;
                    break;
                case Prediction:
                    _predictions++;
                    break;
                case Decision decision:
                    _decisions++;
                    _latency.Add(microseconds);
                    _byRung[decision.Rung] = _byRung.GetValueOrDefault(decision.Rung) + 1;
                    if (decision.State == DecisionState.Anomaly && _states.GetValueOrDefault(decision.Asset) != DecisionState.Anomaly)
                        _anomalies++;
                    _states[decision.Asset] = decision.State;
                    break;
                default:
                    break;
            }
        }
    }
}
