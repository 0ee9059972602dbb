using EdgeRuntime.FirmwareSim.PumpSkid;
using EdgeRuntime.FirmwareSim.Wire;

namespace EdgeRuntime.FirmwareSim.CsvReplay;

/// <summary>Sends files as if they happened now.</summary>
sealed class ReplayRun(ReplayOptions options, PlantPace pace, IPlantWire wire, Action<string> say)
{
    const int RefusalsSaid = 10;
    const int DuplicateLateMax = 20;

    readonly SeededNoise _chance = SeededNoise.For(options.Seed, "duplicate");
    readonly Queue<(WireMessage Message, long Due)> _again = [];
    readonly RowTimes _times = new(options.FirstRowIs);

    public long Rows { get; private set; }

    /// <summary>Telemetry messages without the duplicates.</summary>
    public long Messages { get; private set; }

    public long Values { get; private set; }

    public long Duplicates { get; private set; }

    public long TruthMessages { get; private set; }

    /// <summary>Lines that are no rows of their table.</summary>
    public long RowsRefused { get; private set; }

    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            foreach (string file in options.Files)
                await SendFileAsync(file, stop);
            await SendAgainAsync(long.MaxValue, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked to stop between two rows; what was handed over is still sent.
        }
    }

    async Task SendFileAsync(string file, CancellationToken stop)
    {
        string asset = options.AssetOf(file);
        using CsvTable table = CsvTable.Open(file, options.Dialect, options.Zone);
        var json = new RowJson(table.Columns);
        var labels = new RowJson(table.LabelColumns);
        string[] topics = [.. table.Columns.Select(c => options.ByTag ? options.Topics.Telemetry(asset, PlantTopics.Level("The column", c)) : "")];
        IReadOnlyList<byte[]?>? truth = null;
        _times.BeginFile();
        while (table.TryRead(out CsvRow? row, out string refusal))
        {
            if (row is null)
            {
                if (RowsRefused++ < RefusalsSaid)
                    say(refusal);
                continue;
            }

            string time = PlantTime.Format(_times.Next(row.Time));
            await pace.WaitUntilAsync(_times.Due, stop);
            if (table.LabelColumns.Count > 0 && (truth is null || !Same(truth, row.Labels)))
            {
                truth = row.Labels;
                TruthMessages++;
                await wire.PublishAsync(new WireMessage(options.Topics.Truth(asset), labels.Write(time, truth, nulls: true), 1, Retain: true), stop);
            }

            if (options.ByTag)
                await SendValuesAsync(topics, time, row, stop);
            else
                await SendAsync(new WireMessage(options.Topics.Telemetry(asset), json.Write(time, row.Values), options.Qos), stop);
            Rows++;
            Values += row.Values.Count(v => v is not null);
        }
    }

    async ValueTask SendValuesAsync(string[] topics, string time, CsvRow row, CancellationToken stop)
    {
        for (int i = 0; i < topics.Length; i++)
        {
            if (row.Values[i] is { } token)
                await SendAsync(new WireMessage(topics[i], RowJson.Write(time, token), options.Qos), stop);
        }
    }

    async ValueTask SendAsync(WireMessage message, CancellationToken stop)
    {
        await wire.PublishAsync(message, stop);
        Messages++;
        if (options.Duplicate > 0 && _chance.Uniform() < options.Duplicate)
            _again.Enqueue((message with { Dup = message.Qos > 0 }, Messages + (long)(_chance.Uniform() * DuplicateLateMax)));
        await SendAgainAsync(Messages, stop);
    }

    /// <summary>A redelivery comes late and behind younger messages, as after a broken connection; it keeps its order among its like.</summary>
    async ValueTask SendAgainAsync(long upTo, CancellationToken stop)
    {
        while (_again.TryPeek(out (WireMessage Message, long Due) next) && next.Due <= upTo)
        {
            _again.Dequeue();
            await wire.PublishAsync(next.Message, stop);
            Duplicates++;
        }
    }

    static bool Same(IReadOnlyList<byte[]?> a, IReadOnlyList<byte[]?> b)
    {
        for (int i = 0; i < a.Count; i++)
        {
            if (!a[i].AsSpan().SequenceEqual(b[i]) || a[i] is null != b[i] is null)
                return false;
        }

        return true;
    }
}
