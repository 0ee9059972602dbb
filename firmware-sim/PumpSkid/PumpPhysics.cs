using static EdgeRuntime.FirmwareSim.PumpSkid.PumpRating;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>
/// The skid as it is, before any instrument looks at it. Pump curve against system curve gives flow and head; efficiency gives shaft power; power and
/// voltage give current; current and friction give heat through first-order lags; suction pressure gives the NPSH margin, and a margin that is gone gives cavitation.
/// </summary>
sealed class PumpPhysics
{
    // Long enough for every lag below, short enough for the fastest: the answer does not depend on the scan rate.
    const double StepSecondsMax = 0.05;

    readonly SeededNoise _turbulence;
    readonly SlowDrift _tankLevel, _mains, _ambient, _demand;
    readonly RecipeProgram _recipe;
    double _speed = 1 - RatedSlip;
    double _unsteady;

    public PumpPhysics(long seed, string asset)
    {
        _turbulence = SeededNoise.For(seed, asset + "/turbulence");
        _tankLevel = new SlowDrift(SeededNoise.For(seed, asset + "/tank"), 4.2, 0.25, 60, 180);
        _mains = new SlowDrift(SeededNoise.For(seed, asset + "/mains"), RatedVolt, 4, 20, 90);
        _ambient = new SlowDrift(SeededNoise.For(seed, asset + "/ambient"), 24, 2, 300, 900);
        _demand = new SlowDrift(SeededNoise.For(seed, asset + "/demand"), 0, 2.5, 15, 60);
        _recipe = new RecipeProgram(SeededNoise.For(seed, asset + "/recipe"));
        ValvePercent = _recipe.ValvePercent + _demand.Value;
        Flow = FlowAtBestEfficiency;
        // A pump that has run for hours: hydraulics settle in seconds, the warm parts start where they would end.
        for (int i = 0; i < 200; i++)
            StepOnce(StepSecondsMax, 0);
        MotorCelsius = MotorWarmth;
        BearingCelsius = BearingWarmth;
    }

    public double Flow { get; private set; }

    public double SuctionBar { get; private set; }

    public double DischargeBar { get; private set; }

    /// <summary>Head made by the pump, in metres of water.</summary>
    public double Head { get; private set; }

    public double ShaftKilowatt { get; private set; }

    public double Efficiency { get; private set; }

    public double Ampere { get; private set; }

    public double Volt => _mains.Value;

    public double VibrationDriveEnd { get; private set; }

    public double VibrationNonDriveEnd { get; private set; }

    public double BearingCelsius { get; private set; }

    public double MotorCelsius { get; private set; }

    public double ValvePercent { get; private set; }

    public string Recipe => _recipe.Name;

    /// <summary>NPSH available less NPSH required, in metres.</summary>
    public double NpshMargin { get; private set; }

    /// <summary>0: clear water; 1: the impeller is full of vapour.</summary>
    public double Cavitation { get; private set; }

    double MotorWarmth => _ambient.Value + (48 * Ampere * Ampere / (RatedAmpere * RatedAmpere));

    double BearingWarmth => _ambient.Value + 14 + (2.2 * VibrationDriveEnd) + (0.12 * (MotorCelsius - _ambient.Value));

    /// <param name="cavitationSeverity">0: the strainer is clean; 1: it is blocked as far as a script can block it.</param>
    public void Step(double seconds, double cavitationSeverity)
    {
        int steps = Math.Max(1, (int)Math.Ceiling((seconds / StepSecondsMax) - 1e-9));
        for (int i = 0; i < steps; i++)
            StepOnce(seconds / steps, cavitationSeverity);
    }

    void StepOnce(double seconds, double cavitationSeverity)
    {
        StepSurroundings(seconds);
        StepHydraulics(seconds, cavitationSeverity);
        StepMotor();
        StepWear(seconds);
    }

