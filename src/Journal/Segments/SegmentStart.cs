using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Segments;

/// <summary>Where a walk begins: the segment, its first frame, and the hash before it where that is known.</summary>
readonly record struct SegmentStart(long Segment, long Frame, byte[]? PreviousHash)
{
    /// <summary>The newest of <paramref name="segments"/> that begins at or before <paramref name="frame"/>; <paramref name="front"/> where none does.</summary>
    public static SegmentStart For(long frame, IDisk disk, string folder, IReadOnlyList<long> segments, SegmentStart front)
    {
        int low = 0;
        int high = segments.Count - 1;
        SegmentStart found = front;
        while (low <= high && frame > front.Frame)
        {
            int middle = (low + high) / 2;
            using SegmentFile segment = SegmentFile.Open(disk, folder, segments[middle]);
            if (segment.Wrong is not null)
            {
                // An unreadable header says nothing: begin at the front, where the walk will meet it and tell.
                return front;
            }

            if (segment.Header.FirstFrame > frame)
            {
                high = middle - 1;
                continue;
            }

            if (segments[middle] > front.Segment)
                found = new SegmentStart(segments[middle], segment.Header.FirstFrame, null);
            low = middle + 1;
        }

        return found;
    }
}
