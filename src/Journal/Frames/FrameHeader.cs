using System.Buffers.Binary;

namespace EdgeRuntime.Journal.Frames;

/// <summary>What a frame carries. The numbers are on disks in plants.</summary>
enum FrameKind : byte
{
    /// <summary>The canonical bytes of one <see cref="Facts.FactBatch"/>.</summary>
    Batch = 1,

    /// <summary>The journal was stopped cleanly here. Carries the number of the frame before it, and the time of the stop.</summary>
    EndMark = 2,
}

/// <summary>
/// The 32 bytes in front of a body. FORMAT.md draws them; the order of the fields is on disks in plants.
/// </summary>
/// <param name="GroupOffset">Bytes from the start of the first frame of the commit group to the start of this one.</param>
/// <param name="LastOfGroup">The commit group ends here: once this frame is whole, so is the group.</param>
readonly record struct FrameHeader(FrameKind Kind, bool LastOfGroup, int BodyBytes, long Frame, uint GroupOffset, uint BodyCrc)
{
    public const int Bytes = 32;
    public const int HashBytes = 32;
    public const int Alignment = 8;
    const int CheckedBytes = 28;
    const byte LastOfGroupFlag = 1;

    /// <summary>"FRM1", little-endian.</summary>
    public const uint Magic = 0x314D5246;

    /// <summary>Body and the zeroes that align what follows.</summary>
    public int PaddedBodyBytes => Pad(BodyBytes);

    /// <summary>Header, padded body and hash.</summary>
    public long FrameBytes => FrameBytesOf(BodyBytes);

    public static int Pad(int bytes) => (bytes + Alignment - 1) & ~(Alignment - 1);

    public static long FrameBytesOf(int bodyBytes) => Bytes + (long)Pad(bodyBytes) + HashBytes;

    /// <param name="seed">The check of the segment's header, so that bytes in a payload that only look like a frame are not taken for one.</param>
    public void WriteTo(Span<byte> to, uint seed)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(to, Magic);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], BodyBytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[8..], Frame);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], GroupOffset);
        to[20] = (byte)Kind;
        to[21] = LastOfGroup ? LastOfGroupFlag : (byte)0;
        to[22] = 0;
        to[23] = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(to[24..], BodyCrc);
        BinaryPrimitives.WriteUInt32LittleEndian(to[CheckedBytes..], Crc32C.Of(to[..CheckedBytes], seed));
    }

    public static bool TryRead(ReadOnlySpan<byte> from, uint seed, out FrameHeader header)
    {
        header = default;
        if (BinaryPrimitives.ReadUInt32LittleEndian(from) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(from[CheckedBytes..]) != Crc32C.Of(from[..CheckedBytes], seed))
            return false;
        header = new FrameHeader(
            (FrameKind)from[20],
            from[21] == LastOfGroupFlag,
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[8..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[16..]),
            BinaryPrimitives.ReadUInt32LittleEndian(from[24..]));
        return header is { BodyBytes: >= 0, Kind: FrameKind.Batch or FrameKind.EndMark };
    }
}
