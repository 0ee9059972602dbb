using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>What people write wrong: <c>check</c> names it with file, line, key and rule; <c>run</c> refuses with the same sentence. A bad release stops no telemetry.</summary>
public sealed class BadConfigurationTests
{
    const string Demo = "P-101";

    /// <summary>What is wrong · the file (in the site folder, or the settings) · text in it · what stands there instead · line of the violation · what the sentence says.</summary>
    public static TheoryData<string, string, string, string, string> Mistakes => new()
    {
        { "an unknown key in the settings", "appsettings.json", "\"registry\":", "\"regsitry\":", "appsettings.json:5: regsitry: is not a known key; did you mean 'registry'?" },
        { "settings that are no JSON", "appsettings.json", "\"site\": \"./site\",", "\"site\": \"./site", "This is not valid YAML" },
        { "an address that is none", "appsettings.json", "\"enabled\": false, \"address\": \"127.0.0.1\"", "\"enabled\": true, \"address\": \"mybox\"", "appsettings.json:6: broker.address: is 'mybox'; it must be an IP address" },
        { "a segment size of no whole pages", "appsettings.json", "16777216", "16777217", "appsettings.json:7: journal.segmentBytes: is 16777217; it must be a multiple of 4096." },
        { "a screen for everybody", "appsettings.json", "\"http\": { \"address\": \"127.0.0.1\"", "\"http\": { \"address\": \"0.0.0.0\"", "appsettings.json:4: http.address: is '0.0.0.0'; until the screens know roles" },
        { "a typo in a key", "tags.yaml", "P-101.flow: {type:", "P-101.flow: {tpye:", "tags.yaml:6: tags.P-101.flow.tpye: is not a known key; did you mean 'type'?" },
        { "a key that stands twice", "tags.yaml", "P-101.flow:", "P-101.voltage:", "stands here a second time; every key may be given once" },
        { "a bracket that is not closed", "pipeline.yaml", "vector: {every: PT1S}", "vector: {every: PT1S", "This is not valid YAML" },
        { "a missing file", "tags.yaml", "", "", "tags.yaml:1: The file does not exist." },
        { "an operator that does not exist", "pipeline.yaml", "op: rms, of: vibration_de", "op: rsm, of: vibration_de", "op: is 'rsm'" },
        { "units that disagree", "tags.yaml", "unit: m3/h", "unit: l/s", "inputs[2].signal: is 'flow' in 'm3/h', but tag 'P-101.flow' of asset 'P-101' is in 'l/s'; units are never converted" },
        { "a signal without a tag", "tags.yaml", "P-101.voltage:", "P-101.volts:", "inputs[8].signal: is 'voltage', but tag 'P-101.voltage' of asset 'P-101' is not in the tag catalogue" },
        { "a duration in words", "pipeline.yaml", "lateness: PT0.2S", "lateness: 200ms", "pipeline.yaml:8: lateness: is '200ms'; it must be an ISO 8601 duration" },
        { "the wrong document", "outputs.yaml", "kind: Outputs", "kind: Sources", "outputs.yaml:1: kind: is 'Sources'; this file must be 'Outputs'." },
        { "a rule for a feature that does not exist", "rules.yaml", "flow.mean", "flow.maen", "rules.yaml:3: rules[0].when.feature: is 'flow.maen', which the pipeline does not give; it gives suction_pressure.mean" },
        { "a source of an unknown type", "sources.yaml", "type: mqtt", "type: mqqt", "sources.yaml:4: sources[0].type: is 'mqqt'; it must be one of mqtt, csv" },
        { "a topic that cannot be", "sources.yaml", "plant/{asset}/telemetry", "plant/#/telemetry", "sources.yaml:9: sources[0].topics[0].topic: is 'plant/#/telemetry' and has a '#' that is not the whole last level." },
        { "a column for a tag that does not exist", "sources.yaml", "flow_m3h: P-101.flow", "flow_m3h: P-101.flwo", "is 'P-101.flwo', which tags.yaml does not have" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_is_named_with_file_line_key_and_rule(string what, string file, string good, string bad, string says)
    {
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, FreePort.Next(), moreSources: """
              - {name: history, type: csv, path: history.csv, time: {column: at, format: iso8601}, columns: {flow_m3h: P-101.flow} }
            """);
        box.With("rules.yaml", """
            kind: Rules
            rules:
              - {name: dry, when: {feature: flow.mean, below: 5, for: PT5S}, say: The pump runs dry.}

            """);
        File.AppendAllText(Path.Combine(box.Site, "site.yaml"), "    rules: rules.yaml\n");
        string path = Path.Combine(file == "appsettings.json" ? box.Folder : box.Site, file);
        if (good.Length == 0)
        {
            File.Delete(path);
        }
        else
        {
            string text = await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken);
            Assert.Contains(good, text, StringComparison.Ordinal);
            int at = text.IndexOf(good, StringComparison.Ordinal);
            await File.WriteAllTextAsync(path, text[..at] + bad + text[(at + good.Length)..], TestContext.Current.CancellationToken);
        }

        (int check, string found, string checkErrors) = await RunningBox.VerbAsync("check", box);
        string sentence = found.Split('\n').FirstOrDefault(line => line.Contains(says, StringComparison.Ordinal))?.Trim() ?? "";
        Assert.True(check == 2 && sentence.StartsWith(Path.Combine(box.Folder), StringComparison.Ordinal), $"{what}: check ended with {check} and said: {found}{checkErrors}");
        (int run, string output, string runErrors) = await RunningBox.VerbAsync("run", box);
        Assert.True(run == 2 && output.Length == 0 && runErrors.Split('\n').Any(line => line.Trim() == sentence), $"{what}: run ended with {run} and said: {output}{runErrors}");
        Assert.DoesNotContain("   at ", runErrors, StringComparison.Ordinal);
        Console.WriteLine($"{what}: {sentence}");
    }

