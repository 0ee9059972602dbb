using System.Globalization;
using System.Text;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.Telemetry;

/// <summary>What the MQTT tests share: a site with one pump, a publisher, and waiting with an end.</summary>
static class Floor
{
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    internal static readonly TagCatalogue Tags = new(
    [
        new TagContract("P-101.n", TagType.Int64, "", null, null, ""),
        new TagContract("P-101.flow", TagType.Double, "m3/h", null, null, ""),
        new TagContract("P-101.recipe", TagType.String, "", null, null, ""),
        new TagContract("P-101.running", TagType.Bool, "", null, null, ""),
    ]);

    internal static void NeedsMosquitto() => Assert.SkipUnless(Mosquitto.Program is not null, Mosquitto.Absent);

    internal static SourcesDefinition Sources(string yaml)
    {
        SettingsDocument document = SettingsDocument.Parse("sources.yaml", Encoding.UTF8.GetBytes(yaml));
        SourcesDefinition definition = SourcesDefinition.Read(document, Tags);
        document.ThrowIfInvalid();
        return definition;
    }

    internal static ITelemetrySource Source(int port, string protocol = "5", string more = "", string topics = DefaultTopics) =>
        TelemetrySources.Create(Sources(string.Create(CultureInfo.InvariantCulture, $$"""
            kind: Sources
            sources:
              - name: line-1
                type: mqtt
                host: 127.0.0.1
                port: {{port}}
                protocol: "{{protocol}}"
                clientId: edge-under-test
            {{more}}
                topics:
            {{topics}}
            """)), Tags, TimeProvider.System, NullLoggerFactory.Instance)[0];

    internal const string DefaultTopics = """
              - topic: plant/{asset}/telemetry
                payload: json
                time: {field: ts, format: unix-ms}
                values: {each: true}
              - topic: plain/{asset}/{signal}
                payload: plain
        """;

    internal static byte[] Message(int n) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"ts":{{1_760_000_000_000 + n}},"n":{{n}},"flow":{{n * 0.25}}}"""));

    internal static MqttSession Publisher(int port, string protocol = "5") => new(
        new MqttSessionOptions
        {
            Host = "127.0.0.1",
            Port = port,
            ClientId = "publisher",
            Protocol = protocol == "5" ? MqttProtocol.V5 : MqttProtocol.V311,
            Persistent = false,
        }, [], null, TimeProvider.System, jitterSeed: 1, NullLoggerFactory.Instance);

    internal static async Task UntilAsync(Func<bool> holds, string what, Func<string>? told = null)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            if (TimeProvider.System.GetElapsedTime(began) > Patience)
                throw new TimeoutException($"After {Patience.TotalSeconds} s not yet: {what}. {told?.Invoke()}");
            await Task.Delay(10);
        }
    }

    /// <summary>Publishes until the broker has it, as a device with a memory would.</summary>
    internal static async Task PublishSurelyAsync(MqttSession session, string topic, byte[] payload, CancellationToken stop, int qos = 1)
    {
        while (true)
        {
            await session.WhenConnectedAsync(stop);
            try
            {
                await session.PublishAsync(topic, payload, qos, retain: false, stop);
                return;
            }
            catch (MqttDownException)
            {
                await Task.Delay(20, stop);
            }
        }
    }
}
