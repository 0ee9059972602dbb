using System.Runtime.InteropServices;

namespace EdgeRuntime.Journal.Sealed.Pages;

/// <summary>
/// Rows of one tag that lie side by side in one page of source times. The order of the fields is on disks in plants: src/Journal/FORMAT.md.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
struct PieceRecord
{
    public const int Bytes = 72;

    public long MinTime;
    public long MaxTime;
    public long FirstFrame;
    public long LastFrame;

    /// <summary>From the start of the row group.</summary>
    public int FirstRow;
    public int Rows;
    public int RowGroup;

    /// <summary>Where <see cref="PieceFlags.SameIndex"/>.</summary>
    public int Index;

    /// <summary>Where <see cref="PieceFlags.SameQuality"/>.</summary>
    public uint Quality;

    /// <summary>Where <see cref="PieceFlags.SameScale"/>.</summary>
    public int Scale;
    public PieceFlags Flags;

    /// <summary>Where <see cref="PieceFlags.SameKind"/>.</summary>
    public ushort Kind;

    /// <summary>Where it is not 0, row i is of frame <c>FirstFrame + i * FrameStep</c>.</summary>
    public int FrameStep;

    /// <summary>The most that a source time lies before one above it, in nanoseconds; 0 where they only rise.</summary>
    public long Backstep;
}

/// <summary>What need not be read of a piece.</summary>
[Flags]
enum PieceFlags : ushort
{
    None = 0,
    SameIndex = 2,
    SameQuality = 4,
    SameKind = 8,
    SameScale = 16,
    NoServerTime = 32,
    NoRaw = 64,
    NoText = 128,
}

/// <summary>The pages of one column in one row group.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
struct ChunkRecord
{
    public const int Bytes = 40;

    public int FirstPage;
    public int Pages;
    public long Offset;

    /// <summary>0 where there is no dictionary.</summary>
    public long DictionaryOffset;
    public int DictionaryBytes;
    public uint DictionaryCrc;
    public int Rows;
    public byte Type;
    public byte Optional;
    public byte Codec;
    public byte Zero;
}

/// <summary>One data page with its header.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
struct PageRecord
{
    public const int Size = 16;

    /// <summary>From the offset of the chunk.</summary>
    public uint Offset;
    public int Bytes;

    /// <summary>From the start of the row group.</summary>
    public int FirstRow;
    public uint Crc;
}
