using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Telemetry;

sealed partial class MqttSource
{
    [LoggerMessage(EventId = 1201, Level = LogLevel.Error, Message = "Messages of {Source} could not be stored: {Why} They were not acknowledged")]
    partial void LogNotStored(string source, string why);

    [LoggerMessage(EventId = 1203, Level = LogLevel.Error, Message = "{Source} could not read a message on {Topic} because of a defect; it is quarantined and ingestion goes on")]
    partial void LogDefect(Exception exception, string source, string topic);

    [LoggerMessage(EventId = 1202, Level = LogLevel.Warning, Message = "{Source} has {Waiting} messages waiting for the disk; further ones of QoS 0 are thrown away and counted")]
    partial void LogShedding(string source, int waiting);
}
