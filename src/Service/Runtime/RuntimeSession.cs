using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Decisions.States;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Inference.Accelerators;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Everything that runs between one opening of the journal and its closing: intake, clock, engine, outputs, broker. It ends by itself only when the
/// journal fails (<see cref="Failed"/>); then nothing more is acknowledged, and its owner opens a new session.
/// </summary>
sealed partial class RuntimeSession : IAsyncDisposable
{
    /// <summary>How long a clean stop waits for the engine to take what is already stored.</summary>
    static readonly TimeSpan DrainMax = TimeSpan.FromSeconds(10);

    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly CancellationTokenSource _stopInputs = new();
    readonly CancellationTokenSource _stopEngine = new();
    readonly List<Task> _inputs = [];
    readonly List<Task> _followers = [];
    readonly DecisionEngine _engine;
    readonly StateKeeper _states;
    readonly TaskCompletionSource<string> _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource<RestorePlan> _restoreDue = new(TaskCreationOptions.RunContinuationsAsynchronously);
    SpaceWatch? _space;
    IntakeGate? _gate;
    EmbeddedBroker? _broker;
    SelfAudit? _audit;
    bool _stopped;
    bool _disposed;

    RuntimeSession(JournalStore journal, DecisionEngine engine, IntakePump pump, EngineLoop loop, StateKeeper states, TimeProvider time, ILogger log)
    {
        Journal = journal;
        _engine = engine;
        Pump = pump;
        Loop = loop;
        _states = states;
        _time = time;
        _log = log;
    }

    public JournalStore Journal { get; }
    public IntakePump Pump { get; }
    public EngineLoop Loop { get; }
    public IReadOnlyList<ITelemetrySource> Sources => _rack.Sources;

    /// <summary>Where the box stands with its room, and the sentence for people.</summary>
    public (SpaceLevel Level, string Sentence) Space => _space is { } space ? (space.Level, space.Sentence) : (SpaceLevel.Normal, "");

    /// <summary>Where the box's own broker listens; null when it has none.</summary>
    public System.Net.IPEndPoint? BrokerEndpoint => _broker?.Endpoint;

    /// <summary>What people must know about this start: unsigned or refused releases, what a restore has set aside.</summary>
    public IReadOnlyList<string> Sentences { get; private set; } = [];

    /// <summary>The activations in force.</summary>
    public IReadOnlyList<Activation> Active { get; private set; } = [];

    /// <summary>What was measured of the models, those in force last.</summary>
    public IReadOnlyList<Qualification> Qualified { get; private set; } = [];

    /// <summary>What is missing, and why.</summary>
    public required GapLoop Gaps { get; init; }

    /// <summary>The newest frame whose input the engine had at the start, from a saved state; 0: none.</summary>
    public long BeganBehind { get; private init; }

    /// <summary>Completes with a sentence when the session cannot go on.</summary>
    public Task<string> Failed => _failed.Task;

    /// <summary>Completes when the box is to go on from a backup: end this session and open a new one.</summary>
    public Task<RestorePlan> RestoreDue => _restoreDue.Task;

