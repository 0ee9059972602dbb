using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Replay;

/// <summary>
/// Goes over the journal once and gives the inputs in order; what the engine said about an input then lies some frames behind it and is looked for ahead when
/// it is asked for. What is passed on the way is kept; where that would be too much, the inputs are read a second time instead.
/// </summary>
/// <param name="afterFrame">What was said about inputs up to this frame is passed over.</param>
sealed class ReplayCursor(Func<long, IEnumerable<ReadEntry>> journal, long afterFrame) : IDisposable
{
    /// <summary>Inputs that are kept while looking ahead. At 200 samples each some 50 MB.</summary>
    const int AheadMax = 4096;

    readonly IEnumerator<ReadEntry> _entries = journal(afterFrame + 1).GetEnumerator();
    readonly long _afterFrame = afterFrame;
    readonly Queue<StoredBatch> _inputs = new();
    readonly Queue<Said> _outputs = new();
    readonly Queue<DamagedFrame> _damage = new();
    IEnumerator<StoredBatch>? _again;
    long _read = afterFrame;
    bool _atEnd;

    /// <summary>Nothing further was said then: what comes after was not decided yet.</summary>
    public bool SaidNothingMore => _atEnd && _outputs.Count == 0;

    /// <summary>Damage that was met and not asked for yet, in order.</summary>
    public Queue<DamagedFrame> Damage => _damage;

    /// <summary>The next input; null at the end.</summary>
    public StoredBatch? Next()
    {
        while (true)
        {
            if (_inputs.TryDequeue(out StoredBatch? kept))
                return kept;
            if (_again is not null)
                return NextAgain();
            if (!Advance())
                return null;
        }
    }

    /// <summary>What was said then about inputs before <paramref name="frame"/> that nobody asked for, as far as it was read; the cursor goes on behind each.</summary>
    public Said? Unasked(long frame) => _outputs.TryPeek(out Said? said) && said.Cause < frame ? _outputs.Dequeue() : null;

    /// <summary>What the input in <paramref name="frame"/> made the engine say then, looked for as far as it takes; null for nothing. Ask for <see cref="Unasked"/> before.</summary>
    /// <param name="unasked">Takes what is met on the way that was said about inputs before.</param>
    public Said? SaidAbout(long frame, Action<Said> unasked)
    {
        while (true)
        {
            while (Unasked(frame) is { } before)
                unasked(before);
            if (_outputs.TryPeek(out Said? said))
                return said.Cause == frame ? _outputs.Dequeue() : null;
            if (!Advance())
                return null;
        }
    }

    /// <summary>The same, as far as it was read already.</summary>
    public Said? SaidAlready(long frame) => _outputs.TryPeek(out Said? said) && said.Cause == frame ? _outputs.Dequeue() : null;

    /// <summary>Reads what is left behind the last input that was asked for.</summary>
    public void ReadToEnd()
    {
        while (Advance())
            _inputs.Clear();
    }

    public void Dispose()
    {
        _entries.Dispose();
        _again?.Dispose();
    }

    StoredBatch? NextAgain()
    {
        if (!_again!.MoveNext())
            return null;
        StoredBatch input = _again.Current;
        // Damage before an input must be known when it is given.
        while (_read < input.Frame && Advance())
        {
        }

        return input;
    }

    bool Advance()
    {
        if (!_entries.MoveNext())
        {
            _atEnd = true;
            return false;
        }

        (JournalEntry entry, Said? said) = _entries.Current;
        if (entry.Batch is not { } batch)
        {
            _read = entry.Damage!.Frame;
            _damage.Enqueue(entry.Damage);
            return true;
        }

        _read = batch.Frame;
        if (said is not null)
        {
            if (said.Cause > _afterFrame || _afterFrame == 0)
                _outputs.Enqueue(said);
        }
        else if (batch.Batch.Origin is not (Origins.Shadow or Origins.Backfill) && _again is null)
        {
            if (_inputs.Count < AheadMax)
                _inputs.Enqueue(batch);
            else
                _again = InputsFrom(batch.Frame).GetEnumerator();
        }

        return true;
    }

    IEnumerable<StoredBatch> InputsFrom(long frame)
    {
        foreach ((JournalEntry entry, _) in journal(frame))
        {
            if (entry.Batch is { } batch && batch.Batch.Origin is not (Origins.Engine or Origins.Shadow or Origins.Backfill))
                yield return batch;
        }
    }
}
