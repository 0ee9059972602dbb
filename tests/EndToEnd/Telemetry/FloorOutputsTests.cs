using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Outputs;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

public sealed class FloorOutputsTests
{
    [Fact]
    public async Task While_the_line_is_up_every_decision_is_told_and_after_an_outage_the_newest_with_its_age()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        var journal = new ListJournal();
        var outputs = new FloorOutputs(Definition(broker.Port), "plant-1", journal, TimeProvider.System, NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        Task running = outputs.RunAsync(stop.Token);
        await using var listener = new Listener(broker.Port);
        await listener.ListeningAsync();
        await Floor.UntilAsync(() => outputs.Status[0].Well, "the output is connected", () => outputs.Status[0].Sentence);

        long now = IngestTime.Now(TimeProvider.System).UnixNanoseconds;
        for (int i = 0; i < 20; i++)
            journal.Add(Decision("P-101", now, i));
        await Floor.UntilAsync(() => listener.Count("edgeruntime/P-101/decision") >= 20, "20 decisions told", () => outputs.Status[0].Sentence);
        Assert.Equal(Enumerable.Range(0, 20), listener.Of("edgeruntime/P-101/decision").Select(d => d.GetProperty("value").GetInt32()));
        Assert.True(listener.Of("edgeruntime/plant-1/status")[^1].GetProperty("online").GetBoolean());

        broker.Kill();
        await Floor.UntilAsync(() => !outputs.Status[0].Well, "the outage is known");
        // Decided an hour ago by both clocks, while nobody could be told.
        for (int i = 100; i < 150; i++)
            journal.Add(Decision(i % 2 == 0 ? "P-101" : "P-102", now - 3_600_000_000_000, i), now - 3_600_000_000_000);
        await Floor.UntilAsync(() => outputs.Status[0].Waiting + outputs.Status[0].Superseded >= 50, "they wait", () => outputs.Status[0].ToString());
        await broker.StartAsync();
        await Floor.UntilAsync(() => outputs.Status[0] is { Well: true, Waiting: 0 }, "they are told", () => outputs.Status[0].Sentence);
        string[] kept = (await Mosquitto.ClientAsync("mosquitto_sub", Floor.Patience, "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-t", "edgeruntime/+/decision", "-C", "2")).Trim().Split('\n');

        Assert.Equal(48, outputs.Status[0].Superseded);
        Assert.Equal([148, 149], kept.Select(k => JsonDocument.Parse(k).RootElement.GetProperty("value").GetInt32()).Order());
        Assert.All(kept, k => Assert.InRange(JsonDocument.Parse(k).RootElement.GetProperty("ageSeconds").GetDouble(), 3602, 3602 + 600));
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_finding_goes_to_its_asset_and_the_death_of_the_box_is_told_by_the_broker()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        await using var cable = new Cable(broker.Port);
        await using var listener = new Listener(broker.Port);
        await listener.ListeningAsync();
        var journal = new ListJournal();
        var outputs = new FloorOutputs(Definition(cable.Port), "plant-1", journal, TimeProvider.System, NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        Task running = outputs.RunAsync(stop.Token);

        journal.Add(new Finding(FindingLayer.DataQuality, FindingPriority.High, "tag:P-101.flow", "stuck", "P-101.flow has not moved for 10 min; look at the sensor."));
        journal.Add(new Finding(FindingLayer.Runtime, FindingPriority.Low, "journal", "slow-disk", "The disk is slow."));
        await Floor.UntilAsync(() => listener.Count("edgeruntime/P-101/finding") == 1 && listener.Count("edgeruntime/plant-1/finding") == 1, "both found", () => outputs.Status[0].Sentence);
        await cable.DisposeAsync();
        await Floor.UntilAsync(() => listener.Of("edgeruntime/plant-1/status").LastOrDefault() is { ValueKind: JsonValueKind.Object } last && !last.GetProperty("online").GetBoolean(), "the will is told");
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task After_a_restart_the_newest_decision_of_each_asset_is_told_again()
    {
        Floor.NeedsMosquitto();
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        await using var listener = new Listener(broker.Port);
        await listener.ListeningAsync();
        var journal = new ListJournal();
        for (int i = 0; i < 10; i++)
            journal.Add(Decision("P-101", 1_760_000_000_000_000_000, i));
        var outputs = new FloorOutputs(Definition(broker.Port), "plant-1", journal, TimeProvider.System, NullLoggerFactory.Instance);
        using var stop = new CancellationTokenSource();
        Task running = outputs.RunAsync(stop.Token);
        await Floor.UntilAsync(() => outputs.Status[0].Told >= 1, "it is told", () => outputs.Status[0].Sentence);
        journal.Add(Decision("P-101", 1_760_000_000_000_000_000, 10));
        await Floor.UntilAsync(() => listener.Count("edgeruntime/P-101/decision") >= 2, "the next is told");

        Assert.Equal([9, 10], listener.Of("edgeruntime/P-101/decision").Select(d => d.GetProperty("value").GetInt32()));
        await stop.CancelAsync();
        await running;
    }

    static OutputsDefinition Definition(int port)
    {
        SettingsDocument document = SettingsDocument.Parse("outputs.yaml", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""
            kind: Outputs
            outputs:
              - name: floor
                type: mqtt
                host: 127.0.0.1
                port: {{port}}
            """)));
        OutputsDefinition definition = OutputsDefinition.Read(document);
        document.ThrowIfInvalid();
        return definition;
    }

    static Decision Decision(string asset, long at, double score) => new()
    {
        PredictionId = new string('a', 32),
        Asset = asset,
        At = new EventTime(at),
        Cause = new Position(1, 0),
        State = DecisionState.Normal,
        Score = score,
        Threshold = 3,
        Rung = Rung.Primary,
        Confidence = 0.9,
        Age = 2_000_000_000,
        Reasons = ["All is well."],
        Serving = default,
        Model = default,
        Pipeline = default,
        Rules = default,
        Vector = default,
        Build = "test",
    };

    /// <summary>What another client on the floor hears.</summary>
    sealed class Listener : IAsyncDisposable
    {
        readonly List<(string Topic, JsonElement Payload)> _heard = [];
        readonly CancellationTokenSource _stop = new();
        readonly MqttSession _session;
        readonly Task _running;

        internal Listener(int port)
        {
            _session = new MqttSession(
                new MqttSessionOptions { Host = "127.0.0.1", Port = port, ClientId = "listener" }, [new MqttSubscription("edgeruntime/#", 1)], Hear,
                TimeProvider.System, jitterSeed: 2, NullLoggerFactory.Instance);
            _running = _session.RunAsync(_stop.Token);
        }

        internal Task ListeningAsync() => _session.WhenConnectedAsync(_stop.Token);

        internal int Count(string topic) => Of(topic).Count;

        internal List<JsonElement> Of(string topic)
        {
            lock (_heard)
                return [.. _heard.Where(h => h.Topic == topic).Select(h => h.Payload)];
        }

        void Hear(MqttArrival arrival)
        {
            lock (_heard)
                _heard.Add((arrival.Topic, JsonDocument.Parse(arrival.Payload).RootElement));
            arrival.Acknowledge();
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _running;
            _stop.Dispose();
        }
    }

    sealed class ListJournal : IJournal
    {
        readonly List<StoredBatch> _stored = [];
        readonly Channel<long> _grown = Channel.CreateUnbounded<long>();

        public long LastFrame
        {
            get
            {
                lock (_stored)
                    return _stored.Count;
            }
        }

        internal void Add(Fact fact, long? ingest = null) => _ = AppendAsync(new FactBatch
        {
            Ingest = ingest is { } at ? new IngestTime(at) : IngestTime.Now(TimeProvider.System),
            Origin = Origins.Engine,
            Facts = [fact],
        });

        public Task<long> AppendAsync(FactBatch batch)
        {
            lock (_stored)
            {
                _stored.Add(new StoredBatch(_stored.Count + 1, batch));
                _grown.Writer.TryWrite(_stored.Count);
                return Task.FromResult((long)_stored.Count);
            }
        }

        public IEnumerable<StoredBatch> Read(long fromFrame = 1)
        {
            lock (_stored)
                return [.. _stored.Skip((int)fromFrame - 1)];
        }

        public async IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, [EnumeratorCancellation] CancellationToken stop)
        {
            while (true)
            {
                foreach (StoredBatch batch in Read(fromFrame))
                {
                    yield return batch;
                    fromFrame = batch.Frame + 1;
                }

                await _grown.Reader.ReadAsync(stop);
            }
        }
    }
}
