namespace EdgeRuntime.Service.Runtime;

partial class EngineLoop
{
    [LoggerMessage(EventId = 7110, Level = LogLevel.Information, Message = "The engine has taken the {Frames} frames that were stored up to frame {Last} and are not in its saved state, in {Seconds:0.0} s; it goes on live")]
    partial void LogCaughtUp(long frames, long last, double seconds);

    [LoggerMessage(EventId = 7112, Level = LogLevel.Error, Message = "What frame {Frame} made the engine say was not stored: {Sentence} The engine goes on behind it")]
    partial void LogTooMuch(long frame, string sentence);

    [LoggerMessage(EventId = 7113, Level = LogLevel.Warning, Message = "What a shadow said about {Asset} was not stored: {Sentence} The shadow goes on")]
    partial void LogShadowTooMuch(string asset, string sentence);

    [LoggerMessage(EventId = 7111, Level = LogLevel.Error, Message = "A plan was not taken ({Part}): {Sentence} The asset goes on as before")]
    partial void LogPlanBroken(string part, string sentence);
}
