namespace EdgeRuntime.Journal;

/// <summary>Bytes that are not what was written, with their place.</summary>
/// <param name="Segment">File name of the segment.</param>
/// <param name="Offset">Byte offset in the segment at which the damage starts.</param>
/// <param name="Frame">The batch that is lost; 0 when no batch is (an end mark or the segment's own header is damaged).</param>
/// <param name="What">What is wrong, as the end of a sentence.</param>
public sealed record DamagedFrame(string Segment, long Offset, long Frame, string What)
{
    /// <summary>A repair has said so: a known loss, which readers step over.</summary>
    public bool IsRepaired { get; init; }

    /// <summary>Nothing is lost: readers compute these bytes again from parity or from the other copy, and a repair writes them anew.</summary>
    public bool IsMendable { get; init; }
}
