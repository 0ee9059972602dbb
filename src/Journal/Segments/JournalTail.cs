using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Segments;

/// <summary>How far a journal may be read: the segment and offset behind the newest durable group, and its last frame.</summary>
sealed class JournalTail(long segment, long end, long frame)
{
    readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Segment { get; } = segment;

    public long End { get; } = end;

    /// <summary>The newest frame that may be read; <see cref="long.MaxValue"/> where only reading on shows which it is.</summary>
    public long Frame { get; } = frame;

    public bool IsOpen => Frame == long.MaxValue;

    /// <summary>Completes when this is no longer the newest tail, or will never be followed by another.</summary>
    public Task Moved => _moved.Task;

    /// <summary>How far a journal that another process may own can be read. Behind damage only reading on shows how far.</summary>
    public static JournalTail Found(SegmentTail newest, long number, IDisk disk, string folder)
    {
        if (newest.Damage is null)
            return new JournalTail(number, newest.End, newest.LastFrame);
        using SegmentFile segment = SegmentFile.Open(disk, folder, number);
        return new JournalTail(number, segment.Length, long.MaxValue);
    }

    /// <summary>
    /// The same for a reader, which checks every frame when it comes to it: by the headers alone, and only the last group, which may be torn, frame by frame.
    /// What that does not settle is settled by reading the segment through.
    /// </summary>
    public static JournalTail Found(IDisk disk, string folder, long number) =>
        ByHeaders(disk, folder, number) ?? Found(SegmentTail.Of(disk, folder, number), number, disk, folder);

    static JournalTail? ByHeaders(IDisk disk, string folder, long number)
    {
        using SegmentFile segment = SegmentFile.Open(disk, folder, number);
        if (segment.Wrong is not null)
            return null;
        FrameCursor cursor = segment.Cursor;
        (long Offset, long Expected) group = (cursor.Offset, cursor.Expected), last = group;
        FrameState state;
        while ((state = cursor.Skip()) == FrameState.Whole)
        {
            if (cursor.InGroup)
                continue;
            last = group;
            group = (cursor.Offset, cursor.Expected);
        }

        if (state != FrameState.Nothing || cursor.InGroup || !segment.Window.IsZeroFrom(cursor.Offset))
            return null;
        long end = cursor.Offset;
        cursor.PlaceAt(last.Offset, last.Expected);
        while (cursor.Offset < end)
        {
            if (cursor.Next() != FrameState.Whole)
                return null;
        }

        return new JournalTail(number, end, cursor.Expected - 1);
    }

    public void SayMoved() => _moved.TrySetResult();
}
