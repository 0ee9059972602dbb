using System.Buffers.Binary;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Gaps;

namespace EdgeRuntime.Service.Runtime;

/// <summary>
/// Feeds the gap ledger with the journal and appends what it closes. After a restart the ledger is brought back from the first frame and says everything
/// again; the key of a stored batch says how far that was written before, so no gap is ever written twice.
/// </summary>
sealed class GapLoop
{
    /// <summary>Gaps in one batch: some 50 KB, which every segment holds.</summary>
    const int BatchMax = 100;

    const int KeyBytes = 12;

    readonly Lock _gate = new();
    readonly IJournal _journal;
    readonly TimeProvider _time;
    readonly GapLedger _ledger;
    readonly Queue<(long Frame, IReadOnlyList<Gap> Closed)> _unwritten = new();
    (long Frame, int Count) _written;

    /// <param name="tags">A tag document by digest; null when it is not kept any more.</param>
    public GapLoop(IJournal journal, Func<Digest, TagCatalogue?> tags, TimeProvider time)
    {
        (_journal, _time) = (journal, time);
        _ledger = new GapLedger(tags, InputAt);
    }

    public GapView Look()
    {
        lock (_gate)
            return _ledger.Look();
    }

    /// <exception cref="JournalCorruptException">The journal can no longer be followed.</exception>
    public async Task RunAsync(CancellationToken stop)
    {
        long last = _journal.LastFrame;
        await foreach (StoredBatch stored in _journal.FollowAsync(1, stop).ConfigureAwait(false))
        {
            Take(stored);
            if (stored.Frame >= last)
                await WriteAsync().ConfigureAwait(false);
        }
    }

    void Take(StoredBatch stored)
    {
        if (stored.Batch.Origin == Origins.Gaps)
            Forget(stored.Batch.Key.Span);
        IReadOnlyList<Gap> closed;
        lock (_gate)
            closed = _ledger.Take(stored.Frame, stored.Batch);
        if (closed.Count > 0)
            _unwritten.Enqueue((stored.Frame, closed));
    }

    /// <summary>Everything up to what this key names lies in the journal.</summary>
    void Forget(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes)
            return;
        _written = (BinaryPrimitives.ReadInt64BigEndian(key), BinaryPrimitives.ReadInt32BigEndian(key[8..]));
        while (_unwritten.TryPeek(out var oldest) && (oldest.Frame < _written.Frame || (oldest.Frame == _written.Frame && oldest.Closed.Count <= _written.Count)))
            _unwritten.Dequeue();
    }

    async Task WriteAsync()
    {
        while (_unwritten.TryPeek(out var oldest))
        {
            int from = oldest.Frame == _written.Frame ? _written.Count : 0;
            Gap[] batch = [.. oldest.Closed.Skip(from).Take(BatchMax)];
            _written = (oldest.Frame, from + batch.Length);
            if (_written.Count >= oldest.Closed.Count)
                _unwritten.Dequeue();
            await _journal.AppendAsync(new FactBatch { Ingest = IngestTime.Now(_time), Origin = Origins.Gaps, Key = KeyOf(_written), Facts = batch }).ConfigureAwait(false);
        }
    }

    /// <summary>The frame that closed them, and how many of what it closed are written with this batch.</summary>
    static byte[] KeyOf((long Frame, int Count) written)
    {
        var key = new byte[KeyBytes];
        BinaryPrimitives.WriteInt64BigEndian(key, written.Frame);
        BinaryPrimitives.WriteInt32BigEndian(key.AsSpan(8), written.Count);
        return key;
    }

    FactBatch? InputAt(long frame) => _journal.Read(frame).FirstOrDefault(b => b.Frame == frame)?.Batch;
}
