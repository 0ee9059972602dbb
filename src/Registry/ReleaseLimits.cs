namespace EdgeRuntime.Registry;

/// <summary>What no release may exceed. Checked before a byte is read.</summary>
static class ReleaseLimits
{
    internal const int FilesMax = 256;
    internal const long FileBytesMax = 512L * 1024 * 1024;

    /// <summary>All files together: they are held in memory while they are served.</summary>
    internal const long TotalBytesMax = 1024L * 1024 * 1024;

    internal const int NameLengthMax = 100;
}
