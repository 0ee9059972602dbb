namespace EdgeRuntime.FirmwareSim;

/// <summary>
/// Holds a run to plant time. Every instant is measured from the start, so that a late scan is followed by an early one and the rate stays exact; waiting
/// is a timer, never a loop. <paramref name="speed"/> is plant seconds per wall second; infinity waits for nothing.
/// </summary>
sealed class PlantPace(TimeProvider time, double speed)
{
    readonly long _started = time.GetTimestamp();

    /// <summary>How far behind its due time the latest scan was, at worst.</summary>
    public TimeSpan LateMax { get; private set; }

    public bool IsPaced => !double.IsPositiveInfinity(speed);

    /// <summary>Wall time since the run began.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    public async ValueTask WaitUntilAsync(TimeSpan plantElapsed, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (!IsPaced)
            return;
        TimeSpan due = plantElapsed / speed;
        TimeSpan left = due - Elapsed;
        while (left > TimeSpan.Zero)
        {
            // A timer counts whole milliseconds; less than one would come back at once and turn this into a busy loop.
            await Task.Delay(left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left, time, stop);
            left = due - Elapsed;
        }

        if (-left > LateMax)
            LateMax = -left;
    }
}
