using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Outputs;

sealed partial class MqttOutput
{
    [LoggerMessage(EventId = 5101, Level = LogLevel.Warning, Message = "The output {Output} cannot tell the floor: {Why} The newest decision of each asset is told when it can")]
    partial void LogNotTold(string output, string why);

    [LoggerMessage(EventId = 5103, Level = LogLevel.Warning, Message = "The output {Output} cannot keep up: {Superseded} decisions were overtaken by newer ones and are only in the journal")]
    partial void LogTooSlow(string output, long superseded);

    [LoggerMessage(EventId = 5102, Level = LogLevel.Information, Message = "The output {Output} is back; {Superseded} decisions and findings were overtaken by newer ones in the meantime and are only in the journal")]
    partial void LogSuperseded(string output, long superseded);
}
