namespace EdgeRuntime.Hmi.Api;

/// <summary>What every refused request gets: one plain sentence.</summary>
sealed record ErrorReply(string Error);
