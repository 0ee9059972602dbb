using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Segments;

/// <summary>A segment opened for reading.</summary>
sealed class SegmentFile : IDisposable
{
    readonly IDiskFile _file;

    SegmentFile(IDiskFile file, long number, SegmentHeader header, string? wrong)
    {
        _file = file;
        Number = number;
        Header = header;
        Wrong = wrong;
        Window = new FileWindow(file) { End = file.Length };
        Cursor = new FrameCursor(Window, header.Check);
        Cursor.PlaceAt(SegmentHeader.Bytes, header.FirstFrame);
    }

    public long Number { get; }

    public long Length => _file.Length;

    public string Name => SegmentName.Of(Number);

    public SegmentHeader Header { get; }

    /// <summary>What is wrong with the header; null when nothing is.</summary>
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
            return new SegmentFile(file, number, header, wrong);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => Window.Dispose();
}
