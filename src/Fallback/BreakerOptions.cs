namespace EdgeRuntime.Fallback;

/// <summary>When a breaker opens and how it closes again. Defaults are those of a plant that asks once a minute.</summary>
public sealed record BreakerOptions
{
    /// <summary>How many of the newest calls are looked at. 20 unless told.</summary>
    public int WindowCalls { get; init; } = 20;

    /// <summary>Calls needed in the window before it may open, so one failure at 3 a.m. does not. 5 unless told.</summary>
    public int MinCalls { get; init; } = 5;

    /// <summary>It opens when at least this share of the window failed. 0.5 unless told.</summary>
    public double FailureRatio { get; init; } = 0.5;

    /// <summary>A call slower than this counts as failed even when it made the deadline. 100 ms unless told.</summary>
    public TimeSpan SlowCall { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it stays open before it probes, by the caller's time. 60 s unless told.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Probes in a row that must succeed before it closes. 3 unless told.</summary>
    public int HalfOpenCalls { get; init; } = 3;
}
