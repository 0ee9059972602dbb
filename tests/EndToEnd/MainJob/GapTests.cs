using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A real broker that dies, a tag that falls silent and a box that is switched off: each is told with its cause, everywhere and once.</summary>
public sealed class GapTests
{
    /// <summary>All that is published: forty messages, twenty of them without the slow one.</summary>
    const int Values = 60;

    static readonly HttpClient Http = new();

    /// <summary>The plant's clock: behind, so that nothing of it lies ahead of the box.</summary>
    DateTimeOffset _clock = DateTimeOffset.UtcNow.AddMinutes(-1);

    [Fact]
    public async Task What_is_missing_is_told_with_its_cause_on_the_api_in_status_and_by_the_verb_and_is_written_once()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        Lay(box, broker.Port);
        using (ProductProcess service = await RunningBox.StartAsync(box))
        {
            await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
            await using GoodPublisher publisher = await GoodPublisher.ConnectAsync(broker.Port);
            await PublishAsync(publisher, messages: 5, withSlow: true);
            await PublishAsync(publisher, messages: 20, withSlow: false);
            await RunningBox.WhenAsync("the silent tag is an open gap", async () => Texts(await GapsAsync(box, "?tag=P-101.slow"), "open", "cause").SequenceEqual(["unknown"]));
            await PublishAsync(publisher, messages: 5, withSlow: true);
            await RunningBox.WhenAsync("the silence is over", async () => Texts(await GapsAsync(box, "?asset=P-101"), "closed", "tag").SequenceEqual(["P-101.slow"]));

            broker.Kill();
            await RunningBox.WhenAsync("the line is down", async () => Texts(await GapsAsync(box, "?asset=P-101"), "open", "cause").SequenceEqual(["link-down"]));
            JsonElement open = (await RunningBox.StatusAsync(box)).GetProperty("gaps").GetProperty("open")[0];
            Assert.Equal(("plant", "link-down"), (open.GetProperty("source").GetString(), open.GetProperty("cause").GetString()));
            Assert.False(open.TryGetProperty("tag", out _) || open.TryGetProperty("to", out _));
            _clock = _clock.AddSeconds(10);
            await broker.StartAsync();
            await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
            await using GoodPublisher second = await GoodPublisher.ConnectAsync(broker.Port, "good-plant-again");
            await PublishAsync(second, messages: 5, withSlow: true);
            await RunningBox.WhenAsync("the line's gap is over", async () => Texts(await GapsAsync(box, ""), "closed", "cause").Contains("link-down"));
            Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
        }

        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        JsonElement account;
        using (ProductProcess service = await RunningBox.StartAsync(box))
        {
            await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
            await using GoodPublisher publisher = await GoodPublisher.ConnectAsync(broker.Port);
            _clock = DateTimeOffset.UtcNow;
            await PublishAsync(publisher, messages: 5, withSlow: true);
            await RunningBox.WhenAsync("the box's gaps are over", async () => Texts(await GapsAsync(box, ""), "closed", "cause").Count(c => c == "box-off") == 2);
            // The first message ends them; the book must have the last one, too.
            await RunningBox.WhenAsync("all values are in the book", async () => StoredIn((await RunningBox.StatusAsync(box)).GetProperty("gaps")) == Values);
            account = (await RunningBox.StatusAsync(box)).GetProperty("gaps");
            using HttpResponseMessage wrong = await Http.GetAsync(new Uri(box.Url + "/api/v1/gaps?since=yesterday"));
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, wrong.StatusCode);
            Assert.Empty(Texts(await GapsAsync(box, "?since=2100-01-01T00:00:00Z"), "closed", "cause"));
            Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
        }

        List<StoredBatch> journal = RunningBox.Journal(box);
        long stored = journal.Sum(b => (long)b.Batch.Samples.Count);
        JsonElement book = account.GetProperty("inJournal");
        Assert.Equal((stored, 0, stored), (book.GetProperty("stored").GetInt64(), book.GetProperty("refusedTotal").GetInt64(), book.GetProperty("received").GetInt64()));
        Gap[] written = [.. journal.Where(b => b.Batch.Origin == Origins.Gaps).SelectMany(b => b.Batch.Facts.OfType<Gap>())];
        Assert.Equal(
            ["/link-down", "P-101.fast/box-off", "P-101.slow/box-off", "P-101.slow/unknown"],
            written.Select(g => $"{g.Tag}/{FloorWords.Of(g.Cause)}").Order(StringComparer.Ordinal));
        Assert.All(written, g => Assert.InRange(g.To.UnixNanoseconds - g.From.UnixNanoseconds, 500_000_000, 120_000_000_000));
        (int exit, string said, string errors) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", "gaps", "--data", box.Data, "--json");
        Assert.True(exit == 0, said + errors);
        JsonElement closed = JsonDocument.Parse(said).RootElement.GetProperty("closed");
        Assert.Equal(written.Select(g => $"{g.Tag} {g.From} {g.To}"), closed.EnumerateArray().Select(g => $"{g.GetProperty("tag").GetString()} {g.GetProperty("from").GetString()} {g.GetProperty("to").GetString()}"));
        (exit, said, _) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", "gaps", "--data", box.Data, "--tag", "P-101.fast");
        Assert.Contains("2 gaps are over, 0 are open.", said, StringComparison.Ordinal);
        Assert.Equal(0, exit);
    }

    static long StoredIn(JsonElement gaps) => gaps.GetProperty("inJournal").GetProperty("stored").GetInt64();

    static void Lay(BoxFolder box, int port)
    {
        box.With("site.yaml", "kind: Site\nname: test\nassets:\n  - {id: P-101, pipeline: p.yaml}\n");
        box.With("tags.yaml", "kind: Tags\ntags:\n  P-101.fast: {expectEvery: PT0.1S}\n  P-101.slow: {expectEvery: PT0.2S}\n");
        box.With("p.yaml", """
            kind: FeaturePipeline
            id: two
            version: 1.0.0
            vector: {every: PT1S}
            inputs:
              - {signal: fast, unit: "", maxAge: PT5S}
              - {signal: slow, unit: "", maxAge: PT5S}
            features:
              - {name: fast, op: last, of: fast}
              - {name: slow, op: last, of: slow}
            """);
        box.With("sources.yaml", $$"""
            kind: Sources
            sources:
              - name: plant
                type: mqtt
                host: 127.0.0.1
                port: {{port}}
                clientId: edgeruntime-gap-test
                topics:
                  - topic: plant/{asset}/telemetry
                    payload: json
                    time: {field: t, format: iso8601}
                    values: {each: true}
            """);
    }

    /// <summary>Ten messages a second by their own clock, whatever the machine takes for them.</summary>
    async Task PublishAsync(GoodPublisher publisher, int messages, bool withSlow)
    {
        for (int i = 0; i < messages; i++)
        {
            _clock = _clock.AddMilliseconds(100);
            string json = string.Create(CultureInfo.InvariantCulture, $"{{\"t\":\"{_clock.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}\",\"fast\":{i}{(withSlow ? ",\"slow\":1" : "")}}}");
            await publisher.SendAsync("plant/P-101/telemetry", Encoding.UTF8.GetBytes(json));
        }
    }

    static async Task<JsonElement> GapsAsync(BoxFolder box, string query)
    {
        using JsonDocument gaps = JsonDocument.Parse(await Http.GetStringAsync(new Uri(box.Url + "/api/v1/gaps" + query)));
        return gaps.RootElement.Clone();
    }

    static string[] Texts(JsonElement gaps, string list, string key) =>
        [.. gaps.GetProperty(list).EnumerateArray().Select(g => g.TryGetProperty(key, out JsonElement text) ? text.GetString()! : "")];
}
