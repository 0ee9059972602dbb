using EdgeRuntime.FirmwareSim.PumpSkid;

namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>One fault with its times, relative to the start of the plant.</summary>
/// <param name="Asset">Null: every skid.</param>
/// <param name="Signal">Null: the whole skid.</param>
/// <param name="Severity">0..1, reached after <paramref name="Ramp"/>.</param>
sealed record ScriptedFault(FaultKind Kind, string? Asset, string? Signal, TimeSpan At, TimeSpan Duration, double Severity, TimeSpan Ramp)
{
    public static readonly TimeSpan RampUnlessTold = TimeSpan.FromSeconds(3);

    public TimeSpan End => At + Duration;

    public double SeverityAt(TimeSpan elapsed)
    {
        if (elapsed < At || elapsed >= End)
            return 0;
        return Ramp <= TimeSpan.Zero || elapsed - At >= Ramp ? Severity : Severity * ((elapsed - At) / Ramp);
    }

    /// <summary>The key that breaks a rule and the rule in words; nothing when the fault can be played.</summary>
    public IEnumerable<(string Key, string Rule)> Violations()
    {
        if (Signal is not null && SkidSignals.IndexOf(Signal) < 0)
            yield return ("signal", $"is '{Signal}'; a skid has {string.Join(", ", SkidSignals.Names)}.");
        if (Kind == FaultKind.StuckSensor && Signal is null)
            yield return ("signal", "is missing; a stuck sensor needs the signal that sticks.");
        if (Kind == FaultKind.Cavitation && Signal is not null)
            yield return ("signal", "must be left out; cavitation shows in every signal of the pump.");
        if (Duration <= TimeSpan.Zero)
            yield return ("duration", "must be longer than zero.");
        if (At < TimeSpan.Zero)
            yield return ("at", "must not be negative.");
        if (Ramp < TimeSpan.Zero)
            yield return ("ramp", "must not be negative.");
    }
}
