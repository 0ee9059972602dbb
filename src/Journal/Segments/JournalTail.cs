using EdgeRuntime.Journal.Disks;

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

    public void SayMoved() => _moved.TrySetResult();
}
