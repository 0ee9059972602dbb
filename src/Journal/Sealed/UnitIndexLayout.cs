using System.Buffers.Binary;
using System.Security.Cryptography;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>Where things lie in an index file; drawn in src/Journal/FORMAT.md.</summary>
static class UnitIndexLayout
{
    public const int FixedBytes = 112;
    public const int DigestBytes = 32;
    public const int Version = 1;

    public const int AtVersion = 8;
    public const int AtHeadCheck = 12;
    public const int AtHeadBytes = 16;
    public const int AtBodyCheck = 20;
    public const int AtBodyBytes = 24;
    public const int AtFirstFrame = 32;
    public const int AtLastFrame = 40;
    public const int AtLeastIngest = 48;
    public const int AtSamplesBytes = 56;
    public const int AtBatchesBytes = 64;
    public const int AtTags = 72;
    public const int AtPieces = 76;
    public const int AtRowGroups = 80;
    public const int AtBatchRowGroups = 84;
    public const int AtPages = 88;
    public const int AtIngestPages = 92;
    public const int AtSamples = 96;
    public const int AtZero = 104;

    public static ReadOnlySpan<byte> Magic => "EDGEINDX"u8;

    /// <summary>Numbers of one tag in the head, behind its name.</summary>
    public const int TagNumbersBytes = 40;

    public static int Padded(int bytes) => (bytes + 7) & ~7;

    public static void Seal(Span<byte> file, int headBytes)
    {
        Span<byte> body = file[headBytes..^DigestBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(file[AtBodyCheck..], Crc32C.Of(body));
        BinaryPrimitives.WriteUInt32LittleEndian(file[AtHeadCheck..], Crc32C.Of(file[AtHeadBytes..headBytes]));
        SHA256.HashData(file[..^DigestBytes], file[^DigestBytes..]);
    }

    /// <exception cref="JournalCorruptException">The digest at the end is not that of what is before it.</exception>
    public static void CheckDigest(ReadOnlySpan<byte> file, string name, long frame)
    {
        Span<byte> digest = stackalloc byte[DigestBytes];
        SHA256.HashData(file[..^DigestBytes], digest);
        if (!digest.SequenceEqual(file[^DigestBytes..]))
            throw new JournalCorruptException(name, 0, frame, "the digest at its end disagrees with what is before it");
    }
}