    /// <exception cref="IOException">A folder cannot be written, the journal is in use, a port is taken.</exception>
    /// <exception cref="JournalCorruptException">Stored bytes are not what was written.</exception>
    public static async Task<RuntimeSession> StartAsync(BoxSettings box, SiteDocuments site, TimeProvider time, ILoggerFactory loggers)
    {
        JournalStore journal = BoxOpening.Open(box, time, loggers);
        try
        {
            return await StartAsync(box, site, journal, time, loggers).ConfigureAwait(false);
        }
        catch
        {
            await journal.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    static async Task<RuntimeSession> StartAsync(BoxSettings box, SiteDocuments site, JournalStore journal, TimeProvider time, ILoggerFactory loggers)
    {
        var archive = new PlanArchive(box.Data);
        var arms = new ArmLoader(preferred => AcceleratorLadder.Choose(preferred, box.NativeLibrary).Provider, time);
        SessionBeginning beginning = SessionBeginning.Of(journal, new EngineStates(box.StatesFolder, new RealDisk(), BuildStamp.Text), archive, arms);
        try
        {
            return await StartAsync(box, site, journal, beginning, archive, arms, time, loggers).ConfigureAwait(false);
        }
        catch
        {
            beginning.Engine.Dispose();
            throw;
        }
    }

    static async Task<RuntimeSession> StartAsync(
        BoxSettings box, SiteDocuments site, JournalStore journal, SessionBeginning beginning, PlanArchive archive, ArmLoader arms, TimeProvider time, ILoggerFactory loggers)
    {
        JournalSurvey survey = beginning.Survey;
        PlanChange change = new PlanActivation(box, site, archive, arms, BuildStamp.Text, now: Moment(time)).Plan(survey);
        var said = new List<Fact> { new Audit("service", "start", "edgeruntime", "", BuildStamp.Text, journal.Opened.Sentence) };
        said.AddRange(new SiteChange("service", "start").DocumentsThatDiffer(site, survey, archive));
        if (journal.Opened.CutBytes > 0)
            said.Add(new Finding(FindingLayer.Runtime, FindingPriority.Low, "journal", "torn-tail", journal.Opened.Sentence));
        said.AddRange(beginning.Troubles.Where(t => t.IsDamage)
            .Select(t => new Finding(FindingLayer.Runtime, FindingPriority.Low, "engine", "state-unusable", t.Sentence)));
        said.AddRange(change.Facts);

        EmbeddedBroker? broker = null;
        if (box.BrokerEnabled)
        {
            var address = System.Net.IPAddress.Parse(box.BrokerAddress);
            broker = await EmbeddedBroker.StartAsync(new EmbeddedBrokerOptions { Address = address, Port = box.BrokerPort }, loggers).ConfigureAwait(false);
        }

        RuntimeSession? session = null;
        try
        {
            var keeper = new StateKeeper(beginning.States, beginning.SurveyOfEngine, journal, journal.SegmentStarts, time, loggers.CreateLogger<StateKeeper>());
            session = new RuntimeSession(
                journal,
                beginning.Engine,
                new IntakePump(journal, survey.Window(), time),
                new EngineLoop(journal, beginning.Engine, time, loggers.CreateLogger<EngineLoop>(), beginning.AfterFrame, keeper),
                keeper,
                time,
                loggers.CreateLogger<RuntimeSession>())
            {
                _broker = broker,
                _audit = new SelfAudit(journal, archive, arms, beginning.States, box.AuditAt, box.AuditSample, survey.Audited, time, loggers.CreateLogger<SelfAudit>()),
                _surroundings = new Surroundings(box, archive, arms, survey, loggers),
                Site = site,
                Gaps = new GapLoop(journal, archive.Tags, time, GapStates.Of(box.StatesFolder), loggers.CreateLogger<GapLoop>()),
                BeganBehind = beginning.AfterFrame,
                Sentences = [.. BoxOpening.Restores(box.Data, new RealDisk()), .. change.Sentences],
                // In the order of the journal, so that who takes them one by one ends with those of now.
                Active = [.. site.Site.Assets.SelectMany(a => survey.ActiveOf(a.Id)), .. change.Facts.OfType<Activation>()],
            };
            session.LogBeginning(beginning);
            await session.BeginAsync(said).ConfigureAwait(false);
            return session;
        }
        catch
        {
            // A broker that kept its port would refuse every further try to start.
            if (session is not null)
                await session.DisposeAsync().ConfigureAwait(false);
            else if (broker is not null)
                await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    async Task BeginAsync(List<Fact> said)
    {
        _gate = new IntakeGate(Pump, () => Journal.Space, _time);
        BoxSettings box = _surroundings.Box;
        _space = new SpaceWatch(Journal, new RealDisk(), box.Data, box.Retention, _gate, _time, _surroundings.Loggers.CreateLogger<SpaceWatch>());
        said.AddRange(_space.Look());
        // On a thread of its own from the start: what is already decided may take a while, and the screens need not wait for it.
        _followers.Add(Watch("the engine", Task.Run(() => Loop.RunAsync(_stopEngine.Token))));
        await Journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_time), Origin = Origins.Service, Facts = said }).ConfigureAwait(false);
        said.ForEach(_surroundings.Survey.Take);
        Qualified = _surroundings.Survey.QualificationsNow;
        _followers.Add(Watch("the gap ledger", Task.Run(() => Gaps.RunAsync(_stopEngine.Token))));
        StartOutputs();
        _inputs.Add(Watch("the self-audit", _audit!.RunAsync(_stopInputs.Token)));
        _inputs.Add(Watch("the clock", new ClockTicks(Journal, _time, _audit.Tick, () => _space.Level == SpaceLevel.LastReserve).RunAsync(_stopInputs.Token)));
        var retention = new Retention(Journal, box.Retention, () => _space.Level, _time, _surroundings.Loggers.CreateLogger<Retention>());
        if (Journal.CanSeal)
            _inputs.Add(Watch("the retention", retention.RunAsync(_stopInputs.Token)));
        _inputs.Add(Watch("the watch over the disk", _space.RunAsync(_stopInputs.Token)));
        _inputs.Add(Watch("the watch for a restore", WatchRestoreAsync(new RestoreWatch(box.Data, new RealDisk(), _time, _surroundings.Loggers.CreateLogger<RestoreWatch>()))));
        _rack = new SourceRack(_gate, Journal, _time, Watch);
        await _rack.ChangeAsync(SourcesOf(Site)).ConfigureAwait(false);
        _inputs.Add(Watch("the watch over the sources", _rack.RunAsync(_stopInputs.Token)));
        LogPolicy(box.Policy(null).Sentence);
        foreach (string sentence in Sentences)
            LogSentence(sentence);
        LogStarted(BuildStamp.Text, Journal.LastFrame, Sources.Count);
    }

    async Task WatchRestoreAsync(RestoreWatch watch) => _restoreDue.TrySetResult(await watch.RunAsync(_stopInputs.Token).ConfigureAwait(false));

    /// <summary>Stops taking, lets the engine take what is stored, says that it was a clean stop, and closes the journal with its end mark.</summary>
    public async Task StopAsync(string why)
    {
        if (_stopped)
            return;
        _stopped = true;
        await _changing.WaitAsync().ConfigureAwait(false);
        await _stopInputs.CancelAsync().ConfigureAwait(false);
        _gate?.End();
        await Quiet(Task.WhenAll(_inputs)).ConfigureAwait(false);
        _changing.Release();
        if (!_failed.Task.IsCompleted)
        {
            long last = Journal.LastFrame;
            await DrainAsync(last).ConfigureAwait(false);
            var audit = new Audit("service", "stop", "edgeruntime", BuildStamp.Text, "", why);
            await Quiet(Journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_time), Origin = Origins.Service, Facts = [audit] })).ConfigureAwait(false);
        }

        await _stopEngine.CancelAsync().ConfigureAwait(false);
        await Quiet(Task.WhenAll(_followers)).ConfigureAwait(false);
        // The engine's thread has ended: its state is that after the last frame it took. Everything it said before is in the journal's line already.
        if (!_failed.Task.IsCompleted)
        {
            await _states.SaveLastAsync(Loop.Taken, _engine).ConfigureAwait(false);
            await Gaps.SaveLastAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
            return;
        await StopAsync("disposed").ConfigureAwait(false);
        _disposed = true;
        if (_broker is not null)
            await _broker.DisposeAsync().ConfigureAwait(false);
        await Journal.DisposeAsync().ConfigureAwait(false);
        Loop.Dispose();
        _engine.Dispose();
        _stopInputs.Dispose();
        _stopEngine.Dispose();
        _changing.Dispose();
    }

    /// <summary>The box's clock as a time that keys expire by. It decides what is put in force and never what is answered.</summary>
    static EventTime Moment(TimeProvider time) => new(IngestTime.Now(time).UnixNanoseconds);

    void LogBeginning(SessionBeginning beginning)
    {
        foreach (StateTrouble trouble in beginning.Troubles)
            LogSentence(trouble.Sentence);
        LogBegins(beginning.AfterFrame + 1);
    }

    async Task DrainAsync(long last)
    {
        using var limit = new CancellationTokenSource(DrainMax, _time);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(10), _time);
        try
        {
            while (Loop.Taken < last || Loop.IsWriting)
                await poll.WaitForNextTickAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            LogNotDrained(Loop.Taken, last);
        }
    }

    /// <summary>A part that ends before it is told to takes the session down with it; the sentence says which and why.</summary>
    async Task Watch(string part, Task run)
    {
        try
        {
            await run.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (Exception e) when (e is IOException or JournalCorruptException or UnauthorizedAccessException)
        {
            LogFailed(part, e.Message);
            _failed.TrySetResult($"{part} stopped: {e.Message}");
        }
        catch (Exception e)
        {
            LogCrashed(e, part);
            _failed.TrySetResult($"{part} stopped: {e.Message}");
            throw;
        }
    }

    /// <summary>Waits for an end whose reason was already told.</summary>
    static Task Quiet(Task task) => task.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
}
