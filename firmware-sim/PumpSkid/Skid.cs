using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>One pump skid with its instruments and its faults. Same seed, asset, rate and script: the same scans, whatever the wall clock does.</summary>
sealed class Skid
{
    readonly PumpPhysics _physics;
    readonly SeededNoise[] _noise;
    string?[] _before = new string?[SkidSignals.Names.Count];

    public Skid(string asset, long seed, IEnumerable<ScriptedFault> script)
    {
        Asset = asset;
        _physics = new PumpPhysics(seed, asset);
        _noise = [.. SkidSignals.Instruments.Select(i => SeededNoise.For(seed, asset + "/" + i.Signal))];
        Faults = new FaultBoard(script.Where(f => f.Asset is null || f.Asset == asset));
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
        _physics.Step(seconds, Faults.Severity(FaultKind.Cavitation, elapsed));
        string?[] texts = Read();
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

        return Faults.IsActive(FaultKind.Dropout, null) ? null : new Scan(Asset, time, seq, texts);
    }

    string?[] Read()
    {
        PumpPhysics p = _physics;
        Span<double> truths =
        [
            p.SuctionBar, p.DischargeBar, p.Flow, p.Ampere, p.VibrationDriveEnd, p.VibrationNonDriveEnd, p.BearingCelsius, p.MotorCelsius, p.Volt, p.ValvePercent,
        ];
        var texts = new string?[SkidSignals.Names.Count];
        for (int i = 0; i < truths.Length; i++)
            texts[i] = SkidSignals.Instruments[i].Read(truths[i], _noise[i]);
        texts[SkidSignals.IndexOf(SkidSignals.Running)] = "true";
        texts[SkidSignals.IndexOf(SkidSignals.Recipe)] = p.Recipe;
        return texts;
    }
}
