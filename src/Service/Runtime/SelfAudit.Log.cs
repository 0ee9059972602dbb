namespace EdgeRuntime.Service.Runtime;

partial class SelfAudit
{
    [LoggerMessage(EventId = 7120, Level = LogLevel.Information, Message = "Self-audit: {Sentence}")]
    partial void LogAudited(string sentence);
}
