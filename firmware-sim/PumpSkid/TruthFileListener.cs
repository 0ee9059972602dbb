using System.Globalization;
using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>Fault intervals as CSV, one row when a fault ends: from the first scan that shows it, up to but not including the first that does not.</summary>
sealed class TruthFileListener(TextWriter file) : IPlantListener
{
    readonly List<(string Asset, ScriptedFault Fault, DateTime From)> _open = [];
    DateTime _last;
    bool _begun;

    public ValueTask ScanAsync(Scan scan, CancellationToken stop)
    {
        _last = scan.At;
        return ValueTask.CompletedTask;
    }

    public async ValueTask TruthAsync(string asset, DateTime start, TruthChange? change, CancellationToken stop)
    {
        await BeginAsync();
        if (change is null)
            return;
        if (change.Active)
            _open.Add((asset, change.Fault, start + change.At));
        else
            await WriteAsync(Take(asset, change.Fault), start + change.At);
    }

    /// <summary>Faults that are still on when the run ends; their row ends at the last scan.</summary>
    public async Task CompleteAsync()
    {
        await BeginAsync();
        foreach ((string Asset, ScriptedFault Fault, DateTime From) open in _open)
            await WriteAsync(open, _last > open.From ? _last : open.From);
        _open.Clear();
    }

    (string Asset, ScriptedFault Fault, DateTime From) Take(string asset, ScriptedFault fault)
    {
        int i = _open.FindIndex(o => o.Asset == asset && ReferenceEquals(o.Fault, fault));
        (string Asset, ScriptedFault Fault, DateTime From) open = _open[i];
        _open.RemoveAt(i);
        return open;
    }

    async Task BeginAsync()
    {
        if (!_begun)
            await file.WriteAsync("asset,fault,class,signal,severity,from,to\n");
        _begun = true;
    }

    Task WriteAsync((string Asset, ScriptedFault Fault, DateTime From) open, DateTime to) => file.WriteAsync(string.Join(
        ',',
        open.Asset,
        FaultNames.Of(open.Fault.Kind),
        FaultNames.Of(FaultNames.ClassOf(open.Fault.Kind)),
        open.Fault.Signal,
        open.Fault.Severity.ToString(CultureInfo.InvariantCulture),
        PlantTime.Format(open.From),
        PlantTime.Format(to)) + "\n");
}
