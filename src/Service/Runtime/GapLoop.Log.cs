namespace EdgeRuntime.Service.Runtime;

partial class GapLoop
{
    [LoggerMessage(EventId = 7140, Level = LogLevel.Debug, Message = "The gap ledger's state after frame {Frame} is saved: {Bytes} bytes")]
    partial void LogSaved(long frame, long bytes);

    [LoggerMessage(EventId = 7141, Level = LogLevel.Warning, Message = "The gap ledger's state after frame {Frame} was not saved: {Sentence} A restart will take longer")]
    partial void LogNotSaved(long frame, string sentence);

    [LoggerMessage(EventId = 7142, Level = LogLevel.Warning, Message = "{Sentence}")]
    partial void LogPassedOver(string sentence);

    [LoggerMessage(EventId = 7143, Level = LogLevel.Information, Message = "The gap ledger begins with frame {Frame}")]
    partial void LogBegins(long frame);
}
