using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>kill -9 at random moments under load, with a ledger that the publisher keeps: nothing lost, nothing doubled, everything replays.</summary>
public sealed class KillTests
{
    const string Asset = "P-101";
    const int MessagesPerSecond = 250;

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_message_is_stored_exactly_once_however_often_the_service_is_killed()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        int kills = Figures.Count("EDGERUNTIME_KILLS", 5);
        int seed = Figures.Count("EDGERUNTIME_SEED", 20261);
        var random = new Random(seed);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, broker.Port);

        // The box introduces itself once, so that the broker keeps what comes while it is away.
        using (ProductProcess first = ProductProcess.Start("edgeruntime", "run", "--settings", box.Settings))
        {
            await box.WhenHealthyAsync(first, Patience);
            await WhenConnectedAsync(box);
            Assert.Equal(0, await first.StopAsync(Patience));
        }

        using var stop = new CancellationTokenSource();
        var ledger = new List<double>();
        Task publishing = PublishAsync(broker.Port, ledger, stop.Token);
        for (int kill = 0; kill < kills; kill++)
        {
            using ProductProcess service = ProductProcess.Start("edgeruntime", "run", "--settings", box.Settings);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300, 3000)), TestContext.Current.CancellationToken);
            service.Kill();
        }

        await stop.CancelAsync();
        await publishing;
        using (ProductProcess last = ProductProcess.Start("edgeruntime", "run", "--settings", box.Settings))
        {
            await box.WhenHealthyAsync(last, Patience);
            await WhenStoredAsync(box, ledger.Count);
            Assert.Equal(0, await last.StopAsync(Patience));
        }

        Compare(box, ledger);
        (int verified, string said, _) = await ProductProcess.RunAsync(Patience, "edgeruntime", "verify", "--data", box.Data);
        Assert.True(verified == 0, said);
        (int replayed, string report, string errors) = await ProductProcess.RunAsync(Patience, "edgeruntime", "replay", "--all", "--data", box.Data, "--json");
        Assert.True(replayed == 0, report + errors);
        JsonElement replay = JsonDocument.Parse(report).RootElement;
        Assert.True(replay.GetProperty("checked").GetInt64() > kills / 2, report);
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"{kills} kills, seed {seed}, {ledger.Count} messages of {PumpSite.Signals.Count} samples at {MessagesPerSecond * PumpSite.Signals.Count} samples/s, lost 0, doubled 0, {replay.GetProperty("identical").GetInt64()} of {replay.GetProperty("checked").GetInt64()} decisions identical"));
    }

    static async Task PublishAsync(int port, List<double> ledger, CancellationToken stop)
    {
        var options = new MqttSessionOptions { Host = "127.0.0.1", Port = port, ClientId = "ledger", Persistent = false };
        using var end = new CancellationTokenSource();
        var session = new MqttSession(options, [], null, TimeProvider.System, 1, NullLoggerFactory.Instance);
        Task running = session.RunAsync(end.Token);
        await session.WhenConnectedAsync(CancellationToken.None);
        long began = TimeProvider.System.GetTimestamp();
        DateTimeOffset start = TimeProvider.System.GetUtcNow();
        for (int n = 0; !stop.IsCancellationRequested; n++)
        {
            TimeSpan due = TimeSpan.FromSeconds(n / (double)MessagesPerSecond);
            TimeSpan wait = due - TimeProvider.System.GetElapsedTime(began);
            if (wait > TimeSpan.FromMilliseconds(1))
                await Task.Delay(wait, CancellationToken.None);
            // Every message has a flow of its own, by which it is known again in the journal.
            double flow = 50 + (n * 1e-6);
            await session.PublishAsync($"plant/{Asset}/telemetry", PumpSite.Message(start + due, flow), 1, retain: false, CancellationToken.None);
            ledger.Add(flow);
        }

        await end.CancelAsync();
        await running;
    }

    static async Task WhenConnectedAsync(BoxFolder box)
    {
        using var http = new HttpClient();
        using var limit = new CancellationTokenSource(Patience);
        while (!(await http.GetStringAsync(new Uri(box.Url + "/api/v1/status"), limit.Token)).Contains("\"connected\"", StringComparison.OrdinalIgnoreCase))
            await Task.Delay(50, limit.Token);
    }

    /// <summary>Waits until the journal holds at least that many messages, or no more come.</summary>
    static async Task WhenStoredAsync(BoxFolder box, int messages)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!limit.IsCancellationRequested)
        {
            if (Flows(box).Count >= messages)
                return;
            await Task.Delay(500, CancellationToken.None);
        }
    }

    static List<double> Flows(BoxFolder box) => [.. JournalReader.Open(Path.Combine(box.Data, "journal"), new RealDisk()).Read()
        .SelectMany(b => b.Batch.Samples)
        .Where(s => s.Tag == $"{Asset}.flow")
        .Select(s => s.Value.Double)];

    static void Compare(BoxFolder box, List<double> ledger)
    {
        List<double> stored = Flows(box);
        var counts = stored.CountBy(f => f).ToDictionary();
        int lost = ledger.Count(f => !counts.ContainsKey(f));
        int doubled = counts.Values.Count(c => c > 1);
        Assert.True(lost == 0 && doubled == 0 && stored.Count == ledger.Count, $"{lost} of {ledger.Count} messages lost, {doubled} doubled, {stored.Count} stored.");
    }
}