    void StepSurroundings(double seconds)
    {
        _tankLevel.Step(seconds);
        _mains.Step(seconds);
        _ambient.Step(seconds);
        _demand.Step(seconds);
        _recipe.Step(seconds);
        double wanted = _recipe.ValvePercent + _demand.Value;
        double reach = ValvePercentPerSecond * seconds;
        ValvePercent += Math.Clamp(wanted - ValvePercent, -reach, reach);
        // Vapour pockets come and go about twice a second.
        _unsteady += (-_unsteady * seconds / 0.25) + (Math.Sqrt(2 * seconds / 0.25) * _turbulence.Gaussian());
        _unsteady = Math.Clamp(_unsteady, -3, 3);
    }

    void StepHydraulics(double seconds, double cavitationSeverity)
    {
        double opening = ValvePercent / 100;
        double systemLoss = PipeLoss + (ValveLoss / (opening * opening));
        double suctionLoss = SuctionLoss + StrainerLoss(cavitationSeverity);
        double made = Math.Max(0.1, 1 - (0.40 * Cavitation * (1 + (0.30 * _unsteady))));
        double shutOff = HeadAtShutOff * _speed * _speed;

        // tank + made (shutOff - fall Q²) - suction Q² = static + system Q²
        double drive = _tankLevel.Value + (made * shutOff) - StaticHead;
        double balance = Math.Sqrt(Math.Max(0, drive) / ((made * HeadFall) + suctionLoss + systemLoss));
        Flow += (balance - Flow) * seconds / (0.3 + seconds);

        Head = Math.Max(0, made * (shutOff - (HeadFall * Flow * Flow)));
        // Below the vapour pressure there is no liquid left to measure.
        SuctionBar = Math.Max((_tankLevel.Value - (suctionLoss * Flow * Flow)) * BarPerMetre, VapourPressureBar - AtmosphereBar);
        DischargeBar = SuctionBar + (Head * BarPerMetre);

        double available = (SuctionBar + AtmosphereBar - VapourPressureBar) / BarPerMetre;
        double required = NpshBase + (NpshRise * Flow * Flow / (120 * 120));
        NpshMargin = available - required;
        double wanted = Math.Clamp((CavitationBeginsMargin - NpshMargin) / (CavitationBeginsMargin - CavitationFullMargin), 0, 1);
        Cavitation += (wanted - Cavitation) * seconds / (0.4 + seconds);
    }

    void StepMotor()
    {
        double fromBest = (Flow / FlowAtBestEfficiency) - 1;
        Efficiency = Math.Max(0.15, EfficiencyBest * (1 - (0.6 * fromBest * fromBest)) * (1 - (0.15 * Cavitation)));
        ShaftKilowatt = Math.Max(1.5, KilowattPerCubicMetrePerHourMetre * Flow * Head / Efficiency);
        double voltage = Volt / RatedVolt;
        double active = ShaftKilowatt * 1000 / (Math.Sqrt(3) * Volt * MotorEfficiency);
        double magnetising = MagnetisingAmpere * voltage;
        Ampere = Math.Sqrt((active * active) + (magnetising * magnetising));
        _speed = 1 - (RatedSlip * ShaftKilowatt / MotorKilowatt / (voltage * voltage));
    }

    void StepWear(double seconds)
    {
        double fromBest = (Flow / FlowAtBestEfficiency) - 1;
        double hydraulic = 2.5 * fromBest * fromBest;
        VibrationDriveEnd = Math.Max(0.2, 1.3 + hydraulic + (Cavitation * (5.5 + (1.6 * _unsteady))));
        VibrationNonDriveEnd = Math.Max(0.2, 0.9 + (0.7 * hydraulic) + (Cavitation * (3.2 + (1.0 * _unsteady))));
        MotorCelsius += (MotorWarmth - MotorCelsius) * seconds / (480 + seconds);
        BearingCelsius += (BearingWarmth - BearingCelsius) * seconds / (240 + seconds);
    }
}
