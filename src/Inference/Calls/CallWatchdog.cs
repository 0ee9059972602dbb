namespace EdgeRuntime.Inference.Calls;

/// <summary>
/// Asks a running call to stop when its deadline has come. One call at a time. The timer is not set for every call but only when none is due early
/// enough, so that a lane under load pays one exchange and one compare a call; a timer that finds nothing running lets itself go.
/// </summary>
sealed class CallWatchdog : IDisposable
{
    const long NotArmed = long.MaxValue;

    readonly TimeProvider _time;
    readonly Action<bool> _terminate;
    readonly ITimer _timer;
    readonly Lock _gate = new();
    long _calls;

    // 0: nothing runs. n: call n runs. -n: call n was asked to stop.
    long _running;
    long _deadline;
    long _timerDue = NotArmed;

    /// <param name="terminate">Sets (true) and clears (false) the runtime's flag.</param>
    internal CallWatchdog(TimeProvider time, Action<bool> terminate)
    {
        _time = time;
        _terminate = terminate;
        _timer = time.CreateTimer(static self => ((CallWatchdog)self!).TimerFired(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>From here on a call runs that must have ended at <paramref name="deadline"/>, a timestamp of the clock.</summary>
    internal void Begin(long deadline)
    {
        Volatile.Write(ref _deadline, deadline);
        // A full fence: the timer that lets itself go looks at _running after it cleared _timerDue, so one of the two sees the other.
        Interlocked.Exchange(ref _running, ++_calls);
        if (Volatile.Read(ref _timerDue) > deadline)
            Arm();
    }

    /// <summary>The call has returned. True: it had been asked to stop.</summary>
    internal bool End()
    {
        if (Interlocked.CompareExchange(ref _running, 0, _calls) == _calls)
            return false;
        // The timer set the flag under the lock, or is about to: the next call must not find it set.
        lock (_gate)
        {
            _terminate(false);
            Volatile.Write(ref _running, 0);
        }

        return true;
    }

    public void Dispose() => _timer.Dispose();

    void TimerFired()
    {
        lock (_gate)
        {
            long call = Volatile.Read(ref _running);
            // The deadline belongs to this call only while _running still names it; the exchange proves that it does.
            if (call > 0 && _time.GetTimestamp() >= Volatile.Read(ref _deadline) && Interlocked.CompareExchange(ref _running, -call, call) == call)
                _terminate(true);
            Interlocked.Exchange(ref _timerDue, NotArmed);
            ArmForRunningCall();
        }
    }

    void Arm()
    {
        lock (_gate)
            ArmForRunningCall();
    }

    void ArmForRunningCall()
    {
        if (Volatile.Read(ref _running) <= 0)
            return;
        long due = Volatile.Read(ref _deadline);
        if (due >= _timerDue)
            return;
        TimeSpan left = _time.GetElapsedTime(_time.GetTimestamp(), due);
        Volatile.Write(ref _timerDue, due);
        // Timers count whole milliseconds; rounded down they would fire before the deadline and only be set again.
        _timer.Change(left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
    }
}
