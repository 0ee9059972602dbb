using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Telemetry;

sealed partial class CsvSource
{
    [LoggerMessage(EventId = 1251, Level = LogLevel.Information, Message = "{Source} read {Rows} rows from {Files} files; {Unreadable} files could not be read")]
    partial void LogFinished(string source, long rows, int files, int unreadable);

    [LoggerMessage(EventId = 1252, Level = LogLevel.Warning, Message = "{Source} cannot use {File}: {What} The other files are read")]
    partial void LogUnreadable(string source, string file, string what);

    [LoggerMessage(EventId = 1253, Level = LogLevel.Warning, Message = "{Sentence}")]
    partial void LogDown(string sentence);
}
