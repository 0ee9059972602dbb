using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Mqtt;

public sealed partial class MqttSession
{
    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "Connected to the MQTT broker {Address} as {ClientId} with {Subscriptions} subscriptions")]
    partial void LogConnected(string address, string clientId, int subscriptions);

    [LoggerMessage(EventId = 1102, Level = LogLevel.Warning, Message = "{Sentence} Trying again in {Seconds:0.0} s; the broker keeps what it was told to keep")]
    partial void LogDown(string sentence, double seconds);
}
