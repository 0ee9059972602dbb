namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>The lies this plant can tell.</summary>
enum FaultKind
{
    /// <summary>The strainer blocks, the suction pressure falls until the NPSH margin is gone: head, flow and current drop and get unsteady, vibration rises.</summary>
    Cavitation,

    /// <summary>One signal freezes at its last reading.</summary>
    StuckSensor,

    /// <summary>One signal vanishes from the payload, or, without a signal, the whole skid falls silent.</summary>
    Dropout,
}

static class FaultNames
{
    public const string Cavitation = "cavitation";
    public const string StuckSensor = "stuck-sensor";
    public const string Dropout = "dropout";

    /// <summary>As written in scripts and commands.</summary>
    public static readonly IReadOnlyDictionary<string, FaultKind> Kinds = new Dictionary<string, FaultKind>(StringComparer.Ordinal)
    {
        [Cavitation] = FaultKind.Cavitation,
        [StuckSensor] = FaultKind.StuckSensor,
        [Dropout] = FaultKind.Dropout,
    };

    public static string Of(FaultKind kind) => kind switch
    {
        FaultKind.Cavitation => Cavitation,
        FaultKind.StuckSensor => StuckSensor,
        _ => Dropout,
    };
}
