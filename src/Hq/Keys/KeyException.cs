namespace EdgeRuntime.Hq.Keys;

/// <summary>A key or a release cannot be used as asked; the message says why and what to do.</summary>
sealed class KeyException(string message, Exception? cause = null) : Exception(message, cause);
