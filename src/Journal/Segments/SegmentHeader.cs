using System.Buffers.Binary;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Segments;

/// <summary>The 72 bytes at the start of a segment. Its last 32 are the hash of the frame before, where the first frame's hash looks for it.</summary>
/// <param name="Created">Nanoseconds since 1970.</param>
/// <param name="Check">CRC-32C of all other bytes; seeds the checks of the frame headers of this segment.</param>
sealed record SegmentHeader(long Number, long FirstFrame, long Created, byte[] PreviousHash, uint Check)
{
    public const int Bytes = 72;
    public const uint Version = 1;
    const int CheckAt = 12;
    const int HashAt = 40;

    static ReadOnlySpan<byte> Magic => "EDGEJRNL"u8;

    public static byte[] Write(long number, long firstFrame, long created, ReadOnlySpan<byte> previousHash)
    {
        byte[] bytes = new byte[Bytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), Version);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(16), number);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(24), firstFrame);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(32), created);
        previousHash.CopyTo(bytes.AsSpan(HashAt));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(CheckAt), CheckOf(bytes));
        return bytes;
    }

    /// <summary>
    /// The check that seeded the frames of a damaged segment: the stored one, or the one of the other bytes when it is the stored one
    /// that is damaged. The first frame tells which.
    /// </summary>
    public static uint SeedOfDamaged(ReadOnlySpan<byte> headerAndFirstFrame)
    {
        if (headerAndFirstFrame.Length < Bytes + FrameHeader.Bytes)
            return 0;
        uint computed = CheckOf(headerAndFirstFrame);
        return FrameHeader.TryRead(headerAndFirstFrame[Bytes..], computed, out _)
            ? computed
            : BinaryPrimitives.ReadUInt32LittleEndian(headerAndFirstFrame[CheckAt..]);
    }

    /// <returns>Null, or what is wrong.</returns>
    public static string? Read(ReadOnlySpan<byte> bytes, long number, out SegmentHeader header)
    {
        header = new SegmentHeader(number, 0, 0, new byte[FrameHeader.HashBytes], 0);
        if (bytes.Length < Bytes)
            return $"the segment header needs {Bytes} bytes and {bytes.Length} are there";
        if (!bytes[..Magic.Length].SequenceEqual(Magic))
            return "the file does not begin as a journal segment does";
        uint check = BinaryPrimitives.ReadUInt32LittleEndian(bytes[CheckAt..]);
        if (check != CheckOf(bytes))
            return "the segment header's check does not match its bytes";
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != Version)
            return $"the segment has format version {version} and this program reads version {Version}";
        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            bytes.Slice(HashAt, FrameHeader.HashBytes).ToArray(),
            check);
        return header.Number == number ? null : $"the segment header carries number {header.Number}";
    }

    public static uint CheckOf(ReadOnlySpan<byte> bytes) => Crc32C.Of(bytes[16..Bytes], Crc32C.Of(bytes[..CheckAt]));
}