    [Fact]
    public async Task A_port_in_use_is_said()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        int port = ((IPEndPoint)taken.LocalEndpoint).Port;
        using (var box = new BoxFolder(port))
        {
            PumpSite.Lay(box, FreePort.Next());
            await RefusesAsync(box, $"port {port} on 127.0.0.1 is in use", $"Port {port} on 127.0.0.1 is in use. Choose another one (http.port");
        }

        using (var box = new BoxFolder(FreePort.Next()))
        {
            PumpSite.Lay(box, FreePort.Next());
            File.WriteAllText(box.Settings, File.ReadAllText(box.Settings).Replace("\"enabled\": false, \"address\": \"127.0.0.1\", \"port\": 1883", $"\"enabled\": true, \"address\": \"127.0.0.1\", \"port\": {port}", StringComparison.Ordinal));
            await RefusesAsync(box, $"broker.port: port {port} on 127.0.0.1 is in use", $"The embedded MQTT broker cannot listen on 127.0.0.1:{port}: the port is in use");
        }
    }

    [Fact]
    public async Task A_release_without_signature_answers_only_where_that_is_allowed()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next(), allowUnsigned: false);
        PumpSite.Lay(box, broker.Port);
        await JudgeReleasesAsync(box, broker.Port, new Dictionary<string, string> { [Demo] = "is not signed, and unsigned releases are not allowed here; sign it (edgehq sign), or set registry.allowUnsigned: true" });
    }

    [Fact]
    public async Task A_release_that_cannot_answer_is_refused_and_its_asset_goes_on_by_its_rules()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, broker.Port);
        var says = new Dictionary<string, string>
        {
            ["A-missing"] = "model.onnx' of the release does not exist",
            ["A-flipped"] = "model.onnx' is not the one of the release: expected sha256:",
            ["A-shape"] = "The input 'x' has the shape [batch, 3] in the model, but the release says [batch, 15]",
            ["A-rubbish"] = "The model is not a whole ONNX file",
            ["A-digest"] = "is not the one of the release: expected sha256:0000",
            ["A-manifest"] = "serving.yaml:",
            ["A-nowhere"] = "does not exist",
        };
        SpoilReleases(box);
        LayAssets(box, says.Keys);
        await JudgeReleasesAsync(box, broker.Port, says);
    }

    static async Task RefusesAsync(BoxFolder box, string checkSays, string runSays)
    {
        (int check, string found, string checkErrors) = await RunningBox.VerbAsync("check", box);
        Assert.True(check == 2 && found.Contains(checkSays, StringComparison.Ordinal), $"check ended with {check} and said: {found}{checkErrors}");
        (int run, string output, string runErrors) = await RunningBox.VerbAsync("run", box);
        Assert.True(run == 2 && runErrors.Contains(runSays, StringComparison.Ordinal) && !runErrors.Contains("   at ", StringComparison.Ordinal), $"run ended with {run} and said: {output}{runErrors}");
        Console.WriteLine(runErrors.Trim().Split('\n')[^1]);
    }

    static void SpoilReleases(BoxFolder box)
    {
        string Copy(string name)
        {
            string to = Path.Combine(box.Registry, name);
            Directory.CreateDirectory(to);
            foreach (string file in Directory.EnumerateFiles(Path.Combine(box.Registry, "pump-skid")))
                File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
            return to;
        }

        File.Delete(Path.Combine(Copy("A-missing"), "model.onnx"));
        string flipped = Path.Combine(Copy("A-flipped"), "model.onnx");
        byte[] model = File.ReadAllBytes(flipped);
        model[model.Length / 2] ^= 1;
        File.WriteAllBytes(flipped, model);
        WithModel(Copy("A-shape"), TinyOnnx.Linear([1, 2, 3], 0));
        WithModel(Copy("A-rubbish"), [.. Enumerable.Range(0, 500).Select(i => (byte)(i * 7))]);
        Edit(Copy("A-digest"), text => text.Replace(Sha256Of(Path.Combine(box.Registry, "pump-skid", "model.onnx")), new string('0', 64), StringComparison.Ordinal));
        Edit(Copy("A-manifest"), text => text.Replace("hysteresis:", "hysterisis:", StringComparison.Ordinal));
    }

    /// <summary>Another model with a manifest that names it rightly, so that only the model itself is wrong.</summary>
    static void WithModel(string release, byte[] model)
    {
        string path = Path.Combine(release, "model.onnx");
        (string sha, long size) = (Sha256Of(path), new FileInfo(path).Length);
        File.WriteAllBytes(path, model);
        Edit(release, text => text.Replace(sha, Sha256Of(path), StringComparison.Ordinal).Replace($"size: {size}", $"size: {model.Length}", StringComparison.Ordinal));
    }

    static void Edit(string release, Func<string, string> edit)
    {
        string path = Path.Combine(release, "serving.yaml");
        string before = File.ReadAllText(path);
        string after = edit(before);
        Assert.NotEqual(before, after);
        File.WriteAllText(path, after);
    }

    static string Sha256Of(string path) => Digest.Of(File.ReadAllBytes(path)).Hex;

    /// <summary>One pump per release, and the demo's own, which answers.</summary>
    static void LayAssets(BoxFolder box, IEnumerable<string> assets)
    {
        string tags = File.ReadAllText(Path.Combine(box.Site, "tags.yaml"));
        string ofDemo = tags[tags.IndexOf("  P-101.", StringComparison.Ordinal)..];
        foreach (string asset in assets)
        {
            tags = tags.TrimEnd() + "\n" + ofDemo.Replace("P-101.", asset + ".", StringComparison.Ordinal);
            File.AppendAllText(Path.Combine(box.Site, "site.yaml"), $"  - {{id: {asset}, pipeline: pipeline.yaml, release: {asset}}}\n");
        }

        box.With("tags.yaml", tags);
    }

    /// <summary>check names every refused release; run starts, says it, takes all telemetry, and answers without the model.</summary>
    static async Task JudgeReleasesAsync(BoxFolder box, int brokerPort, IReadOnlyDictionary<string, string> says)
    {
        (int check, string found, string checkErrors) = await RunningBox.VerbAsync("check", box);
        Assert.True(check == 2, $"check ended with {check}: {found}{checkErrors}");
        foreach ((string asset, string text) in says)
            Assert.True(found.Split('\n').Any(l => l.StartsWith(asset + ": the release in ", StringComparison.Ordinal) && l.Contains(text, StringComparison.Ordinal)), $"{asset}: check said {found}");

        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        await using GoodPublisher plant = await GoodPublisher.ConnectAsync(brokerPort);
        DateTimeOffset start = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(1);
        string[] assets = [.. says.Keys.Append(Demo).Distinct()];
        for (int n = 0; n < 100; n++)
        {
            foreach (string asset in assets)
                await plant.SendGoodAsync(asset, start + TimeSpan.FromSeconds(n * 0.1));
        }

        await RunningBox.WhenAsync("every asset has decisions", () => assets.All(a => RunningBox.Journal(box).SelectMany(b => b.Batch.Facts.OfType<Decision>()).Count(d => d.Asset == a) >= 5));
        string[] banners = [.. (await RunningBox.StatusAsync(box)).GetProperty("banners").EnumerateArray().Select(b => b.GetString()!)];
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
        List<StoredBatch> journal = RunningBox.Journal(box);
        Assert.Equal(plant.Ledger.Count, journal.SelectMany(b => b.Batch.Samples).Count(s => s.Tag.EndsWith(".flow", StringComparison.Ordinal)));
        foreach ((string asset, string text) in says)
        {
            Refusal refusal = Assert.Single(journal.SelectMany(b => b.Batch.Facts.OfType<Refusal>()), r => r.Stage == RefusalStage.Release && r.Sentence.StartsWith(asset + ":", StringComparison.Ordinal));
            Assert.Contains(text, refusal.Sentence, StringComparison.Ordinal);
            Assert.Contains(refusal.Sentence, banners);
            Console.WriteLine(refusal.Sentence);
        }

        foreach (Decision decision in journal.SelectMany(b => b.Batch.Facts.OfType<Decision>()).Where(d => says.ContainsKey(d.Asset)))
            Assert.True(decision.Rung is Rung.Rules or Rung.LowConfidence && decision.Model.IsNone, $"{decision.Asset} answered from rung {decision.Rung}.");
        Assert.Equal(!says.ContainsKey(Demo), journal.SelectMany(b => b.Batch.Facts.OfType<Decision>()).Any(d => d.Asset == Demo && d.Rung == Rung.Primary));

        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"{says.Count} refused releases: each said, {plant.Ledger.Count} messages stored, {journal.Sum(b => b.Batch.Facts.Count(f => f is Decision))} decisions"));
    }
}
