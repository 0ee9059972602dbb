using Microsoft.Extensions.Logging;

namespace EdgeRuntime.Hmi;

partial class FloorView
{
    [LoggerMessage(EventId = 6101, Level = LogLevel.Information,
        Message = "The screens are rebuilt from journal frame {From} to {Last} and follow from there")]
    static partial void FollowingFrom(ILogger log, long from, long last);

    [LoggerMessage(EventId = 6102, Level = LogLevel.Error,
        Message = "The screens stand still since journal frame {Frame}: {Why}")]
    static partial void FollowingEnded(ILogger log, long frame, string why);
}
