namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>Kinds and classes as written in scripts, commands and the truth.</summary>
static class FaultNames
{
    // In the order of the enum, which Of relies on.
    static readonly (FaultKind Kind, string Name, FaultClass Class)[] All =
    [
        (FaultKind.Cavitation, "cavitation", FaultClass.Process),
        (FaultKind.BearingWear, "bearing-wear", FaultClass.Process),
        (FaultKind.ValveClosing, "valve-closing", FaultClass.Process),
        (FaultKind.Leak, "leak", FaultClass.Process),
        (FaultKind.Imbalance, "imbalance", FaultClass.Process),
        (FaultKind.StuckSensor, "stuck-sensor", FaultClass.Sensor),
        (FaultKind.Spike, "spike", FaultClass.Sensor),
        (FaultKind.Drift, "drift", FaultClass.Sensor),
        (FaultKind.Dropout, "dropout", FaultClass.Sensor),
        (FaultKind.WrongUnit, "wrong-unit", FaultClass.Sensor),
        (FaultKind.ClockJump, "clock-jump", FaultClass.Sensor),
        (FaultKind.RecipeChange, "recipe-change", FaultClass.Harmless),
        (FaultKind.StartUp, "start-up", FaultClass.Harmless),
    ];

    public static readonly IReadOnlyDictionary<string, FaultKind> Kinds = All.ToDictionary(f => f.Name, f => f.Kind, StringComparer.Ordinal);

    public static string Of(FaultKind kind) => All[(int)kind].Name;

    public static FaultClass ClassOf(FaultKind kind) => All[(int)kind].Class;

    public static string Of(FaultClass kind) => kind switch
    {
        FaultClass.Process => "process",
        FaultClass.Sensor => "sensor",
        _ => "harmless",
    };
}
