using EdgeRuntime.Facts;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Fallback;

public enum BreakerState
{
    Closed,
    Open,
    HalfOpen,
}

/// <summary>What may be done with the model at this moment.</summary>
public enum BreakerPermit
{
    /// <summary>Ask it and use the answer.</summary>
    Use,

    /// <summary>Ask it beside the answer: its reply only counts for the breaker.</summary>
    Probe,

    /// <summary>Do not ask.</summary>
    Refuse,
}

/// <summary>The breaker went from one state to another, and why, in a plain sentence.</summary>
public sealed record BreakerChange(BreakerState From, BreakerState To, string Why);

/// <summary>
/// One model's circuit breaker: a count-based window of call outcomes. A pure state machine: the same calls at the same (event) times
/// give the same states, so its state survives a restart by being fed the recorded outcomes again.
/// </summary>
public sealed class Breaker(BreakerOptions options)
{
    readonly Queue<bool> _failures = new();
    int _failed;
    int _probesPassed;
    EventTime _openedAt;

    public BreakerState State { get; private set; } = BreakerState.Closed;

    /// <summary>Asks for permission at a moment. An open breaker whose time is over becomes half-open here.</summary>
    public BreakerPermit Ask(EventTime now, out BreakerChange? change)
    {
        change = null;
        if (State == BreakerState.Open && now.UnixNanoseconds - _openedAt.UnixNanoseconds >= options.OpenFor.Ticks * 100)
        {
            change = Go(BreakerState.HalfOpen, $"it was open for {Words.Seconds(options.OpenFor)}; the next calls are probes.");
            _probesPassed = 0;
        }

        return State switch
        {
            BreakerState.Closed => BreakerPermit.Use,
            BreakerState.HalfOpen => BreakerPermit.Probe,
            _ => BreakerPermit.Refuse,
        };
    }

    /// <summary>Tells how a permitted call ended. Calls that were never made (incomplete or stale inputs) are not the model's fault and change nothing.</summary>
    /// <param name="latency">Measured nanoseconds.</param>
    public BreakerChange? Record(CallOutcome outcome, long latency, EventTime now)
    {
        if (outcome is CallOutcome.BreakerOpen or CallOutcome.InputIncomplete or CallOutcome.InputStale or CallOutcome.Dropped)
            return null;
        bool slow = latency > options.SlowCall.Ticks * 100;
        bool failed = outcome != CallOutcome.Answered || slow;
        return State switch
        {
            BreakerState.Closed => RecordClosed(failed, now),
            // Recorded while open: a call that began before it opened. It changes nothing.
            BreakerState.Open => null,
            _ => RecordProbe(failed, now),
        };
    }

    public void Save(CanonicalWriter to)
    {
        to.Byte((byte)State);
        to.Count(_probesPassed);
        to.Event(_openedAt);
        to.Count(_failures.Count);
        foreach (bool failure in _failures)
            to.Bool(failure);
    }

    /// <summary>Into a breaker that has seen nothing yet.</summary>
    /// <exception cref="FactFormatException">The bytes are not the state of a breaker.</exception>
    public void Restore(ref CanonicalReader from)
    {
        byte state = from.Byte();
        State = state <= (byte)BreakerState.HalfOpen ? (BreakerState)state : throw from.Wrong($"a breaker has no state {state}");
        _probesPassed = from.Index();
        _openedAt = from.Event();
        int calls = from.Count();
        for (int i = 0; i < calls; i++)
        {
            bool failed = from.Bool();
            _failures.Enqueue(failed);
            _failed += failed ? 1 : 0;
        }
    }

    BreakerChange? RecordClosed(bool failed, EventTime now)
    {
        _failures.Enqueue(failed);
        _failed += failed ? 1 : 0;
        if (_failures.Count > options.WindowCalls)
            _failed -= _failures.Dequeue() ? 1 : 0;
        if (_failures.Count < options.MinCalls || _failed < options.FailureRatio * _failures.Count)
            return null;
        string why = $"{_failed} of its last {_failures.Count} calls failed.";
        Open(now);
        return Go(BreakerState.Open, why);
    }

    BreakerChange? RecordProbe(bool failed, EventTime now)
    {
        if (failed)
        {
            Open(now);
            return Go(BreakerState.Open, "a probe failed.");
        }

        return ++_probesPassed >= options.HalfOpenCalls
            ? Go(BreakerState.Closed, $"{_probesPassed} probes in a row succeeded.")
            : null;
    }

    void Open(EventTime now)
    {
        _openedAt = now;
        _failures.Clear();
        _failed = 0;
    }

    BreakerChange Go(BreakerState to, string why)
    {
        var change = new BreakerChange(State, to, why);
        State = to;
        return change;
    }
}
