namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>The faults of one skid: which wait, which are on. Times are plant time since the start.</summary>
sealed class FaultBoard(IEnumerable<ScriptedFault> script)
{
    readonly List<ScriptedFault> _waiting = [.. script];
    readonly List<(ScriptedFault Fault, TimeSpan Since)> _active = [];

    public void Add(ScriptedFault fault) => _waiting.Add(fault);

    /// <summary>Ends what is on and forgets what waits.</summary>
    public IReadOnlyList<TruthChange> Clear(TimeSpan elapsed)
    {
        _waiting.Clear();
        var ended = new List<TruthChange>();
        foreach ((ScriptedFault fault, TimeSpan since) in _active)
            ended.Add(new TruthChange(fault, false, elapsed, since));
        _active.Clear();
        return ended;
    }

    /// <summary>Brings the board to an instant; gives what ended and what began, in that order.</summary>
    public IReadOnlyList<TruthChange> Advance(TimeSpan elapsed)
    {
        var changes = new List<TruthChange>();
        for (int i = 0; i < _active.Count; i++)
        {
            if (elapsed < _active[i].Fault.End)
                continue;
            changes.Add(new TruthChange(_active[i].Fault, false, elapsed, _active[i].Since));
            _active.RemoveAt(i--);
        }

        for (int i = 0; i < _waiting.Count; i++)
        {
            if (elapsed < _waiting[i].At)
                continue;
            ScriptedFault fault = _waiting[i];
            _waiting.RemoveAt(i--);
            if (elapsed >= fault.End)
                continue;
            _active.Add((fault, elapsed));
            changes.Add(new TruthChange(fault, true, elapsed, elapsed));
        }

        return changes;
    }

    public bool IsActive(FaultKind kind, string? signal)
    {
        foreach ((ScriptedFault fault, _) in _active)
        {
            if (fault.Kind == kind && fault.Signal == signal)
                return true;
        }

        return false;
    }

    /// <summary>The strongest of the active ones.</summary>
    public double Severity(FaultKind kind, TimeSpan elapsed)
    {
        double strongest = 0;
        foreach ((ScriptedFault fault, _) in _active)
        {
            if (fault.Kind == kind)
                strongest = Math.Max(strongest, fault.SeverityAt(elapsed));
        }

        return strongest;
    }
}
