using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>Whoever records the plant: a broker, a file.</summary>
interface IPlantListener
{
    ValueTask ScanAsync(Scan scan, CancellationToken stop);

    /// <summary>A null change says that nothing is wrong at the start.</summary>
    ValueTask TruthAsync(string asset, DateTime start, TruthChange? change, CancellationToken stop);
}
