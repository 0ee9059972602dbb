using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Definition;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Telemetry;

/// <summary>The sources that a site's definition describes, not yet running.</summary>
public static class TelemetrySources
{
    /// <param name="embeddedBroker">Where the box's own broker listens, for sources with <c>host: embedded</c>; null when it has none.</param>
    public static IReadOnlyList<ITelemetrySource> Create(
        SourcesDefinition definition, TagCatalogue tags, TimeProvider time, ILoggerFactory loggers, IPEndPoint? embeddedBroker = null) =>
        [.. definition.Sources.Select(source => Create(source, tags, time, loggers, embeddedBroker))];

    static ITelemetrySource Create(SourceDefinition source, TagCatalogue tags, TimeProvider time, ILoggerFactory loggers, IPEndPoint? embedded) => source switch
    {
        MqttSourceDefinition mqtt => new MqttSource(mqtt with { Session = At(mqtt.Session, embedded) }, tags, time, JitterSeed(mqtt.Session.ClientId), loggers),
        CsvSourceDefinition csv => new CsvSource(csv, time, loggers),
        _ => throw new ArgumentException($"A source of type {source.Type} cannot be made.", nameof(source)),
    };

    static MqttSessionOptions At(MqttSessionOptions session, IPEndPoint? embedded) =>
        session.Host == MqttSourceDefinition.EmbeddedHost && embedded is not null
            ? session with { Host = embedded.Address.ToString(), Port = embedded.Port }
            : session;

    // Client ids differ from box to box, and so do the moments at which the boxes come back.
    static int JitterSeed(string clientId) => BinaryPrimitives.ReadInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(clientId)));
}
