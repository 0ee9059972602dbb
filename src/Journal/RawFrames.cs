using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;

namespace EdgeRuntime.Journal;

/// <summary>Whole frames of one segment as they lie on the disk, so that others can compute their checks again.</summary>
/// <param name="Segment">File name of the segment.</param>
/// <param name="Header">The bytes of the segment's header.</param>
/// <param name="Offset">Where the first frame starts in the segment.</param>
/// <param name="First">Number of the first frame.</param>
/// <param name="Last">Number of the last frame.</param>
/// <param name="Bytes">The hash before the first frame, then everything up to the end of the last.</param>
public sealed record RawFrames(string Segment, ReadOnlyMemory<byte> Header, long Offset, long First, long Last, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>The frames from <paramref name="from"/> to <paramref name="to"/> that are not sealed, one piece for each segment they lie in.</summary>
    /// <exception cref="JournalCorruptException">One of them is damaged.</exception>
    internal static IReadOnlyList<RawFrames> Read(string folder, IDisk disk, UnitCatalog catalog, long from, long to)
    {
        var pieces = new List<RawFrames>();
        long[] numbers = [.. SegmentName.NumbersIn(disk.List(folder)).Where(n => n > catalog.Last)];
        (long segment, long frame, byte[]? hash) = catalog.HotStart();
        if (numbers.Length == 0 || to < frame)
            return pieces;
        var tail = JournalTail.Found(SegmentTail.Of(disk, folder, numbers[^1]), numbers[^1], disk, folder);
        using var walk = new FrameWalk(disk, folder, from, numbers, new SegmentStart(segment, frame, hash));
        (string Name, long Offset, long End, long First, long Last)? open = null;
        while (walk.Next(tail) is var step && step != Step.End)
        {
            if (step == Step.Damage)
                throw walk.Corrupt();
            if (walk.Header.Frame > to)
                break;
            if (open is { } before && before.Name != walk.Name)
            {
                pieces.Add(Cut(folder, disk, before));
                open = null;
            }

            long end = walk.Offset + walk.Header.FrameBytes;
            open = open is { } piece
                ? piece with { End = end, Last = walk.Header.Frame }
                : (walk.Name, walk.Offset, end, walk.Header.Frame, walk.Header.Frame);
        }

        if (open is { } last)
            pieces.Add(Cut(folder, disk, last));
        return pieces;
    }

    static RawFrames Cut(string folder, IDisk disk, (string Name, long Offset, long End, long First, long Last) piece)
    {
        string path = Path.Combine(folder, piece.Name);
        byte[] bytes = RawJournal.Bytes(disk, path, piece.Offset - FrameHeader.HashBytes, piece.End);
        return new RawFrames(piece.Name, RawJournal.Bytes(disk, path, 0, SegmentHeader.Bytes), piece.Offset, piece.First, piece.Last, bytes);
    }
}
