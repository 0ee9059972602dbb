using EdgeRuntime.FirmwareSim.Faults;

namespace EdgeRuntime.FirmwareSim.PumpSkid;

/// <summary>
/// One CSV row per scan of one skid: <c>t</c> and the twelve signals with the very texts of the payload. A missing signal is an empty cell; a silent scan
/// has no row.
/// </summary>
/// <param name="tellsReceipt">A last column <c>received</c> has the time at which a recorder with a right clock took the row; <c>t</c> is what the skid's clock says.</param>
sealed class FileListener(string asset, TextWriter file, bool tellsReceipt = false) : IPlantListener
{
    readonly string _asset = asset;

    public long Rows { get; private set; }

    public async ValueTask ScanAsync(Scan scan, CancellationToken stop)
    {
        if (scan.Asset != _asset)
            return;
        Rows++;
        await file.WriteAsync(PlantTime.Format(scan.Time) + "," + string.Join(',', scan.Texts) + (tellsReceipt ? "," + PlantTime.Format(scan.At) : "") + "\n");
    }

    /// <summary>The first word about the plant opens the file; faults have a file of their own.</summary>
    public async ValueTask TruthAsync(string asset, DateTime start, TruthChange? change, CancellationToken stop)
    {
        if (change is null && asset == _asset)
            await file.WriteAsync("t," + string.Join(',', SkidSignals.Names) + (tellsReceipt ? ",received" : "") + "\n");
    }
}
