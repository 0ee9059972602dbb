using static EdgeRuntime.FirmwareSim.PumpSkid.PumpRating;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>
/// The skid as it is, before any instrument looks at it. Pump curve against system curve gives flow and head; efficiency gives shaft power; power and
/// voltage give current; current and friction give heat through first-order lags; suction pressure gives the NPSH margin, and a margin that is gone gives cavitation.
/// Trouble acts on causes (a hole, a torque, an opening), never on a result. A trouble of zero leaves every bit as it was without it.
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

    // Shaft speed as a share of what the motor turns when it is up to speed; exactly 1 then.
    double _turning = 1;
    double _burst, _frictionKilowatt, _roughDriveEnd, _imbalanceDriveEnd;

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
            StepOnce(StepSecondsMax, default);
        MotorCelsius = MotorWarmth;
        BearingCelsius = BearingWarmth;
    }

    /// <summary>Through the pump.</summary>
    public double Flow { get; private set; }

    /// <summary>Through the hole between the discharge flange and the flow meter.</summary>
    public double LeakFlow { get; private set; }

    /// <summary>Through the flow meter: what the pump moves less what the hole takes.</summary>
    public double MeteredFlow { get; private set; }

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

    /// <summary>The valve's position as its positioner believes it; the plug of a sticking valve stands further closed.</summary>
    public double ValvePercent { get; private set; }

    /// <summary>The contactor is closed.</summary>
    public bool IsRunning { get; private set; } = true;

    public string Recipe => _recipe.Name;

    /// <summary>NPSH available less NPSH required, in metres.</summary>
    public double NpshMargin { get; private set; }

    /// <summary>0: clear water; 1: the impeller is full of vapour.</summary>
    public double Cavitation { get; private set; }

    double MotorWarmth => _ambient.Value + (48 * Ampere * Ampere / (RatedAmpere * RatedAmpere));

    double BearingWarmth => _ambient.Value + (14 * _turning) + (2.2 * _roughDriveEnd) + (0.12 * (MotorCelsius - _ambient.Value))
        + (BearingKelvinPerKilowatt * _frictionKilowatt) + (ImbalanceKelvinPerVibration * _imbalanceDriveEnd);

    public void Step(double seconds, in PumpTrouble trouble)
    {
        int steps = Math.Max(1, (int)Math.Ceiling((seconds / StepSecondsMax) - 1e-9));
        for (int i = 0; i < steps; i++)
            StepOnce(seconds / steps, trouble);
    }

    void StepOnce(double seconds, in PumpTrouble trouble)
    {
        StepSurroundings(seconds, trouble.RecipeOrder);
        StepContactor(seconds, trouble.IsStopped);
        StepHydraulics(seconds, trouble);
        StepMotor(trouble.BearingWear);
        StepWear(seconds, trouble);
    }

    void StepSurroundings(double seconds, SeededNoise? recipeOrder)
    {
        _tankLevel.Step(seconds);
        _mains.Step(seconds);
        _ambient.Step(seconds);
        _demand.Step(seconds);
        _recipe.Step(seconds, recipeOrder);
        double wanted = _recipe.ValvePercent + _demand.Value;
        double reach = ValvePercentPerSecond * seconds;
        ValvePercent += Math.Clamp(wanted - ValvePercent, -reach, reach);
        // Vapour pockets come and go about twice a second.
        _unsteady += (-_unsteady * seconds / 0.25) + (Math.Sqrt(2 * seconds / 0.25) * _turbulence.Gaussian());
        _unsteady = Math.Clamp(_unsteady, -3, 3);
    }

    void StepContactor(double seconds, bool isStopped)
    {
        IsRunning = !isStopped;
        _turning = isStopped ? _turning - (_turning * seconds / (RunDownSeconds + seconds)) : Math.Min(1, _turning + (seconds / SoftStartSeconds));
    }

    void StepHydraulics(double seconds, in PumpTrouble trouble)
    {
        double opening = ValvePercent / 100 * (1 - ValveLost(trouble.ValveClosing));
        double systemLoss = PipeLoss + (ValveLoss / (opening * opening));
        double suctionLoss = SuctionLoss + StrainerLoss(trouble.Cavitation);
        double made = Math.Max(0.1, 1 - (0.40 * Cavitation * (1 + (0.30 * _unsteady))));
        double shutOff = HeadAtShutOff * _speed * _speed;

        // tank + made (shutOff - fall Q²) - suction Q² = static + system M², with M = Q - leak through the meter. Below zero the check valve is shut.
        double drive = _tankLevel.Value + (made * shutOff) - StaticHead;
        LeakFlow = trouble.Leak <= 0 ? 0 : LeakFlowPerRootMetre * trouble.Leak * Math.Sqrt(Math.Max(0, DischargeBar / BarPerMetre));
        double balance = LeakFlow > 0
            ? LeakFlow + MeteredBeside(LeakFlow, drive, (made * HeadFall) + suctionLoss, systemLoss)
            : Math.Sqrt(Math.Max(0, drive) / ((made * HeadFall) + suctionLoss + systemLoss));
        Flow += (balance - Flow) * seconds / (0.3 + seconds);
        MeteredFlow = Math.Max(0, Flow - LeakFlow);

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

    // The root of (pump + system) M² + 2 pump leak M + pump leak² = drive.
    static double MeteredBeside(double leak, double drive, double pumpLoss, double systemLoss)
    {
        double left = drive - (pumpLoss * leak * leak);
        return left <= 0 ? 0 : (Math.Sqrt((pumpLoss * leak * pumpLoss * leak) + ((pumpLoss + systemLoss) * left)) - (pumpLoss * leak)) / (pumpLoss + systemLoss);
    }

    void StepMotor(double bearingWear)
    {
        double fromBest = FromBest;
        Efficiency = Math.Max(0.15, EfficiencyBest * (1 - (0.6 * fromBest * fromBest)) * (1 - (0.15 * Cavitation)));
        _frictionKilowatt = BearingFrictionKilowatt * bearingWear * _turning;
        double idle = IdleKilowatt * _turning * _turning * _turning;
        ShaftKilowatt = Math.Max(idle, KilowattPerCubicMetrePerHourMetre * Flow * Head / Efficiency) + _frictionKilowatt;
        double voltage = Volt / RatedVolt;
        double active = ShaftKilowatt * 1000 / (Math.Sqrt(3) * Volt * MotorEfficiency);
        double magnetising = MagnetisingAmpere * voltage;
        double upToSpeed = Math.Sqrt((active * active) + (magnetising * magnetising));
        Ampere = !IsRunning ? 0 : _turning < 1 ? SoftStartAmpere * voltage : upToSpeed;
        _speed = _turning * (1 - (RatedSlip * ShaftKilowatt / MotorKilowatt / (voltage * voltage)));
    }

    // The best flow goes with the speed. A rotor that hardly turns is no pump any more; the floor keeps the quotient finite.
    double FromBest => (Flow / (FlowAtBestEfficiency * Math.Max(0.05, _turning))) - 1;

    void StepWear(double seconds, in PumpTrouble trouble)
    {
        double fromBest = FromBest;
        double hydraulic = 2.5 * fromBest * fromBest;
        double force = _turning * _turning;
        StepBursts(seconds, trouble);
        double rattle = ((WearVibration * trouble.BearingWear) + _burst) * force;
        double imbalance = trouble.Imbalance * _speed * _speed;
        _imbalanceDriveEnd = ImbalanceDriveEnd * imbalance;
        _roughDriveEnd = Together(Math.Max(0.2, (1.3 + hydraulic + (Cavitation * (5.5 + (1.6 * _unsteady)))) * force), rattle);
        double roughNonDriveEnd = Together(Math.Max(0.2, (0.9 + (0.7 * hydraulic) + (Cavitation * (3.2 + (1.0 * _unsteady)))) * force), WearAtOtherEnd * rattle);
        VibrationDriveEnd = Together(_roughDriveEnd, _imbalanceDriveEnd);
        VibrationNonDriveEnd = Together(roughNonDriveEnd, ImbalanceNonDriveEnd * imbalance);
        MotorCelsius += (MotorWarmth - MotorCelsius) * seconds / (480 + seconds);
        BearingCelsius += (BearingWarmth - BearingCelsius) * seconds / (240 + seconds);
    }

    void StepBursts(double seconds, in PumpTrouble trouble)
    {
        _burst -= _burst * seconds / (WearBurstSeconds + seconds);
        if (trouble.WearChance is { } chance && chance.Uniform() < WearBurstsPerSecond * trouble.BearingWear * seconds)
            _burst += WearBurst * trouble.BearingWear * chance.Between(0.5, 1);
    }

    // RMS values that know nothing of each other add as squares. What is added to zero keeps its last bit: in binary the root of a rounded square is the number itself.
    static double Together(double one, double other) => Math.Sqrt((one * one) + (other * other));
}
