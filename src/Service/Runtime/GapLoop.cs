using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Gaps;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Feeds the gap ledger with the journal and appends what it closes. After a restart the ledger goes on behind its newest saved state and says again what
/// closed behind that; the key of a stored batch says how far that was written before, so no gap is ever written twice. Without a state it begins with the
/// first frame.
/// </summary>
sealed partial class GapLoop
{
    /// <summary>Gaps in one batch: some 50 KB, which every segment holds.</summary>
    const int BatchMax = 100;

    readonly Lock _gate = new();
    readonly IJournal _journal;
    readonly TimeProvider _time;
    readonly GapStates? _states;
    readonly ILogger<GapLoop> _log;
    readonly GapLedger _ledger;
    Task _saving = Task.CompletedTask;
    StoredBatch? _newest;
    GapKey _written;
    long _savedFrame;
    IngestTime? _savedIngest;

    /// <param name="tags">A tag document by digest; null when it is not kept any more.</param>
    /// <param name="states">Null: none are kept.</param>
    /// <exception cref="JournalCorruptException">The frame of a state cannot be read.</exception>
    public GapLoop(IJournal journal, Func<Digest, TagCatalogue?> tags, TimeProvider time, GapStates? states, ILogger<GapLoop> log)
    {
        (_journal, _time, _states, _log) = (journal, time, states, log);
        _ledger = states?.Begin(journal.Read, journal.LastFrame, tags, InputAt, LogPassedOver) ?? new GapLedger(tags, InputAt);
        BeganBehind = _savedFrame = _ledger.Frame;
        LogBegins(BeganBehind + 1);
    }

    /// <summary>The newest frame that was in the ledger at the start, from a saved state; 0: none.</summary>
    public long BeganBehind { get; }

    public GapView Look()
    {
        lock (_gate)
            return _ledger.Look();
    }

    /// <exception cref="JournalCorruptException">The journal can no longer be followed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        long last = _journal.LastFrame;
        await foreach (StoredBatch stored in _journal.FollowAsync(BeganBehind + 1, stop).ConfigureAwait(false))
        {
            lock (_gate)
                _ledger.Take(stored.Frame, stored.Batch, stored.SamplesTaken, stored.Left);
            _newest = stored;
            if (stored.Frame >= last)
                await WriteAsync().ConfigureAwait(false);
            SaveWhenDue(stored, isLive: stored.Frame >= last);
        }
    }

    /// <summary>At a stop, when the loop has ended: the state after the last frame that it took.</summary>
    public async Task SaveLastAsync()
    {
        await _saving.ConfigureAwait(false);
        if (_newest is { } newest && newest.Frame > _savedFrame)
            Save(newest);
        await _saving.ConfigureAwait(false);
    }

    /// <summary>By the journal's own time only once it is live: what is walked over at a start passes hours in a second.</summary>
    void SaveWhenDue(StoredBatch stored, bool isLive)
    {
        IngestTime ingest = stored.Batch.Ingest;
        _savedIngest ??= ingest;
        // A clock that was set back must not keep the next state waiting.
        bool late = isLive && Int128.Abs((Int128)ingest.UnixNanoseconds - _savedIngest.Value.UnixNanoseconds) >= StateKeeper.Every.Ticks * 100;
        if (!_saving.IsCompleted || (!late && stored.Frame - _savedFrame < StateKeeper.FramesMax))
            return;
        Save(stored);
    }

    void Save(StoredBatch after)
    {
        if (_states is not { } states)
            return;
        (_savedFrame, _savedIngest) = (after.Frame, after.Batch.Ingest);
        ArrayBufferWriter<byte> bytes;
        lock (_gate)
            bytes = GapStates.BytesOf(_ledger, after);
        _saving = Task.Run(() => Write(states, after.Frame, bytes));
    }

    void Write(GapStates states, long frame, ArrayBufferWriter<byte> bytes)
    {
        try
        {
            states.Write(frame, bytes.WrittenSpan);
            LogSaved(frame, bytes.WrittenCount);
        }
        catch (IOException e)
        {
            // Nothing rests on it: the next start walks further.
            LogNotSaved(frame, e.Message);
        }
    }

    async Task WriteAsync()
    {
        while (_ledger.NextUnwritten(_written, BatchMax) is var (key, gaps))
        {
            _written = key;
            await _journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_time), Origin = Origins.Gaps, Key = key.ToBytes(), Facts = [.. gaps] }).ConfigureAwait(false);
        }
    }

    /// <summary>Null, too, where samples were taken out: which is which nobody can tell then.</summary>
    FactBatch? InputAt(long frame) => _journal.Read(frame).FirstOrDefault() is { Thinned: false } stored && stored.Frame == frame ? stored.Batch : null;
}
