namespace EdgeRuntime.Service.Runtime;

partial class RuntimeSession
{
    [LoggerMessage(EventId = 7100, Level = LogLevel.Information, Message = "EdgeRuntime {Build} has started; the journal holds {Frames} frames; {Sources} telemetry sources")]
    partial void LogStarted(string build, long frames, int sources);

    [LoggerMessage(EventId = 7101, Level = LogLevel.Warning, Message = "{Sentence}")]
    partial void LogSentence(string sentence);

    [LoggerMessage(EventId = 7108, Level = LogLevel.Information, Message = "{Sentence}")]
    partial void LogPolicy(string sentence);

    [LoggerMessage(EventId = 7107, Level = LogLevel.Information, Message = "The engine begins with frame {Frame}")]
    partial void LogBegins(long frame);

    [LoggerMessage(EventId = 7102, Level = LogLevel.Error, Message = "{Part} stopped: {Sentence} Nothing was acknowledged that is not stored")]
    partial void LogFailed(string part, string sentence);

    [LoggerMessage(EventId = 7103, Level = LogLevel.Critical, Message = "{Part} stopped by a defect")]
    partial void LogCrashed(Exception exception, string part);

    [LoggerMessage(EventId = 7104, Level = LogLevel.Warning, Message = "The stop did not wait for the engine: it has taken frame {Taken} of {Last}; the next start goes on from there")]
    partial void LogNotDrained(long taken, long last);

    [LoggerMessage(EventId = 7105, Level = LogLevel.Information, Message = "{Who} has reloaded the site ({Why}): {Documents} documents, {Assets} assets and {Sources} sources are others than before")]
    partial void LogReloaded(string who, string why, int documents, int assets, int sources);
}
