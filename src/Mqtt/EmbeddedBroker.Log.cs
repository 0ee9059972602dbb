using System.Net;
using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Mqtt;

public sealed partial class EmbeddedBroker
{
    [LoggerMessage(EventId = 1151, Level = LogLevel.Information, Message = "The embedded MQTT broker listens on {Endpoint}")]
    partial void LogListening(IPEndPoint endpoint);

    [LoggerMessage(EventId = 1152, Level = LogLevel.Warning, Message = "The embedded MQTT broker on {Endpoint} lets everybody in who reaches it; set a user, or bind it to loopback")]
    partial void LogOpenToAll(IPEndPoint endpoint);

    [LoggerMessage(EventId = 1153, Level = LogLevel.Warning, Message = "The session {ClientId} is away and has {PendingMax} messages waiting in the embedded broker; the oldest are thrown away and counted")]
    partial void LogDropping(string clientId, int pendingMax);

    [LoggerMessage(EventId = 1154, Level = LogLevel.Information, Message = "The embedded MQTT broker on {Endpoint} stopped; {Dropped} messages were thrown away in its life")]
    partial void LogStopped(IPEndPoint endpoint, long dropped);
}
