using System.Text.Json;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.FirmwareSim;

public sealed class FirmwareSimTests : IDisposable
{
    // Only against hanging for ever; nothing below measures wall time.
    readonly CancellationTokenSource _limit = new(TimeSpan.FromMinutes(4));

    CancellationToken Stop => _limit.Token;

    [Fact]
    public async Task Scans_arrive_in_order_at_the_asked_rate_of_plant_time_with_the_truth_beside_them()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartAsync(Stop);
        await using Listener listener = await Listener.StartAsync(broker, "plant/#", Stop);
        await using SimProcess sim = SimProcess.Start(
            "simulate", "--broker", broker.Address, "--rate", "50", "--for", "PT4S", "--start", "2026-01-01T00:00:00Z", "--seed", "1", "--assets", "2");
        (int code, JsonElement summary, string errors) = await sim.EndAsync(Stop);
        Assert.Equal("", errors);
        Assert.Equal(0, code);
        Assert.Equal(400, summary.GetProperty("scans").GetInt64());
        // Paced: the last scan is due 3.98 s after the first, whatever the machine does.
        Assert.True(summary.GetProperty("seconds").GetDouble() >= 3.97, summary.ToString());

        var seq = new Dictionary<string, long> { ["plant/P-101/telemetry"] = 0, ["plant/P-102/telemetry"] = 0 };
        var truth = new List<string>();
        while (seq.Values.Sum() < 400 || truth.Count < 2)
        {
            (string topic, string payload) = await listener.NextMessageAsync(Stop);
            if (topic.EndsWith("/truth", StringComparison.Ordinal))
            {
                truth.Add(payload);
                continue;
            }

            using JsonDocument json = JsonDocument.Parse(payload);
            long n = seq[topic]++;
            Assert.Equal(n, json.RootElement.GetProperty("seq").GetInt64());
            Assert.Equal(new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddMilliseconds(n * 20), json.RootElement.GetProperty("t").GetDateTime());
            Assert.Equal(14, json.RootElement.EnumerateObject().Count());
        }

