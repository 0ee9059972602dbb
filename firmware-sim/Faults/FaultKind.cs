namespace EdgeRuntime.FirmwareSim.Faults;

/// <summary>The lies this plant can tell. Physics and numbers are in <c>PumpSkid/PumpRating.cs</c>; README.md has one line for each.</summary>
enum FaultKind
{
    /// <summary>The strainer blocks, the suction pressure falls until the NPSH margin is gone: head, flow and current drop and get unsteady, vibration rises.</summary>
    Cavitation,

    /// <summary>The drive end bearing rubs: friction costs power, heats the bearing through its lag, and vibration grows with bursts.</summary>
    BearingWear,

    /// <summary>The control valve's plug sticks and closes while its position feedback does not follow: less flow against more pressure at the same position.</summary>
    ValveClosing,

    /// <summary>A hole between the discharge flange and the flow meter: pump, pressure and meter no longer agree with the curve.</summary>
    Leak,

    /// <summary>The rotor is out of balance: vibration at running speed on both ends, with the square of the speed.</summary>
    Imbalance,

    /// <summary>One signal freezes at its last reading.</summary>
    StuckSensor,

    /// <summary>One signal shows single wild samples.</summary>
    Spike,

    /// <summary>One signal walks away from the truth.</summary>
    Drift,

    /// <summary>One signal vanishes from the payload, or, without a signal, the whole skid falls silent.</summary>
    Dropout,

    /// <summary>One signal comes in another unit than the site was told.</summary>
    WrongUnit,

    /// <summary>The skid's clock is wrong for a while; the plant goes on.</summary>
    ClockJump,

    /// <summary>The line makes something else for a while, out of turn.</summary>
    RecipeChange,

    /// <summary>The pump stops, stands and is started again.</summary>
    StartUp,
}

/// <summary>Where the cause lies, as the truth tells it.</summary>
enum FaultClass
{
    /// <summary>Something is wrong with the machine or its pipework.</summary>
    Process,

    /// <summary>The machine is well; what reports on it lies.</summary>
    Sensor,

    /// <summary>Nothing is wrong, though it looks unusual. Whoever raises an alarm here is mistaken.</summary>
    Harmless,
}
