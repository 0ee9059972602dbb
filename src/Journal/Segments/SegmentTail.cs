using System.Buffers.Binary;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Segments;

/// <summary>How the newest segment ends.</summary>
sealed record SegmentTail
{
    /// <summary>Where the last whole commit group starts; <see cref="End"/> when there is none.</summary>
    public required long LastGroup { get; init; }

    /// <summary>Behind the last whole commit group.</summary>
    public required long End { get; init; }

    /// <summary>The newest batch in or before this segment.</summary>
    public required long LastFrame { get; init; }

    public required byte[] LastHash { get; init; }

    /// <summary>The last group is an end mark and nothing follows.</summary>
    public required bool Clean { get; init; }

    /// <summary>When the journal was stopped, nanoseconds since 1970; 0 when <see cref="Clean"/> is false.</summary>
    public required long StoppedAt { get; init; }

    /// <summary>Behind the last byte of a commit group that never became durable; <see cref="End"/> when there is none.</summary>
    public required long TornEnd { get; init; }

    /// <summary>Whole frames in the torn group. They were never acknowledged.</summary>
    public required int TornFrames { get; init; }

    /// <summary>Damage to bytes that were durable; null when there is none.</summary>
    public required DamagedFrame? Damage { get; init; }

    /// <summary>
    /// Reads the segment through. What is not whole is a torn tail, unless a frame of a later group proves that it was durable once:
    /// then it is damage.
    /// </summary>
    public static SegmentTail Of(IDisk disk, string folder, long number)
    {
        using SegmentFile segment = SegmentFile.Open(disk, folder, number);
        if (segment.Wrong is { } wrong)
            return Ending(segment, SegmentHeader.Bytes, false, 0) with { Damage = new DamagedFrame(segment.Name, 0, 0, wrong) };
        return Of(segment);
    }

    static SegmentTail Of(SegmentFile segment)
    {
        FrameCursor cursor = segment.Cursor;
        SegmentTail tail = Ending(segment, SegmentHeader.Bytes, false, 0);
        for (int inGroup = 0; ;)
        {
            long groupStart = cursor.GroupStart;
            FrameState state = cursor.Next();
            if (state == FrameState.Hole)
                continue;
            if (state != FrameState.Whole)
            {
                long tornEnd = segment.Window.LastNonZeroFrom(tail.End);
                if (tornEnd == tail.End)
                    return tail;
                if (!LaterGroupExists(segment))
                    return tail with { Clean = false, StoppedAt = 0, TornEnd = tornEnd, TornFrames = inGroup };
                // A live writer may have been halfway through this frame when we looked; now that its successor is there it is whole.
                segment.Window.Forget();
                state = cursor.Next();
                if (state != FrameState.Whole)
                    return tail with { Clean = false, Damage = DamageAt(segment, state) };
            }

            inGroup++;
            if (!cursor.Header.LastOfGroup)
                continue;
            inGroup = 0;
            bool isEnd = cursor.Header.Kind == FrameKind.EndMark;
            long stoppedAt = isEnd && cursor.Body.Length == sizeof(long) ? BinaryPrimitives.ReadInt64LittleEndian(cursor.Body) : 0;
            tail = Ending(segment, groupStart, isEnd, stoppedAt);
        }
    }

    static DamagedFrame DamageAt(SegmentFile segment, FrameState state) => new(
        segment.Name,
        segment.Cursor.Offset,
        segment.Cursor.Expected,
        state == FrameState.Nothing ? "it is zero although later frames follow" : segment.Cursor.What);

    static bool LaterGroupExists(SegmentFile segment) => Resync.LaterGroupExists(
        segment.Window,
        segment.Header.Check,
        segment.Cursor.Offset + FrameHeader.Alignment,
        segment.Cursor.GroupStart,
        segment.Cursor.Expected - 1);

    static SegmentTail Ending(SegmentFile segment, long groupStart, bool clean, long stoppedAt) => new()
    {
        LastGroup = groupStart,
        End = segment.Cursor.Offset,
        LastFrame = segment.Cursor.Expected - 1,
        LastHash = segment.Cursor.LastHash.ToArray(),
        Clean = clean,
        StoppedAt = stoppedAt,
        TornEnd = segment.Cursor.Offset,
        TornFrames = 0,
        Damage = null,
    };
}
