namespace EdgeRuntime.Registry;

/// <summary>Writes a file so that its bytes are on the disk before its name can matter: each write goes through, and fails aloud.</summary>
static class KeptFile
{
    internal static void Write(string path, ReadOnlySpan<byte> bytes)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.WriteThrough);
        stream.Write(bytes);
    }
}
