using EdgeRuntime.Facts;

namespace EdgeRuntime.Outputs;

/// <summary>Something to tell, and when the box knew it.</summary>
readonly record struct Outgoing(Fact What, IngestTime Known)
{
    /// <summary>What replaces it: a newer decision about the same asset. Null: nothing does.</summary>
    internal string? Replaces => (What as Decision)?.Asset;
}

/// <summary>
/// What is still to be told, in order. While it flows, everything is told; after an outage, or when the other side is too slow, only the newest decision
/// of each asset is, and the newest findings: the floor needs what is true now.
/// </summary>
sealed class OutgoingQueue
{
    /// <summary>What may wait while the line is up: a minute of a recording that is replayed at full speed. The decisions lie in memory, some 1 KB each.</summary>
    internal const int WaitingMax = 50_000;

    /// <summary>Findings that are kept through an outage.</summary>
    internal const int FindingsMax = 1_000;

    readonly Lock _gate = new();
    LinkedList<Outgoing> _waiting = [];
    TaskCompletionSource _some = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _condenseAt = WaitingMax;

    /// <summary>Decisions and findings that were never told because newer ones were.</summary>
    internal long Superseded { get; private set; }

    internal int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <returns>How many were overtaken because the other side is too slow; they are only in the journal.</returns>
    internal long Add(Outgoing outgoing)
    {
        lock (_gate)
        {
            long before = Superseded;
            _waiting.AddLast(outgoing);
            if (_waiting.Count > _condenseAt)
                CondenseLocked();
            _some.TrySetResult();
            return Superseded - before;
        }
    }

    /// <summary>Completes when there is something.</summary>
    internal Task WhenSomeAsync(CancellationToken stop)
    {
        lock (_gate)
            return _some.Task.WaitAsync(stop);
    }

    internal bool TryTake(out Outgoing outgoing)
    {
        lock (_gate)
        {
            outgoing = _waiting.First?.Value ?? default;
            if (_waiting.Count == 0)
                return false;
            _waiting.RemoveFirst();
            if (_waiting.Count == 0)
                _some = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return true;
        }
    }

    /// <summary>It could not be told: it is the next again, unless something newer says the same.</summary>
    internal void PutBack(Outgoing outgoing)
    {
        lock (_gate)
        {
            _waiting.AddFirst(outgoing);
            CondenseLocked();
            _some.TrySetResult();
        }
    }

    internal void Condense()
    {
        lock (_gate)
            CondenseLocked();
    }

    void CondenseLocked()
    {
        var newest = new HashSet<string>(StringComparer.Ordinal);
        var kept = new LinkedList<Outgoing>();
        int findings = 0;
        for (LinkedListNode<Outgoing>? at = _waiting.Last; at is not null; at = at.Previous)
        {
            bool keep = at.Value.Replaces is { } asset ? newest.Add(asset) : ++findings <= FindingsMax;
            if (keep)
                kept.AddFirst(at.Value);
        }

        Superseded += _waiting.Count - kept.Count;
        _waiting = kept;
        // Twice as many before the next time: however many assets there are, adding stays cheap.
        _condenseAt = Math.Max(WaitingMax, kept.Count * 2);
    }
}
