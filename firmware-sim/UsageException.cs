namespace EdgeRuntime.FirmwareSim;

/// <summary>Something that was asked for cannot be done; the message is one plain sentence for the person at the keyboard.</summary>
sealed class UsageException(string sentence, int exitCode = ExitCode.Usage) : Exception(sentence)
{
    public int ExitCode { get; } = exitCode;
}
