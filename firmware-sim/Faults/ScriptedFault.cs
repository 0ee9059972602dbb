using EdgeRuntime.FirmwareSim.PumpSkid;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>One fault with its times, relative to the start of the plant.</summary>
/// <param name="Asset">Null: every skid.</param>
/// <param name="Signal">Null: the whole skid.</param>
/// <param name="Severity">0..1, reached after <paramref name="Ramp"/>.</param>
sealed record ScriptedFault(FaultKind Kind, string? Asset, string? Signal, TimeSpan At, TimeSpan Duration, double Severity, TimeSpan Ramp)
{
    static readonly TimeSpan RampOfMost = TimeSpan.FromSeconds(3);

    // To run down, to stand for half of it at most, and to run up again.
    static readonly TimeSpan StartUpMin = TimeSpan.FromSeconds(20);

    public TimeSpan End => At + Duration;

    /// <summary>A drift grows to its end; a spike and a clock are wrong at once; the rest takes 3 s.</summary>
    public static TimeSpan RampUnlessTold(FaultKind kind, TimeSpan duration) => kind switch
    {
        FaultKind.Drift => duration,
        FaultKind.Spike or FaultKind.ClockJump => TimeSpan.Zero,
        _ => RampOfMost,
    };

    /// <summary>False: the fault is there or not, and severity and ramp are told but change nothing.</summary>
    public static bool HasDegrees(FaultKind kind) => kind is not (FaultKind.StuckSensor or FaultKind.Dropout or FaultKind.WrongUnit or FaultKind.RecipeChange);

    public double SeverityAt(TimeSpan elapsed)
    {
        if (elapsed < At || elapsed >= End)
            return 0;
        return Ramp <= TimeSpan.Zero || elapsed - At >= Ramp ? Severity : Severity * ((elapsed - At) / Ramp);
    }

    /// <summary>The key that breaks a rule and the rule in words; nothing when the fault can be played.</summary>
    public IEnumerable<(string Key, string Rule)> Violations()
    {
        if (SignalRule() is { } rule)
            yield return ("signal", rule);
        if (Duration <= TimeSpan.Zero)
            yield return ("duration", "must be longer than zero.");
        else if (Kind == FaultKind.StartUp && Duration < StartUpMin)
            yield return ("duration", "must be at least PT20S; a pump needs that to run down, stand and run up again.");
        if (At < TimeSpan.Zero)
            yield return ("at", "must not be negative.");
        if (Ramp < TimeSpan.Zero)
            yield return ("ramp", "must not be negative.");
    }

    string? SignalRule()
    {
        string name = FaultNames.Of(Kind);
        if (Signal is null)
            return SignalsOf(Kind).Count > 0 && Kind != FaultKind.Dropout ? $"is missing; {name} needs the signal that lies." : null;
        if (SkidSignals.IndexOf(Signal) < 0)
            return $"is '{Signal}'; a skid has {string.Join(", ", SkidSignals.Names)}.";
        IReadOnlyList<string> possible = SignalsOf(Kind);
        if (possible.Count == 0)
            return $"must be left out; {name} happens to the whole skid.";
        return possible.Contains(Signal) ? null : $"is '{Signal}'; {name} can befall {string.Join(", ", possible)}.";
    }

    /// <summary>The signals that a kind can act on; none: it takes no signal.</summary>
    public static IReadOnlyList<string> SignalsOf(FaultKind kind) => kind switch
    {
        FaultKind.StuckSensor or FaultKind.Dropout => SkidSignals.Names,
        FaultKind.Spike or FaultKind.Drift => SkidSignals.Numbers,
        FaultKind.WrongUnit => SkidSignals.WithAnotherUnit,
        _ => [],
    };
}
