namespace EdgeRuntime.Journal;

/// <summary>Where a walk over a journal is.</summary>
/// <param name="Frame">The frame reached.</param>
/// <param name="LastFrame">The newest frame when the walk began.</param>
/// <param name="Proved">From where to go on if this walk is cut off; null before the first segment, and behind the first damage.</param>
public readonly record struct VerifyProgress(long Frame, long LastFrame, VerifyMark? Proved);
