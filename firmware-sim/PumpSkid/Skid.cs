using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>One pump skid with its instruments and its faults. Same seed, asset, rate and script: the same scans, whatever the wall clock does.</summary>
sealed class Skid
{
    // A drift of severity 1 ends 15 % of the span away from the truth: 30 m3/h, 1.5 bar of discharge pressure.
    const double DriftShare = 0.15;

    // A clock of severity 1 is an hour off; the sign is drawn by the fault itself.
    const double ClockMilliseconds = 3_600_000;

    readonly PumpPhysics _physics;
    readonly SeededNoise[] _noise;
    string?[] _before = new string?[SkidSignals.Names.Count];

    public Skid(string asset, long seed, IEnumerable<ScriptedFault> script)
    {
        Asset = asset;
        _physics = new PumpPhysics(seed, asset);
        _noise = [.. SkidSignals.Instruments.Select(i => SeededNoise.For(seed, asset + "/" + i.Signal))];
        Faults = new FaultBoard(asset, seed, script.Where(f => f.Asset is null || f.Asset == asset));
    }

    public string Asset { get; }

    public FaultBoard Faults { get; }

    public PumpPhysics Physics => _physics;

    /// <summary>
    /// Goes on by <paramref name="seconds"/> and reads every instrument; null while the skid is silent. Call <see cref="FaultBoard.Advance"/> for the same
    /// instant before.
    /// </summary>
    public Scan? Next(DateTime time, TimeSpan elapsed, long seq, double seconds)
    {
        _physics.Step(seconds, Trouble(elapsed));
        string?[] texts = Read(elapsed);
        for (int i = 0; i < texts.Length; i++)
        {
            // Frozen at the last text that left the skid; the instrument behind it goes on drawing, so the rest of the plant does not change.
            if (Faults.IsActive(FaultKind.StuckSensor, SkidSignals.Names[i]))
                texts[i] = _before[i] ?? texts[i];
        }

        _before = [.. texts];
        for (int i = 0; i < texts.Length; i++)
        {
            if (Faults.IsActive(FaultKind.Dropout, SkidSignals.Names[i]))
                texts[i] = null;
        }

        return Faults.IsActive(FaultKind.Dropout, null) ? null : new Scan(Asset, time, time + ClockError(elapsed), seq, texts);
    }

    PumpTrouble Trouble(TimeSpan elapsed)
    {
        if (Faults.IsQuiet)
            return default;
        ActiveFault? startUp = Faults.Find(FaultKind.StartUp, null);
        return new PumpTrouble
        {
            Cavitation = Faults.Severity(FaultKind.Cavitation, elapsed),
            BearingWear = Faults.Severity(FaultKind.BearingWear, elapsed),
            ValveClosing = Faults.Severity(FaultKind.ValveClosing, elapsed),
            Leak = Faults.Severity(FaultKind.Leak, elapsed),
            Imbalance = Faults.Severity(FaultKind.Imbalance, elapsed),
            WearChance = Faults.Find(FaultKind.BearingWear, null)?.Chance,
            RecipeOrder = Faults.Find(FaultKind.RecipeChange, null)?.Chance,
            // The worse the longer it stands, half of the interval at most; the rest is for running up.
            IsStopped = startUp is not null && elapsed < startUp.Fault.At + (startUp.Fault.Duration * (startUp.Fault.Severity / 2)),
        };
    }

    string?[] Read(TimeSpan elapsed)
    {
        PumpPhysics p = _physics;
        Span<double> truths =
        [
            p.SuctionBar, p.DischargeBar, p.MeteredFlow, p.Ampere, p.VibrationDriveEnd, p.VibrationNonDriveEnd, p.BearingCelsius, p.MotorCelsius, p.Volt, p.ValvePercent,
        ];
        var texts = new string?[SkidSignals.Names.Count];
        for (int i = 0; i < truths.Length; i++)
        {
            Instrument instrument = SkidSignals.Instruments[i];
            double reading = instrument.Measure(truths[i], _noise[i], Offset(instrument, truths[i], elapsed));
            texts[i] = Faults.IsActive(FaultKind.WrongUnit, instrument.Signal) ? instrument.TextInAnother(reading) : instrument.Text(reading);
        }

        texts[SkidSignals.IndexOf(SkidSignals.Running)] = p.IsRunning ? "true" : "false";
        texts[SkidSignals.IndexOf(SkidSignals.Recipe)] = p.Recipe;
        return texts;
    }

    double Offset(Instrument instrument, double truth, TimeSpan elapsed)
    {
        double offset = 0;
        if (Faults.Find(FaultKind.Drift, instrument.Signal) is { } drift)
            offset += drift.Sign * DriftShare * instrument.Span * drift.Fault.SeverityAt(elapsed);
        if (Faults.Find(FaultKind.Spike, instrument.Signal) is { } spike)
            offset += instrument.WithRoom(truth, instrument.Span * spike.TakeSpike(elapsed));
        return offset;
    }

    TimeSpan ClockError(TimeSpan elapsed) => Faults.Find(FaultKind.ClockJump, null) is { } jump
        ? TimeSpan.FromTicks((long)Math.Round(jump.Sign * jump.Fault.SeverityAt(elapsed) * ClockMilliseconds) * TimeSpan.TicksPerMillisecond)
        : TimeSpan.Zero;
}
