namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>A fault began or ended. <paramref name="At"/> is the plant time of the first scan that shows it, since the start of the run.</summary>
sealed record TruthChange(ScriptedFault Fault, bool Active, TimeSpan At, TimeSpan Since);
