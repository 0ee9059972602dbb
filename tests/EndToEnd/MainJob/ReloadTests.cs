using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>
/// A site that changes while a plant speaks, with a ledger that the publisher keeps: other rules (P-101, with a model), another window (P-102), a new tag
/// (P-102.extra), an asset taken away (P-103) and one that is new (P-104).
/// </summary>
public sealed class ReloadTests
{
    /// <summary>Each takes the source away from under messages that are on their way.</summary>
    const int SourceChanges = 5;

    static readonly string[] LaterTags = ["P-102.flow", "P-102.extra", "P-104.flow"];

    static readonly string[] Assets = ["P-101", "P-102", "P-103", "P-104"];

    [Fact]
    public async Task A_reload_loses_no_sample_and_every_decision_cites_what_was_in_force()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        Before(box, broker.Port);
        Dictionary<string, List<double>> ledger = Assets.ToDictionary(a => a, _ => new List<double>());
        using (ProductProcess service = await RunningBox.StartAsync(box))
        {
            await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
            await using GoodPublisher publisher = await GoodPublisher.ConnectAsync(broker.Port);
            using var over = new CancellationTokenSource();
            Task publishing = PublishAsync(publisher, ledger, over.Token);
            await RunningBox.WhenAsync("all three assets were decided on", () => Decided(box, "P-101", "P-102", "P-103"));

            box.With("rules.yaml", "kind: Rules\nrules:\n  - {name: [}");
            box.With("tags.yaml", "kind: Tags\ntags:\n  P-102.flow: {typ: double}\n");
            (int refused, _, string wrong) = await RunningBox.VerbAsync("reload", box, "--why", "a slip of the pen");
            Assert.Equal(2, refused);
            Assert.Contains("rules.yaml", wrong, StringComparison.Ordinal);
            Assert.Contains("did you mean 'type'?", wrong, StringComparison.Ordinal);
            Assert.Contains("Nothing was reloaded", wrong, StringComparison.Ordinal);

            After(box, broker.Port);
            (int exit, string said, string errors) = await RunningBox.VerbAsync("reload", box, "--why", "vibration limit of the maker", "--json");
            Assert.True(exit == 0, said + errors + service.Output);
            JsonElement done = JsonDocument.Parse(said).RootElement;
            Assert.Equal(["site.yaml", "sources.yaml", "tags.yaml"], Texts(done, "documents"));
            Assert.Equal(Assets, Texts(done, "assets").Order(StringComparer.Ordinal));
            Assert.Equal(["plant"], Texts(done, "sources"));
            Assert.Equal(["P-101", "P-102", "P-104"], await WatchedAsync(box));
            await RunningBox.WhenAsync("the new asset was decided on", () => Decided(box, "P-104"));

            for (int i = 1; i <= SourceChanges; i++)
            {
                Lay(box, broker.Port, $"receiveMaximum: {10 * i}", LaterTags);
                (exit, said, errors) = await RunningBox.VerbAsync("reload", box);
                Assert.True(exit == 0, said + errors);
            }

            (exit, said, errors) = await RunningBox.VerbAsync("reload", box);
            Assert.True(exit == 0, said + errors);
            Assert.StartsWith("Reloaded; nothing is other than before.", said, StringComparison.Ordinal);
            await over.CancelAsync();
            await publishing;
            await WhenStoredAsync(box, ledger);
            Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
        }

