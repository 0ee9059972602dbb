using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Segments;

/// <summary>The one place that writes frames: behind each other, group by group, each group flushed before the next begins.</summary>
sealed class SegmentWriter : IDisposable
{
    readonly SegmentSupply _supply;
    readonly TimeProvider _time;
    readonly byte[] _lastHash = new byte[FrameHeader.HashBytes];
    IDiskFile? _file;
    long _length;

    SegmentWriter(SegmentSupply supply, TimeProvider time)
    {
        _supply = supply;
        _time = time;
    }

    public long Segment { get; private set; }

    /// <summary>Where the next group will start.</summary>
    public long Offset { get; private set; }

    /// <summary>Bytes that still fit.</summary>
    public long Room => _length - Offset;

    /// <summary>Seeds the checks of this segment's frame headers.</summary>
    public uint Seed { get; private set; }

    public ReadOnlySpan<byte> LastHash => _lastHash;

    /// <summary>Begins a journal.</summary>
    public static SegmentWriter First(SegmentSupply supply, TimeProvider time)
    {
        var writer = new SegmentWriter(supply, time);
        supply.Prepare(1);
        writer.Roll(firstFrame: 1);
        return writer;
    }

    /// <summary>Goes on where <paramref name="tail"/> says that the newest segment ends.</summary>
    public static SegmentWriter GoOn(SegmentSupply supply, TimeProvider time, IDiskFile file, SegmentHeader header, SegmentTail tail)
    {
        var writer = new SegmentWriter(supply, time)
        {
            _file = file,
            _length = file.Length,
            Segment = header.Number,
            Offset = tail.End,
            Seed = header.Check,
        };
        tail.LastHash.CopyTo(writer._lastHash.AsSpan());
        supply.Prepare(header.Number + 1);
        return writer;
    }

    /// <summary>Returns when the group is on the medium.</summary>
    public void Commit(CommitGroup group)
    {
        _file!.Write(Offset, group.Written);
        _file.Sync();
        Offset += group.Bytes;
        group.LastHash.CopyTo(_lastHash);
    }

    /// <summary>Goes on in the next segment.</summary>
    public void Roll(long firstFrame)
    {
        long created = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        byte[] header = SegmentHeader.Write(Segment + 1, firstFrame, created, _lastHash);
        IDiskFile next = _supply.Take(header);
        _file?.Dispose();
        _file = next;
        _length = next.Length;
        Segment++;
        Offset = SegmentHeader.Bytes;
        Seed = SegmentHeader.CheckOf(header);
        _supply.Prepare(Segment + 1);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _supply.Discard();
    }
}
