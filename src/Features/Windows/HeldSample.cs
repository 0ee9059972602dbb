namespace EdgeRuntime.Features.Windows;

/// <summary>One sample as a window sees it.</summary>
/// <param name="At">Event time in nanoseconds since 1970.</param>
/// <param name="Taken">False: validation refused it; the value is not used, but the sample is counted.</param>
/// <param name="Frame">The batch that brought it, with the index in it.</param>
readonly record struct HeldSample(long At, double Value, bool Taken, long Frame, int Index);
