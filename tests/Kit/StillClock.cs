namespace EdgeRuntime.Tests.Kit;

/// <summary>A clock that stands until a test moves it. Timers never fire.</summary>
public sealed class StillClock(DateTimeOffset now) : TimeProvider
{
    public StillClock()
        : this(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;

    public override long GetTimestamp() => Now.Ticks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}
