using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>Plays a plant to its listeners, scan by scan.</summary>
sealed class PlantRun(PlantOptions options, PlantPace pace, PlantCommands commands, IReadOnlyList<IPlantListener> listeners)
{
    readonly Skid[] _skids = [.. options.Assets.Select(a => new Skid(a, options.Seed, options.Script.Faults))];

    /// <summary>Scans played, over all skids.</summary>
    public long Scans { get; private set; }

    /// <summary>Of these, scans that a dropout swallowed.</summary>
    public long Silent { get; private set; }

    /// <summary>Runs to the end of the options or until stopped; being stopped is an ordinary end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            foreach (Skid skid in _skids)
                await TellAsync(skid.Asset, [null], stop);
            for (long n = 0; options.For is not { } end || options.ElapsedAt(n) < end; n++)
                await ScanAllAsync(n, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop between two scans; what was handed over is still sent.
        }
    }

    async ValueTask ScanAllAsync(long n, CancellationToken stop)
    {
        TimeSpan elapsed = options.ElapsedAt(n);
        await pace.WaitUntilAsync(elapsed, stop);
        await ObeyAsync(elapsed, stop);
        double seconds = n == 0 ? 0 : 1 / options.RateHz;
        foreach (Skid skid in _skids)
        {
            await TellAsync(skid.Asset, skid.Faults.Advance(elapsed), stop);
            Scans++;
            if (skid.Next(options.Start + elapsed, elapsed, n, seconds) is not { } scan)
            {
                Silent++;
                continue;
            }

            foreach (IPlantListener listener in listeners)
                await listener.ScanAsync(scan, stop);
        }
    }

    async ValueTask ObeyAsync(TimeSpan elapsed, CancellationToken stop)
    {
        while (commands.TryTake(out (string Asset, FaultCommand Command) order))
        {
            if (Array.Find(_skids, s => s.Asset == order.Asset) is not { } skid)
                continue;
            if (order.Command.Fault is { } fault)
                skid.Faults.Add(fault with { At = elapsed + fault.At });
            else
                await TellAsync(skid.Asset, skid.Faults.Clear(elapsed), stop);
        }
    }

    async ValueTask TellAsync(string asset, IReadOnlyList<TruthChange?> changes, CancellationToken stop)
    {
        foreach (TruthChange? change in changes)
        {
            foreach (IPlantListener listener in listeners)
                await listener.TruthAsync(asset, options.Start, change, stop);
        }
    }
}
