using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>What a run of the plant is made of; two runs with equal options give equal scans.</summary>
sealed record PlantOptions
{
    public required IReadOnlyList<string> Assets { get; init; }
    public required long Seed { get; init; }
    public required double RateHz { get; init; }
    public required DateTime Start { get; init; }
    public required FaultScript Script { get; init; }

    /// <summary>Plant time to play; null: until stopped.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Plant seconds per wall second; infinity: as fast as the listener takes it.</summary>
    public double Speed { get; init; } = 1;

    /// <summary>When scan <paramref name="n"/> happens: counted from the start, so that no error adds up.</summary>
    public TimeSpan ElapsedAt(long n) => TimeSpan.FromTicks((long)Math.Round(n * (double)TimeSpan.TicksPerSecond / RateHz));
}
