using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;
using EdgeRuntime.Journal.Repair;

namespace EdgeRuntime.Journal.Segments;

/// <summary>A segment opened for reading.</summary>
sealed class SegmentFile : IDisposable
{
    readonly IDiskFile _file;

    SegmentFile(IDiskFile file, long number, SegmentHeader header, string? wrong, SegmentHoles? holes)
    {
        _file = file;
        Number = number;
        Header = header;
        Wrong = wrong;
        Window = new FileWindow(file) { End = file.Length };
        Holes = holes;
        Cursor = new FrameCursor(Window, header.Check) { Holes = holes };
        Cursor.PlaceAt(SegmentHeader.Bytes, header.FirstFrame);
        if (holes?.Header is { } stated)
            Cursor.StateLastHash(stated.PreviousHash);
    }

    public long Number { get; }

    public long Length => _file.Length;

    public string Name => SegmentName.Of(Number);

    public SegmentHeader Header { get; }

    /// <summary>What a repair has said about this segment; null where there was none.</summary>
    public SegmentHoles? Holes { get; }

    /// <summary>What is wrong with the header; null when nothing is, or when a repair has said what it said.</summary>
    public string? Wrong { get; }

    public FileWindow Window { get; }

    /// <summary>Stands at the first frame.</summary>
    public FrameCursor Cursor { get; }

    public static SegmentFile Open(IDisk disk, string folder, long number)
    {
        IDiskFile file = disk.Open(Path.Combine(folder, SegmentName.Of(number)), forWriting: false);
        try
        {
            byte[] bytes = new byte[SegmentHeader.Bytes + FrameHeader.Bytes];
            int read = file.Read(0, bytes);
            string? wrong = SegmentHeader.Read(bytes.AsSpan(0, read), number, out SegmentHeader header);
            if (wrong is not null)
                header = header with { Check = SegmentHeader.SeedOfDamaged(bytes.AsSpan(0, read)) };
            var holes = SegmentHoles.Of(disk, folder, number);
            if (wrong is not null && holes?.Header is { } stated)
                (header, wrong) = (new SegmentHeader(number, stated.FirstFrame, 0, stated.PreviousHash, stated.Check), null);
            return new SegmentFile(file, number, header, wrong, holes);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => Window.Dispose();
}
