namespace EdgeRuntime.FirmwareSim;

/// <summary>What a script may read from the exit.</summary>
static class ExitCode
{
    public const int Done = 0;

    /// <summary>An option, a file or a script is wrong; nothing was sent.</summary>
    public const int Usage = 1;

    /// <summary>No broker answered.</summary>
    public const int NoBroker = 2;

    /// <summary>It ran to its end, but something was dropped or refused; the last line says how much.</summary>
    public const int Incomplete = 3;
}
