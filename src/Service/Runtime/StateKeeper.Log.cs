namespace EdgeRuntime.Service.Runtime;

partial class StateKeeper
{
    [LoggerMessage(EventId = 7120, Level = LogLevel.Debug, Message = "The engine's state after frame {Frame} is saved: {Bytes} bytes, {Digest}")]
    partial void LogSaved(long frame, long bytes, string digest);

    [LoggerMessage(EventId = 7121, Level = LogLevel.Warning, Message = "The engine's state after frame {Frame} was not saved: {Sentence} A restart will take longer")]
    partial void LogNotSaved(long frame, string sentence);

    [LoggerMessage(EventId = 7122, Level = LogLevel.Information, Message = "The windows hold {Samples} samples, more than {Max}: the engine's state is saved at a stop only, and a start after a crash will take longer")]
    partial void LogTooLarge(long samples, long max);
}
