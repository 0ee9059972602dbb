using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Journal;

public sealed partial class JournalStore
{
    [LoggerMessage(EventId = 2100, Level = LogLevel.Information, Message = "{Sentence}")]
    static partial void LogOpened(ILogger log, string sentence);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "{Sentence}")]
    static partial void LogCut(ILogger log, string sentence);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Critical, Message = "{Sentence}")]
    static partial void LogStopped(ILogger log, string sentence, Exception? cause);

    [LoggerMessage(EventId = 2103, Level = LogLevel.Warning,
        Message = "The next journal segment could not be prepared in {Folder}: {Why} Appending goes on until the current segment is full; free space on this disk")]
    static partial void LogShortage(ILogger log, string folder, string why);

    [LoggerMessage(EventId = 2104, Level = LogLevel.Information, Message = "Journal in {Folder} closed at frame {Frame}")]
    static partial void LogClosed(ILogger log, string folder, long frame);

    [LoggerMessage(EventId = 2105, Level = LogLevel.Debug, Message = "Journal segment {Segment} begins with frame {Frame}")]
    static partial void LogRolled(ILogger log, long segment, long frame);

    [LoggerMessage(EventId = 2106, Level = LogLevel.Information,
        Message = "Journal segment {Segment} sealed: frames {First} to {Last} in {Bytes} bytes, checkpoint signed")]
    static partial void LogSealed(ILogger log, long segment, long first, long last, long bytes);

    [LoggerMessage(EventId = 2107, Level = LogLevel.Error, Message = "{Sentence}")]
    static partial void LogSealingTrouble(ILogger log, string sentence, Exception? defect);

    [LoggerMessage(EventId = 2108, Level = LogLevel.Warning,
        Message = "Journal segment {Segment} is sealed, but its file could not be removed: {Why} The next start removes it")]
    static partial void LogNotRetired(ILogger log, long segment, string why);

    [LoggerMessage(EventId = 2109, Level = LogLevel.Information,
        Message = "{Units} units of the journal without samples became one, of segments {First} to {Last}; {Bytes} bytes freed, nothing lost")]
    static partial void LogMerged(ILogger log, int units, long first, long last, long bytes);

    [LoggerMessage(EventId = 2110, Level = LogLevel.Warning,
        Message = "{File} is damaged at byte {Offset}: {What}. The bytes were computed again and nothing is lost; stop the service and run 'edgeruntime repair'")]
    static partial void LogMended(ILogger log, string file, long offset, string what);
}
