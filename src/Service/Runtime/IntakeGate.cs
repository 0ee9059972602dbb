using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Telemetry;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Stands before the intake and holds telemetry back while the disk has no room for it: nothing is acknowledged, so brokers keep what they can and files wait.
/// What waits goes in, in its order, when there is room again. What a source had to drop meanwhile is a gap with its cause.
/// </summary>
sealed class IntakeGate(IIntake intake, Func<JournalSpace> space, TimeProvider time) : IIntake
{
    /// <summary>Arrivals that wait at most; more come from a source that cannot hold back.</summary>
    const int HeldMax = 50_000;

    /// <summary>As a source names it that had to drop messages.</summary>
    const string Overflow = "overflow";

    /// <summary>Sources say what they dropped soon after they are let in again; later it has another cause.</summary>
    static readonly TimeSpan ToldWithin = TimeSpan.FromMinutes(1);

    readonly Lock _gate = new();
    readonly Queue<Held> _held = new();
    string? _closed;
    bool _isEnding;
    long _heldFrom;
    long _heldTo;

    /// <summary>Arrivals that wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _held.Count;
        }
    }

    public Task TakeAsync(FactBatch batch, bool marked)
    {
        lock (_gate)
        {
            FactBatch taken = WithGap(batch);
            // What a source says about itself is small, and is what people need to see now.
            if (taken.Samples.Count == 0 && (_isEnding || !ReferenceEquals(taken, batch)))
                return intake.TakeAsync(taken, marked);
            if (IsOpen && _held.Count == 0)
                return intake.TakeAsync(taken, marked);
            if (_isEnding)
                return NotStored();
            if (_held.Count >= HeldMax)
                return Task.FromException(new IOException($"{_closed ?? "The disk is full."} {HeldMax} messages wait already."));
            BeginHolding();
            var held = new Held(taken, marked);
            _held.Enqueue(held);
            return held.Task.Unwrap();
        }
    }

    /// <summary>Holds everything back from now on.</summary>
    /// <param name="why">One sentence for whoever waits.</param>
    public void Close(string why)
    {
        lock (_gate)
        {
            _closed = why;
            BeginHolding();
        }
    }

    /// <summary>Lets in what waits, in its order, and then whatever comes.</summary>
    public void Open()
    {
        lock (_gate)
        {
            _closed = null;
            if (_heldTo == 0 && IsOpen)
                _heldTo = Now();
            while (IsOpen && _held.TryDequeue(out Held? held))
                held.SetResult(intake.TakeAsync(Restamped(held.Batch), held.Marked));
        }
    }

    /// <summary>The sources are told to stop: what waits is not stored, and they are told so.</summary>
    public void End()
    {
        lock (_gate)
        {
            _isEnding = true;
            while (_held.TryDequeue(out Held? held))
                held.SetResult(NotStored());
        }
    }

    /// <summary>The writer is asked as well: it knows a second earlier than whoever measures the disk.</summary>
    bool IsOpen => _closed is null && space().NextReady;

    /// <summary>A source that dropped messages while it was held says so in a refusal; the gap says from when to when.</summary>
    FactBatch WithGap(FactBatch batch)
    {
        long now = Now();
        if (_heldFrom == 0 || (_heldTo != 0 && now - _heldTo > ToldWithin.Ticks * 100))
            return batch;
        long values = batch.Facts.OfType<Refusal>().Where(r => r.Rule == Overflow).Sum(r => (long)r.Values);
        if (values == 0)
            return batch;
        var gap = new Gap(batch.Origin, "", new EventTime(_heldFrom), new EventTime(_heldTo == 0 ? now : _heldTo), GapCause.Overflow, values);
        return batch with { Facts = [.. batch.Facts, gap] };
    }

    /// <summary>The box learns of it for good only now; by the journal's order that is later than what was stored meanwhile.</summary>
    FactBatch Restamped(FactBatch batch)
    {
        IngestTime now = IngestTime.Now(time);
        return batch with { Ingest = now, Samples = [.. batch.Samples.Select(s => s with { Ingest = now })] };
    }

    Task NotStored() => Task.FromException(new IOException(_closed ?? "The disk is full."));

    void BeginHolding()
    {
        if (_heldFrom == 0 || _heldTo != 0)
            (_heldFrom, _heldTo) = (Now(), 0);
    }

    long Now() => IngestTime.Now(time).UnixNanoseconds;

    sealed class Held(FactBatch batch, bool marked) : TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public FactBatch Batch { get; } = batch;

        public bool Marked { get; } = marked;
    }
}
