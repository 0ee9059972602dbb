namespace EdgeRuntime.Journal;

/// <summary>Bytes on disk are not what was written. Never skipped, never cut: stop and tell where.</summary>
public sealed class JournalCorruptException(string segment, long offset, long frame, string what)
    : Exception($"Journal segment {segment} is corrupt at byte {offset} (frame {frame}): {what}.")
{
    public string Segment { get; } = segment;

    /// <summary>Byte offset in the segment file at which the damaged frame starts.</summary>
    public long Offset { get; } = offset;

    /// <summary>The frame that is damaged or missing.</summary>
    public long Frame { get; } = frame;

    /// <summary>What is wrong, as the end of a sentence.</summary>
    public string What { get; } = what;
}
