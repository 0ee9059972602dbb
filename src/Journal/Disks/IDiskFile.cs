namespace EdgeRuntime.Journal.Disks;

/// <summary>An open file. One thread writes; any number may read other instances of the same file.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>In bytes, as the file is now.</summary>
    long Length { get; }

    /// <summary>Reads up to <paramref name="into"/>'s length; fewer bytes only at the end of the file.</summary>
    int Read(long offset, Span<byte> into);

    /// <summary>Writes all bytes or fails. Not durable before <see cref="Sync"/>.</summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Returns when everything written is on the medium. After a failure the system may have dropped what was written and may call
    /// a second flush a success, so a failed file refuses every further write and flush: open it anew and read it back.
    /// </summary>
    void Sync();
}
