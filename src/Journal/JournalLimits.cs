using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>What nobody may exceed.</summary>
static class JournalLimits
{
    public const long SegmentBytesMin = 4096;

    /// <summary>Offsets inside a commit group are 32-bit numbers on disk.</summary>
    public const long SegmentBytesMax = 1L << 30;

    const int BodyBytesMax = 16 << 20;

    /// <summary>A frame never spans two segments, so a body must fit into an empty one; and one reader's buffer must hold it.</summary>
    public static int BodyBytesMaxFor(long segmentBytes) => (int)Math.Min(
        BodyBytesMax,
        segmentBytes - SegmentHeader.Bytes - FrameHeader.Bytes - FrameHeader.HashBytes - FrameHeader.Alignment);
}
