using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>What proves a file: one SHA-256 for all of it, and a CRC-32C for each block.</summary>
static class BlockSums
{
    /// <summary>The last block of a file is as long as what is left.</summary>
    public const int BlockBytes = 64 << 10;

    public static int BlocksOf(long bytes) => checked((int)((bytes + BlockBytes - 1) / BlockBytes));

    /// <summary>Reads the file through.</summary>
    public static CheckpointFile Of(IDisk disk, string folder, string name, long rows)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, name), forWriting: false);
        long length = file.Length;
        uint[] blocks = new uint[BlocksOf(length)];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[BlockBytes];
        for (int i = 0; i < blocks.Length; i++)
        {
            int read = file.Read((long)i * BlockBytes, block);
            blocks[i] = Crc32C.Of(block.AsSpan(0, read));
            sha.AppendData(block, 0, read);
        }

        return new CheckpointFile(name, length, Digest.FromBytes(sha.GetHashAndReset()), rows, blocks);
    }
}
