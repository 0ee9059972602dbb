using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Telemetry.Gaps;

namespace EdgeRuntime.Service.Runtime;

/// <summary>One source that shall run. Another <paramref name="Identity"/> is another source.</summary>
/// <param name="Identity">Everything that it depends on, as text.</param>
sealed record WantedSource(string Name, string Identity, Func<ITelemetrySource> Make);

/// <summary>
/// The sources that run. They can be changed while others go on: what a stopped one did not acknowledge its broker sends to the next, and what of that is
/// stored already is known by its name. Every change of a source's state becomes a fact.
/// </summary>
/// <param name="watch">Tells when a source ends by a defect.</param>
sealed class SourceRack(IIntake intake, IJournal journal, TimeProvider time, Func<string, Task, Task> watch)
{
    /// <summary>How often the sources are asked for their state. An outage that is shorter is none: nothing of it is lost.</summary>
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(200);

    // A new list for every change, so that who asks for the sources needs no lock.
    volatile IReadOnlyList<Running> _running = [];

    public IReadOnlyList<ITelemetrySource> Sources => [.. _running.Select(r => r.Source)];

    /// <summary>Stops the sources that are not wanted any more, or not as they are, and starts the new ones. One call after the other.</summary>
    /// <returns>The names of those that were stopped or started.</returns>
    public async Task<IReadOnlyList<string>> ChangeAsync(IReadOnlyList<WantedSource> wanted)
    {
        var changed = new SortedSet<string>(StringComparer.Ordinal);
        Running[] leaving = [.. _running.Where(r => !wanted.Any(w => w.Name == r.Wanted.Name && w.Identity == r.Wanted.Identity))];
        _running = [.. _running.Except(leaving)];
        foreach (Running running in leaving)
        {
            changed.Add(running.Wanted.Name);
            await running.DisposeAsync().ConfigureAwait(false);
            if (!wanted.Any(w => w.Name == running.Wanted.Name))
                await SayAsync(running, SourceWords.Removed, "It was taken from sources.yaml.").ConfigureAwait(false);
        }

        var next = new List<Running>();
        foreach (WantedSource source in wanted)
        {
            if (_running.FirstOrDefault(r => r.Wanted.Name == source.Name) is { } going)
            {
                next.Add(going);
                continue;
            }

            changed.Add(source.Name);
            next.Add(Running.Start(source, r => new Announcing(this, r), watch));
        }

        _running = next;
        return [.. changed];
    }

    /// <summary>Watches over the sources until it is stopped, and stops them.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                await LookAsync().ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(_running.Select(r => r.DisposeAsync().AsTask())).ConfigureAwait(false);
        }
    }

    async Task LookAsync()
    {
        foreach (Running running in _running)
        {
            SourceStatus status = running.Source.Status;
            string word = SourceWords.Of(status);
            if (word != running.Word && !running.IsStopping)
                await SayAsync(running, word, status.Sentence).ConfigureAwait(false);
        }
    }

    async Task SayAsync(Running running, string word, string why)
    {
        Task said;
        // Two may see the same change; one says it.
        lock (running.Gate)
        {
            if (running.Word == word)
                return;
            var change = new ModeChange(SourceWords.SubjectOf(running.Wanted.Name), running.Word, word, "service", why);
            running.Word = word;
            said = journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = [change] });
        }

        await said.ConfigureAwait(false);
    }

    /// <summary>Says that a source is back before its first values are handed on, so that the journal has them in this order.</summary>
    sealed class Announcing(SourceRack rack, Running running) : IIntake
    {
        static readonly string Connected = SourceWords.Of(new SourceStatus(SourceState.Connected, ""));

        public Task TakeAsync(FactBatch batch, bool marked)
        {
            if (running.Word == Connected || running.Source.Status is not { State: SourceState.Connected } status)
                return rack.TakeAsync(batch, marked);
            Task said = rack.SayAsync(running, Connected, status.Sentence);
            return Task.WhenAll(said, rack.TakeAsync(batch, marked));
        }
    }

    Task TakeAsync(FactBatch batch, bool marked) => intake.TakeAsync(batch, marked);

    sealed class Running : IAsyncDisposable
    {
        readonly CancellationTokenSource _stop = new();
        Task _run = Task.CompletedTask;
        string _word = SourceWords.Of(new SourceStatus(SourceState.Starting, ""));

        Running(WantedSource wanted) => (Wanted, Source) = (wanted, wanted.Make());

        public WantedSource Wanted { get; }

        public ITelemetrySource Source { get; }

        /// <summary>Its state as it stands in the journal.</summary>
        public string Word
        {
            get => Volatile.Read(ref _word);
            set => Volatile.Write(ref _word, value);
        }

        public bool IsStopping => _stop.IsCancellationRequested;

        public Lock Gate { get; } = new();

        public static Running Start(WantedSource wanted, Func<Running, IIntake> intakeOf, Func<string, Task, Task> watch)
        {
            var running = new Running(wanted);
            running._run = watch($"source {wanted.Name}", running.Source.RunAsync(intakeOf(running), running._stop.Token));
            return running;
        }

        public async ValueTask DisposeAsync()
        {
            if (IsStopping)
                return;
            await _stop.CancelAsync().ConfigureAwait(false);
            // Whoever watches it has told already why it ended.
            await _run.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _stop.Dispose();
        }
    }
}