        List<StoredBatch> journal = RunningBox.Journal(box);
        CompareStored(journal, ledger);
        CompareDecisions(journal);
        CompareBooks(journal, await GapsAsync(box));
        (int verified, string report, _) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", "verify", "--data", box.Data);
        Assert.True(verified == 0, report);
        (int replayed, report, string why) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", "replay", "--all", "--data", box.Data, "--json");
        Assert.True(replayed == 0, report + why);
        JsonElement replay = JsonDocument.Parse(report).RootElement;
        Assert.Equal(journal.Sum(b => b.Batch.Facts.Count(f => f is Decision)), replay.GetProperty("identical").GetInt32());
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"reload under load: {ledger.Values.Sum(l => l.Count)} messages, lost 0, doubled 0; {replay.GetProperty("identical").GetInt32()} decisions identical"));
    }

    [Fact]
    public async Task A_reload_without_a_service_says_so()
    {
        using var box = new BoxFolder(FreePort.Next());
        (int exit, _, string errors) = await RunningBox.VerbAsync("reload", box);

        Assert.Equal(2, exit);
        Assert.Contains("No service answers at", errors, StringComparison.Ordinal);
    }

    static void Before(BoxFolder box, int port)
    {
        box.With("site.yaml", """
            kind: Site
            name: test
            assets:
              - {id: P-101, pipeline: pipeline.yaml, release: pump-skid, rules: rules.yaml}
              - {id: P-102, pipeline: small.yaml}
              - {id: P-103, pipeline: small.yaml}
            """);
        box.With("rules.yaml", Rules(11));
        box.With("small.yaml", Small(1));
        Lay(box, port, "", ["P-102.flow", "P-103.flow"]);
        File.Copy(Path.Combine(TestData.Repository, "firmware-sim", "demo-site", "pipeline.yaml"), Path.Combine(box.Site, "pipeline.yaml"));
        PumpSite.CopyRelease(box);
    }

    static void After(BoxFolder box, int port)
    {
        box.With("site.yaml", """
            kind: Site
            name: test
            assets:
              - {id: P-101, pipeline: pipeline.yaml, release: pump-skid, rules: rules.yaml}
              - {id: P-102, pipeline: small.yaml}
              - {id: P-104, pipeline: small.yaml}
            """);
        box.With("rules.yaml", Rules(9));
        box.With("small.yaml", Small(2));
        Lay(box, port, "receiveMaximum: 500", LaterTags);
    }

    static void Lay(BoxFolder box, int port, string more, string[] tags)
    {
        IEnumerable<string> all = PumpSite.Signals.Keys.Select(s => $"P-101.{s}").Concat(tags);
        var units = new Dictionary<string, string>
        {
            ["suction_pressure"] = "bar", ["discharge_pressure"] = "bar", ["flow"] = "m3/h", ["motor_current"] = "A", ["vibration_de"] = "mm/s", ["vibration_nde"] = "mm/s",
            ["bearing_temperature"] = "degC", ["motor_temperature"] = "degC", ["voltage"] = "V", ["valve_position"] = "%",
        };
        box.With("tags.yaml", "kind: Tags\ntags:\n" + string.Concat(all.Select(t => $"  {t}: {{unit: \"{units.GetValueOrDefault(t[6..], "")}\", expectEvery: PT5S}}\n")));
        box.With("sources.yaml", $$"""
            kind: Sources
            sources:
              - name: plant
                type: mqtt
                host: 127.0.0.1
                port: {{port}}
                clientId: edgeruntime-test
                topics:
                  - topic: plant/{asset}/telemetry
                    payload: json
                    time: {field: t, format: iso8601}
                    values: {each: true, ignore: [seq]}
                {{more}}
            """);
    }

    static string Rules(double limit) => string.Create(CultureInfo.InvariantCulture, $$"""
        kind: Rules
        rules:
          - {name: vibration-high, when: {feature: vibration_de.rms, above: {{limit}}, for: PT3S}, say: Vibration is high.}
        """);

    static string Small(int seconds) => string.Create(CultureInfo.InvariantCulture, $$"""
        kind: FeaturePipeline
        id: small
        version: 1.0.0
        vector: {every: PT0.5S}
        lateness: PT0.1S
        idleAfter: PT5S
        inputs:
          - {signal: flow, unit: m3/h, maxAge: PT5S}
        features:
          - {name: flow.mean, op: mean, of: flow, window: PT{{seconds}}S}
        """);

    /// <summary>Some 200 messages a second of each asset, many on their way at once. Every message has a flow of its own, by which it is known again.</summary>
    static async Task PublishAsync(GoodPublisher publisher, Dictionary<string, List<double>> ledger, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!over.IsCancellationRequested)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            var sending = new List<Task>();
            for (int i = 0; i < 5; i++)
            {
                foreach (string asset in Assets)
                {
                    double flow = 50 + (ledger[asset].Count * 1e-6);
                    ledger[asset].Add(flow);
                    sending.Add(publisher.SendAsync($"plant/{asset}/telemetry", Message(asset, now.AddMilliseconds(5 * i), flow)));
                }
            }

            await Task.WhenAll(sending);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    static async Task WhenStoredAsync(BoxFolder box, Dictionary<string, List<double>> ledger)
    {
        string missing = "";
        try
        {
            await RunningBox.WhenAsync("all messages are stored", () =>
            {
                List<StoredBatch> journal = RunningBox.Journal(box);
                missing = string.Join(", ", Assets.Select(a => $"{a}: {Flows(journal, a).Count} of {ledger[a].Count}"));
                return Assets.All(a => Flows(journal, a).Count >= ledger[a].Count);
            });
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Not all messages are stored: {missing}.");
        }
    }

    static byte[] Message(string asset, DateTimeOffset at, double flow) => asset == "P-101"
        ? PumpSite.Message(at, flow)
        : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"t\":\"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}\",\"flow\":{flow:R},\"extra\":1}}"));

    /// <summary>P-103 and P-104 are known for a part of the time only: what came in the other part is refused, value by value.</summary>
    static void CompareStored(List<StoredBatch> journal, Dictionary<string, List<double>> ledger)
    {
        foreach (string asset in Assets)
            Assert.Equal(ledger[asset], Flows(journal, asset).Order());
        foreach (string asset in (string[])["P-101", "P-102"])
            Assert.Equal(ledger[asset], journal.SelectMany(b => b.Batch.Samples).Where(s => s.Tag == asset + ".flow").Select(s => s.Value.Double).Order());
        foreach (StoredBatch batch in journal.Where(b => b.Batch.Samples.Any(s => s.Tag == "P-102.flow")))
            Assert.Equal(1, batch.Batch.Samples.Count(s => s.Tag == "P-102.extra") + batch.Batch.Facts.OfType<Refusal>().Sum(r => r.Values));
        Assert.Contains(journal, b => b.Batch.Samples.Any(s => s.Tag == "P-102.extra"));
    }

    static void CompareDecisions(List<StoredBatch> journal)
    {
        StoredBatch[] reloads = [.. journal.Where(b => b.Batch.Facts.Any(f => f is Audit { Action: "reload" }))];
        Assert.Equal(SourceChanges + 2, reloads.Length);
        StoredBatch reload = reloads[0];
        Audit audit = reload.Batch.Facts.OfType<Audit>().First();
        Assert.Equal((Environment.UserName, "vibration limit of the maker"), (audit.Who, audit.Why));
        Assert.Single(reloads[^1].Batch.Facts);
        Activation[] begun = [.. journal.TakeWhile(b => b.Frame < reload.Frame).SelectMany(b => b.Batch.Facts.OfType<Activation>())];
        Activation[] changed = [.. reload.Batch.Facts.OfType<Activation>()];
        Assert.Equal(["P-103"], changed.Where(a => a.IsEnd).Select(a => a.Asset));

        Decision[] all = [.. journal.SelectMany(b => b.Batch.Facts.OfType<Decision>())];
        foreach (Decision decision in all)
        {
            Activation inForce = (decision.Cause.Frame < reload.Frame ? begun : changed).Single(a => a.Asset == decision.Asset);
            Assert.False(inForce.IsEnd, $"{decision.Asset} was decided on after it was taken away, at frame {decision.Cause.Frame}.");
            Assert.Equal((inForce.Rules, inForce.Pipeline, inForce.Serving), (decision.Rules, decision.Pipeline, decision.Serving));
        }

        Assert.All(Assets, a => Assert.Contains(all, d => d.Asset == a));
        Assert.All((string[])["P-101", "P-102"], a => Assert.True(all.Any(d => d.Asset == a && d.Cause.Frame < reload.Frame) && all.Any(d => d.Asset == a && d.Cause.Frame > reload.Frame), a));
        Assert.NotEqual(begun.Single(a => a.Asset == "P-101").Rules, changed.Single(a => a.Asset == "P-101").Rules);
        Assert.NotEqual(begun.Single(a => a.Asset == "P-102").Pipeline, changed.Single(a => a.Asset == "P-102").Pipeline);
    }

    /// <summary>The verb's books against a plain count.</summary>
    static void CompareBooks(List<StoredBatch> journal, JsonElement gaps)
    {
        long stored = journal.Sum(b => (long)b.Batch.Samples.Count);
        long refused = journal.SelectMany(b => b.Batch.Facts).OfType<Refusal>().Sum(r => (long)r.Values);
        Assert.Equal((stored, refused, stored + refused), (gaps.GetProperty("stored").GetInt64(), gaps.GetProperty("refusedTotal").GetInt64(), gaps.GetProperty("received").GetInt64()));
        Assert.Equal(JsonOf(gaps.GetProperty("closed")), journal.Where(b => b.Batch.Origin == Origins.Gaps).SelectMany(b => b.Batch.Facts.OfType<Gap>()).Select(g => $"{g.Tag} {g.From} {g.To}"));

        static IEnumerable<string> JsonOf(JsonElement closed) =>
            closed.EnumerateArray().Select(g => $"{g.GetProperty("tag").GetString()} {g.GetProperty("from").GetString()} {g.GetProperty("to").GetString()}");
    }

    static async Task<JsonElement> GapsAsync(BoxFolder box)
    {
        (int exit, string said, string errors) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", "gaps", "--data", box.Data, "--json");
        Assert.True(exit == 0, said + errors);
        return JsonDocument.Parse(said).RootElement.Clone();
    }

    /// <summary>The flow of every stored message of an asset in order, refused ones out of their payload.</summary>
    static List<double> Flows(List<StoredBatch> journal, string asset)
    {
        var flows = new List<double>();
        foreach (StoredBatch batch in journal)
        {
            Sample[] samples = [.. batch.Batch.Samples.Where(s => s.Tag == asset + ".flow")];
            if (samples.Length > 0)
                flows.Add(Assert.Single(samples).Value.Double);
            else if (batch.Batch.Facts.OfType<Refusal>().FirstOrDefault(r => r.Subject == $"Message on 'plant/{asset}/telemetry'") is { } refusal)
                flows.Add(JsonDocument.Parse(refusal.Payload).RootElement.GetProperty("flow").GetDouble());
        }

        return flows;
    }

    static bool Decided(BoxFolder box, params string[] assets)
    {
        HashSet<string> decided = [.. RunningBox.Journal(box).SelectMany(b => b.Batch.Facts.OfType<Decision>()).Select(d => d.Asset)];
        return assets.All(decided.Contains);
    }

    static async Task<string[]> WatchedAsync(BoxFolder box)
    {
        using var http = new HttpClient();
        using JsonDocument assets = JsonDocument.Parse(await http.GetStringAsync(new Uri(box.Url + "/api/v1/assets")));
        return [.. assets.RootElement.EnumerateArray().Select(a => a.GetProperty("id").GetString()!)];
    }

    static string[] Texts(JsonElement of, string name) => [.. of.GetProperty(name).EnumerateArray().Select(t => t.GetString()!)];
}
