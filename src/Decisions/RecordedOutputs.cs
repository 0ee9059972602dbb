using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Decisions;

/// <summary>
/// What the engine said then, input by input. The engine takes inputs in order and appends what it said in order, so its batches lie in the
/// journal in the order of their causes, each somewhere behind its cause: one cursor is enough.
/// </summary>
public sealed class RecordedOutputs : IDisposable
{
    readonly IEnumerator<StoredBatch> _batches;
    StoredBatch? _next;

    /// <param name="journal">All batches behind <paramref name="afterFrame"/>.</param>
    /// <param name="afterFrame">What was said about inputs up to this frame is passed over: the engine holds them already.</param>
    public RecordedOutputs(IEnumerable<StoredBatch> journal, long afterFrame = 0)
    {
        _batches = journal.Where(b => b.Batch.Origin == Origins.Engine).GetEnumerator();
        Advance();
        while (afterFrame > 0 && _next is { } known && DecisionEngine.CauseOf(known.Batch) <= afterFrame)
            Advance();
    }

    /// <summary>True when the engine of then said nothing further: what comes after was not decided yet.</summary>
    public bool AtEnd => _next is null;

    /// <summary>
    /// What the engine said then about inputs before <paramref name="frame"/> that nobody asked for: inputs that cannot be read any more. The cursor
    /// goes on behind each, so that one lost input does not hide what follows it.
    /// </summary>
    public IEnumerable<StoredBatch> Unasked(long frame)
    {
        while (_next is { } unasked && DecisionEngine.CauseOf(unasked.Batch) < frame)
        {
            Advance();
            yield return unasked;
        }
    }

    /// <summary>What the input in <paramref name="frame"/> made the engine say then; null for nothing. Frames must be asked in order.</summary>
    public StoredBatch? Of(long frame)
    {
        if (_next is null || DecisionEngine.CauseOf(_next.Batch) != frame)
            return null;
        StoredBatch found = _next;
        Advance();
        return found;
    }

    public void Dispose() => _batches.Dispose();

    void Advance() => _next = _batches.MoveNext() ? _batches.Current : null;
}
