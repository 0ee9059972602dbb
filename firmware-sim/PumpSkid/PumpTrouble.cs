namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>What is wrong with the pump, or done to it, in one step. The default: nothing. Severities are 0 to 1.</summary>
readonly record struct PumpTrouble
{
    /// <summary>0: the strainer is clean; 1: it is blocked as far as a script can block it.</summary>
    public double Cavitation { get; init; }

    public double BearingWear { get; init; }

    public double ValveClosing { get; init; }

    public double Leak { get; init; }

    public double Imbalance { get; init; }

    /// <summary>Where the bursts of a worn bearing come from; null: it has none.</summary>
    public SeededNoise? WearChance { get; init; }

    /// <summary>Where the recipe out of turn is drawn from; null: the line follows its program.</summary>
    public SeededNoise? RecipeOrder { get; init; }

    /// <summary>The contactor is open.</summary>
    public bool IsStopped { get; init; }
}
