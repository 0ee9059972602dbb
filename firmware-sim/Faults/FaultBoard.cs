using EdgeRuntime.FirmwareSim.PumpSkid;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>The faults of one skid: which wait, which are on. Times are plant time since the start.</summary>
sealed class FaultBoard
{
    readonly string _asset;
    readonly long _seed;
    readonly List<ScriptedFault> _waiting;
    readonly List<ActiveFault> _active = [];

    // A script of a year has thousands that wait; only the nearest is looked at in a scan.
    TimeSpan _nearest;

    public FaultBoard(string asset, long seed, IEnumerable<ScriptedFault> script)
    {
        _asset = asset;
        _seed = seed;
        _waiting = [.. script];
        _nearest = Nearest();
    }

    /// <summary>Nothing is on.</summary>
    public bool IsQuiet => _active.Count == 0;

    public void Add(ScriptedFault fault)
    {
        _waiting.Add(fault);
        _nearest = Nearest();
    }

    /// <summary>Ends what is on and forgets what waits.</summary>
    public IReadOnlyList<TruthChange> Clear(TimeSpan elapsed)
    {
        _waiting.Clear();
        _nearest = Nearest();
        TruthChange[] ended = [.. _active.Select(a => new TruthChange(a.Fault, false, elapsed, a.Since))];
        _active.Clear();
        return ended;
    }

    /// <summary>Brings the board to an instant; gives what ended and what began, in that order.</summary>
    public IReadOnlyList<TruthChange> Advance(TimeSpan elapsed)
    {
        if (_active.Count == 0 && elapsed < _nearest)
            return [];
        var changes = new List<TruthChange>();
        for (int i = 0; i < _active.Count; i++)
        {
            if (elapsed < _active[i].Fault.End)
                continue;
            changes.Add(new TruthChange(_active[i].Fault, false, elapsed, _active[i].Since));
            _active.RemoveAt(i--);
        }

        if (elapsed >= _nearest)
            Begin(elapsed, changes);
        return changes;
    }

    public bool IsActive(FaultKind kind, string? signal) => Find(kind, signal) is not null;

    /// <summary>The first that is on of this kind and signal; null when there is none.</summary>
    public ActiveFault? Find(FaultKind kind, string? signal)
    {
        foreach (ActiveFault active in _active)
        {
            if (active.Fault.Kind == kind && active.Fault.Signal == signal)
                return active;
        }

        return null;
    }

    /// <summary>The strongest of the active ones.</summary>
    public double Severity(FaultKind kind, TimeSpan elapsed)
    {
        double strongest = 0;
        foreach (ActiveFault active in _active)
        {
            if (active.Fault.Kind == kind)
                strongest = Math.Max(strongest, active.Fault.SeverityAt(elapsed));
        }

        return strongest;
    }

    void Begin(TimeSpan elapsed, List<TruthChange> changes)
    {
        for (int i = 0; i < _waiting.Count; i++)
        {
            if (elapsed < _waiting[i].At)
                continue;
            ScriptedFault fault = _waiting[i];
            _waiting.RemoveAt(i--);
            if (elapsed >= fault.End)
                continue;
            _active.Add(new ActiveFault(fault, elapsed, ChanceOf(fault)));
            changes.Add(new TruthChange(fault, true, elapsed, elapsed));
        }

        _nearest = Nearest();
    }

    SeededNoise ChanceOf(ScriptedFault fault) =>
        SeededNoise.For(_seed, FormattableString.Invariant($"{_asset}/fault/{FaultNames.Of(fault.Kind)}/{fault.Signal}/{fault.At.Ticks}"));

    TimeSpan Nearest() => _waiting.Count == 0 ? TimeSpan.MaxValue : _waiting.Min(f => f.At);
}
