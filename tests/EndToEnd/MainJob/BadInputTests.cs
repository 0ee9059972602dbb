using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>What no plant should send, sent while a good plant goes on: each is refused in one sentence and counted, and nothing of the good plant is lost.</summary>
public sealed class BadInputTests
{
    const string Asset = "P-101";
    const int Rubbish = 200;

    [Fact]
    public async Task Bad_messages_are_told_and_counted_and_stop_nobody_else()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        int seed = Figures.Count("EDGERUNTIME_SEED", 20262);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        await using GoodPublisher plant = await GoodPublisher.ConnectAsync(broker.Port);
        await using GoodPublisher bad = await GoodPublisher.ConnectAsync(broker.Port, "bad-plant");
        foreach (BadMessage message in BadMessage.Retained)
            await bad.SendAsync(message.Topic, message.Payload, message.Qos, message.Retain);
        await SubscribeToAnOldTopicAsync(box, broker.Port);

        Lay(box, broker.Port, BadMessage.MoreTopics);
        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        plant.Begin(Asset);
        IReadOnlyList<BadMessage> told = [BadMessage.Orphan, .. BadMessage.All(DateTimeOffset.UtcNow)];
        IReadOnlyList<BadMessage> rubbish = [.. BadMessage.Rubbish(seed, Rubbish, DateTimeOffset.UtcNow)];
        foreach (BadMessage message in told.Concat(rubbish))
            await bad.SendAsync(message.Topic, message.Payload, message.Qos, message.Retain);
        await WhenAllArriveAsync(box, [.. BadMessage.Retained, .. told, .. rubbish]);
        DateTimeOffset afterwards = DateTimeOffset.UtcNow;
        await RunningBox.WhenAsync("decisions go on", () => RunningBox.Journal(box).SelectMany(b => b.Batch.Facts.OfType<Decision>())
            .Any(d => d.At.UnixNanoseconds > (afterwards - DateTimeOffset.UnixEpoch).Ticks * 100));
        await plant.StopAsync();
        await RunningBox.WhenAsync("all good messages are stored", () => Flows(box).Count(plant.Ledger.Contains) >= plant.Ledger.Count);
        JsonElement counts = (await RunningBox.StatusAsync(box)).GetProperty("reconciliation");
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));

        List<StoredBatch> journal = RunningBox.Journal(box);
        JudgeEach(journal, [.. BadMessage.Retained, .. told]);
        JudgeRubbish(journal, rubbish);
        JudgeTheLargestNumber(journal);
        JudgeGood(box, plant.Ledger);
        JudgeCounts(journal, counts);
        await JudgeReplayAsync(box);
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"{told.Count + BadMessage.Retained.Count} bad messages and {Rubbish} of rubbish (seed {seed}) beside {plant.Ledger.Count} good ones: {counts.GetProperty("received")} values received = {counts.GetProperty("stored")} stored + {counts.GetProperty("accountedTotal")} accounted, 0 good ones lost"));
    }

    /// <summary>A first start with a topic that the site gives up afterwards; the broker's session keeps it.</summary>
    static async Task SubscribeToAnOldTopicAsync(BoxFolder box, int brokerPort)
    {
        Lay(box, brokerPort, BadMessage.MoreTopics + Environment.NewLine + """
                  - topic: old/{asset}
                    payload: json
                    values: {each: true}
            """);
        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        await WhenAllArriveAsync(box, BadMessage.Retained);
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
    }

    static void Lay(BoxFolder box, int brokerPort, string moreTopics)
    {
        PumpSite.Lay(box, brokerPort, moreTopics);
        string sources = Path.Combine(box.Site, "sources.yaml");
        File.WriteAllText(sources, File.ReadAllText(sources).Replace("clientId: edgeruntime-test", "clientId: edgeruntime-test\n    maxPayload: 2097152", StringComparison.Ordinal));
        // The smallest journal there can be: a message may be larger than any frame.
        File.WriteAllText(box.Settings, File.ReadAllText(box.Settings).Replace("16777216", "1048576", StringComparison.Ordinal));
    }

    static async Task WhenAllArriveAsync(BoxFolder box, IReadOnlyCollection<BadMessage> messages)
    {
        string[] missing = [];
        try
        {
            await RunningBox.WhenAsync("every message is in the journal", () =>
            {
                HashSet<string> there = [.. RunningBox.Journal(box).Select(b => Convert.ToHexStringLower(b.Batch.Key.Span))];
                missing = [.. messages.Where(m => !there.Contains(m.Key)).Select(m => m.What)];
                return missing.Length == 0;
            });
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{e.Message} Missing: {string.Join(", ", missing)}.", e);
        }
    }

    static void JudgeEach(List<StoredBatch> journal, IReadOnlyList<BadMessage> messages)
    {
        ILookup<string, FactBatch> byKey = journal.ToLookup(b => Convert.ToHexStringLower(b.Batch.Key.Span), b => b.Batch);
        var wrong = new List<string>();
        foreach (BadMessage message in messages)
        {
            FactBatch batch = Assert.Single(byKey[message.Key]);
            Refusal[] refusals = [.. batch.Facts.OfType<Refusal>()];
            string found = string.Create(CultureInfo.InvariantCulture, $"{batch.Samples.Count} stored, {string.Join(" | ", refusals.Select(r => $"{r.Rule} x{r.Values}: {r.Sentence}"))}");
            Console.WriteLine($"{message.What}: {found}");
            bool right = batch.Samples.Count == message.Stored && refusals.Sum(r => r.Values) == message.Refused
                && refusals.All(r => r.Rule == message.Rule && r.Stage == RefusalStage.Telemetry && message.Says.All(s => r.Sentence.Contains(s, StringComparison.Ordinal)))
                && (message.Rule.Length == 0 || refusals is [{ Sentence: var sentence }] && IsPlain(sentence, message));
            if (!right)
                wrong.Add($"{message.What}: expected {message.Stored} stored, {message.Rule} x{message.Refused} saying [{string.Join(", ", message.Says)}]; found {found}");
        }

        Assert.True(wrong.Count == 0, string.Join(Environment.NewLine, wrong));
    }

    /// <summary>One sentence or two, on one line, that says where.</summary>
    static bool IsPlain(string sentence, BadMessage message) =>
        sentence.Contains(message.Where, StringComparison.Ordinal) && sentence.EndsWith('.') && !sentence.Contains('\n') && !sentence.Contains("Exception", StringComparison.Ordinal)
        && sentence.Contains("not stored", StringComparison.Ordinal);

    static void JudgeRubbish(List<StoredBatch> journal, IReadOnlyList<BadMessage> rubbish)
    {
        ILookup<string, FactBatch> byKey = journal.ToLookup(b => Convert.ToHexStringLower(b.Batch.Key.Span), b => b.Batch);
        foreach (BadMessage message in rubbish)
            Assert.True(byKey[message.Key].Sum(b => b.Samples.Count + b.Facts.OfType<Refusal>().Sum(r => r.Values)) > 0, $"{message.What} left no trace.");
    }

    /// <summary>Stored as it came, and kept out of the features by the range of its input.</summary>
    static void JudgeTheLargestNumber(List<StoredBatch> journal)
    {
        StoredBatch stored = journal.Single(b => b.Batch.Samples.Any(s => s.Value.Kind == TagValueKind.Double && s.Value.Double == 1e308));
        Validated validated = journal.SelectMany(b => b.Batch.Facts.OfType<Validated>()).Single(v => v.Input.Frame == stored.Frame);
        Assert.Equal(SampleFault.OutOfRange, Assert.Single(validated.Faults).Fault);
        Assert.All(journal.SelectMany(b => b.Batch.Facts.OfType<FeatureVector>()).SelectMany(v => v.Values), value => Assert.True(float.IsNaN(value) || Math.Abs(value) < 1e6f));
    }

    static void JudgeGood(BoxFolder box, IReadOnlyList<double> ledger)
    {
        var counts = Flows(box).CountBy(f => f).ToDictionary();
        Assert.All(ledger, flow => Assert.Equal(1, counts.GetValueOrDefault(flow)));
    }

    /// <summary>What the screen says is what the journal holds since the second start.</summary>
    static void JudgeCounts(List<StoredBatch> journal, JsonElement counts)
    {
        long start = journal.Last(b => b.Batch.Facts.OfType<Audit>().Any(a => a.Action == "start")).Frame;
        FactBatch[] batches = [.. journal.Where(b => b.Frame > start && b.Batch.Origin == "plant").Select(b => b.Batch)];
        Assert.Equal(batches.Sum(b => b.Samples.Count), counts.GetProperty("stored").GetInt64());
        var refused = batches.SelectMany(b => b.Facts.OfType<Refusal>()).GroupBy(r => r.Rule).ToDictionary(g => g.Key, g => (long)g.Sum(r => r.Values));
        JsonElement accounted = counts.GetProperty("accounted");
        Assert.All(refused, rule => Assert.Equal(rule.Value, accounted.GetProperty(rule.Key).GetInt64()));
        Assert.Equal(counts.GetProperty("received").GetInt64(), counts.GetProperty("stored").GetInt64() + counts.GetProperty("accountedTotal").GetInt64());
        Assert.True(counts.GetProperty("balances").GetBoolean());
    }

    static async Task JudgeReplayAsync(BoxFolder box)
    {
        (int verified, string proof, string verifyErrors) = await RunningBox.VerbAsync("verify", box);
        Assert.True(verified == 0, proof + verifyErrors);
        (int replayed, string report, string replayErrors) = await RunningBox.VerbAsync("replay", box, "--all");
        Assert.True(replayed == 0, report + replayErrors);
    }

    static List<double> Flows(BoxFolder box) =>
        [.. RunningBox.Journal(box).SelectMany(b => b.Batch.Samples).Where(s => s.Tag == $"{Asset}.flow").Select(s => s.Value.Double)];
}
