namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>What a script of faults is drawn from; equal options give equal scripts.</summary>
sealed record FaultPlanOptions
{
    public required long Seed { get; init; }

    /// <summary>Plant time that the script covers; its last fault ends before.</summary>
    public required TimeSpan For { get; init; }

    /// <summary>At the start, without a fault. 10 minutes unless told.</summary>
    public TimeSpan Normal { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Skids that get faults, each its own; none: every skid gets the same.</summary>
    public IReadOnlyList<string> Assets { get; init; } = [];

    public IReadOnlyList<FaultKind> Kinds { get; init; } = Enum.GetValues<FaultKind>();

    /// <summary>Faults per hour after the first stretch, for each skid. 2 unless told.</summary>
    public double PerHour { get; init; } = 2;

    public double SeverityMin { get; init; } = 0.3;

    public double SeverityMax { get; init; } = 1;
}
