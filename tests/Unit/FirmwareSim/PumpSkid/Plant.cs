using System.Globalization;
using EdgeRuntime.FirmwareSim;
using EdgeRuntime.FirmwareSim.Faults;
using EdgeRuntime.FirmwareSim.PumpSkid;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.PumpSkid;

/// <summary>A plant played into memory, without a clock.</summary>
sealed class Plant : IPlantListener
{
    public List<Scan> Scans { get; } = [];

    public List<(string Asset, TruthChange? Change)> Truth { get; } = [];

    public static readonly DateTime Start = new(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public static async Task<Plant> PlayAsync(TimeSpan plantTime, long seed = 1, double rateHz = 10, IReadOnlyList<string>? assets = null, params ScriptedFault[] faults)
    {
        var plant = new Plant();
        var options = new PlantOptions
        {
            Assets = assets ?? ["P-101"], Seed = seed, RateHz = rateHz, Start = Start, Script = new FaultScript(null, faults), For = plantTime, Speed = double.PositiveInfinity,
        };
        await new PlantRun(options, new PlantPace(TimeProvider.System, double.PositiveInfinity), new PlantCommands(_ => { }), [plant]).RunAsync(CancellationToken.None);
        return plant;
    }

    public static ScriptedFault Fault(FaultKind kind, double at, double duration, double severity = 1, string? signal = null, double ramp = 3) => new(
        kind, null, signal, TimeSpan.FromSeconds(at), TimeSpan.FromSeconds(duration), severity, TimeSpan.FromSeconds(ramp));

    /// <summary>Readings of one signal between two plant times in seconds; missing ones left out.</summary>
    public double[] Values(string signal, double from = 0, double to = double.MaxValue)
    {
        int i = SkidSignals.IndexOf(signal);
        return [.. Scans
            .Where(s => (s.At - Start).TotalSeconds >= from && (s.At - Start).TotalSeconds < to && s.Texts[i] is not null)
            .Select(s => double.Parse(s.Texts[i]!, CultureInfo.InvariantCulture))];
    }

    public ValueTask ScanAsync(Scan scan, CancellationToken stop)
    {
        Scans.Add(scan);
        return ValueTask.CompletedTask;
    }

    public ValueTask TruthAsync(string asset, DateTime start, TruthChange? change, CancellationToken stop)
    {
        Truth.Add((asset, change));
        return ValueTask.CompletedTask;
    }
}
