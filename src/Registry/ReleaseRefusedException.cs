namespace EdgeRuntime.Registry;

/// <summary>A release that may not be served. The message is one plain sentence: what is wrong, in which file, expected and found, what to do.</summary>
public sealed class ReleaseRefusedException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>The file of the release that is wrong; empty when it is the release as a whole.</summary>
    public string File { get; init; } = "";
}