        Assert.All(truth, t => Assert.Equal("""{"t":"2026-01-01T00:00:00Z","fault":"none","active":false,"severity":0,"since":"2026-01-01T00:00:00Z"}""", t));
    }

    [Fact]
    public async Task An_order_starts_a_fault_the_retained_truth_tells_it_and_clear_ends_it()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartAsync(Stop);
        await using Listener listener = await Listener.StartAsync(broker, "plant/#", Stop);
        // Five plant seconds a second, so that the fault is full before anyone is bored.
        await using SimProcess sim = SimProcess.Start("simulate", "--broker", broker.Address, "--speed", "5", "--start", "2026-01-01T00:00:00Z");
        while ((await listener.NextMessageAsync(Stop)).Topic != "plant/P-101/telemetry")
        {
        }

        await Listener.PublishAsync(broker, "plant/P-101/command", """{"fault":"cavitaton","duration":"PT5S"}""", Stop);
        await Listener.PublishAsync(broker, "plant/P-101/command", """{"fault":"cavitation","after":"PT2S","duration":"PT10M","severity":1.0}""", Stop);
        JsonElement began = await NextTruthAsync(listener, active: true);
        Assert.Equal("cavitation", began.GetProperty("fault").GetString());
        Assert.Equal(1.0, began.GetProperty("severity").GetDouble());
        double vibration;
        do
        {
            (string topic, string payload) = await listener.NextMessageAsync(Stop);
            using JsonDocument json = JsonDocument.Parse(payload);
            vibration = topic.EndsWith("/telemetry", StringComparison.Ordinal) ? json.RootElement.GetProperty("vibration_de").GetDouble() : 0;
        }
        while (vibration < 3.5);

        await Listener.PublishAsync(broker, "plant/P-101/command", """{"clear":true}""", Stop);
        JsonElement ended = await NextTruthAsync(listener, active: false);
        Assert.Equal(began.GetProperty("since").GetString(), ended.GetProperty("since").GetString());

        // Whoever comes later hears the latest truth first.
        await sim.TerminateAsync();
        (int code, JsonElement summary, string errors) = await sim.EndAsync(Stop);
        Assert.Equal(0, code);
        Assert.Equal((2, 1), (summary.GetProperty("commands").GetInt32(), summary.GetProperty("commandsRefused").GetInt32()));
        Assert.Contains("fault is 'cavitaton'; it must be one of", errors, StringComparison.Ordinal);
        await listener.DisposeAsync();
        await using Listener late = await Listener.StartAsync(broker, "plant/P-101/truth", Stop);
        JsonElement retained = await NextTruthAsync(late, active: false);
        Assert.Equal(ended.GetProperty("t").GetString(), retained.GetProperty("t").GetString());
    }

    [Fact]
    public async Task Nothing_is_lost_when_the_broker_restarts_twice_in_the_middle()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartAsync(Stop);
        await using Listener listener = await Listener.StartAsync(broker, "plant/#", Stop);
        await using SimProcess sim = SimProcess.Start("simulate", "--broker", broker.Address, "--rate", "100", "--assets", "3", "--for", "PT9S");
        var seen = new Dictionary<string, HashSet<long>>();
        var order = new Dictionary<string, List<long>>();
        async Task HearAsync(Func<bool> until)
        {
            while (!until())
            {
                (string topic, string payload) = await listener.NextMessageAsync(Stop);
                if (!topic.EndsWith("/telemetry", StringComparison.Ordinal))
                    continue;
                using JsonDocument json = JsonDocument.Parse(payload);
                long seq = json.RootElement.GetProperty("seq").GetInt64();
                if (!seen.TryGetValue(topic, out HashSet<long>? set))
                    (seen[topic], order[topic]) = (set = [], []);
                if (set.Add(seq))
                    order[topic].Add(seq);
            }
        }

        for (int restart = 1; restart <= 2; restart++)
        {
            int target = restart * 300;
            await HearAsync(() => seen.Values.Sum(s => s.Count) >= target);
            await broker.StopAsync();
            // The outage lasts; the plant goes on meanwhile.
            await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Stop);
            await broker.StartAgainAsync(Stop);
        }

        await HearAsync(() => seen.Count == 3 && seen.Values.All(s => s.Count == 900));
        (int code, JsonElement summary, string errors) = await sim.EndAsync(Stop);
        Assert.Equal(0, code);
        Assert.Equal(2700 + 3, summary.GetProperty("messages").GetInt64());
        Assert.Equal(2700 + 3, summary.GetProperty("acknowledged").GetInt64());
        Assert.Equal(0, summary.GetProperty("dropped").GetInt64());
        Assert.Equal(2, summary.GetProperty("reconnects").GetInt32());
        Assert.Contains("is back", errors, StringComparison.Ordinal);
        // First arrivals in order: what was unacknowledged went again before anything younger.
        Assert.All(order.Values, o => Assert.Equal(Enumerable.Range(0, 900).Select(i => (long)i), o));
    }

    [Fact]
    public async Task What_does_not_fit_the_buffer_is_counted_and_the_exit_code_says_so()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartAsync(Stop);
        await using Listener listener = await Listener.StartAsync(broker, "plant/#", Stop);
        await using SimProcess sim = SimProcess.Start("simulate", "--broker", broker.Address, "--rate", "100", "--for", "PT4S", "--buffer", "20");
        await listener.NextMessageAsync(Stop);
        await broker.StopAsync();
        await Task.Delay(TimeSpan.FromSeconds(1.5), TimeProvider.System, Stop);
        await broker.StartAgainAsync(Stop);
        (int code, JsonElement summary, string errors) = await sim.EndAsync(Stop);
        Assert.Equal(3, code);
        long dropped = summary.GetProperty("dropped").GetInt64();
        Assert.True(dropped > 0, summary.ToString());
        Assert.Equal(401, summary.GetProperty("acknowledged").GetInt64() + dropped);
        Assert.Contains("The buffer of 20 messages is full", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_real_file_at_full_speed_arrives_row_for_row_and_digit_for_digit()
    {
        Assert.SkipUnless(Mosquitto.IsInstalled, Mosquitto.Absent);
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        string file = Path.Combine(TestData.Folder!, "skab", "anomaly-free", "anomaly-free.csv");
        await using Mosquitto broker = await Mosquitto.StartAsync(Stop);
        await using Listener listener = await Listener.StartAsync(broker, "plant/rig/telemetry", Stop);
        await using SimProcess sim = SimProcess.Start("replay", "--broker", broker.Address, "--file", file, "--format", "skab", "--asset", "rig", "--speed", "max");

        string[] lines = (await File.ReadAllTextAsync(file, Stop)).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] header = lines[0].Split(';');
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.Split(';');
            string expected = "{\"t\":\"" + cells[0].Replace(' ', 'T') + "Z\"" + string.Concat(cells.Skip(1).Select((c, i) => $",\"{header[i + 1]}\":{c}")) + "}";
            Assert.Equal(expected, (await listener.NextMessageAsync(Stop)).Payload);
        }

        (int code, JsonElement summary, string errors) = await sim.EndAsync(Stop);
        Assert.Equal(0, code);
        Assert.Contains("taken as UTC (--zone naive-as-utc)", errors, StringComparison.Ordinal);
        Assert.Equal((lines.Length - 1, (lines.Length - 1) * 8), (summary.GetProperty("rows").GetInt32(), summary.GetProperty("values").GetInt32()));
        Assert.Equal(0, summary.GetProperty("dropped").GetInt32());
    }

    public void Dispose() => _limit.Dispose();

    async Task<JsonElement> NextTruthAsync(Listener listener, bool active)
    {
        while (true)
        {
            (string topic, string payload) = await listener.NextMessageAsync(Stop);
            JsonElement truth = JsonSerializer.Deserialize<JsonElement>(payload);
            if (topic.EndsWith("/truth", StringComparison.Ordinal) && truth.GetProperty("active").GetBoolean() == active && (active || truth.GetProperty("fault").GetString() != "none"))
                return truth;
        }
    }
}
