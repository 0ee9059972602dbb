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

    public static int LengthOf(long fileBytes, int block) => (int)Math.Min(BlockBytes, fileBytes - (long)block * BlockBytes);

    /// <summary>Everything that the checkpoint of a unit names, in its order. Makes the parity from the same bytes and flushes it; the folder is the caller's to flush.</summary>
    /// <param name="rows">Of samples, facts and batches.</param>
    /// <param name="last">The last segment of a merged unit.</param>
    public static CheckpointFile[] OfUnit(IDisk disk, string folder, long number, int generation, (long Samples, long Facts, long Batches) rows, long last = 0)
    {
        var parity = new ParitySums();
        CheckpointFile[] files =
        [
            Of(disk, folder, UnitFile.Of(number, generation, UnitFile.Samples, last), rows.Samples, parity),
            Of(disk, folder, UnitFile.Of(number, generation, UnitFile.Facts, last), rows.Facts, parity),
            Of(disk, folder, UnitFile.Of(number, generation, UnitFile.Batches, last), rows.Batches, parity),
            Of(disk, folder, UnitFile.Of(number, generation, UnitFile.Index, last), 0, parity),
        ];
        return [.. files, parity.Write(disk, folder, UnitFile.Of(number, generation, UnitFile.Parity, last))];
    }

    /// <summary>Reads the file through.</summary>
    /// <param name="parity">Takes the same bytes; may be null.</param>
    public static CheckpointFile Of(IDisk disk, string folder, string name, long rows, ParitySums? parity = null)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, name), forWriting: false);
        long length = file.Length;
        uint[] blocks = new uint[BlocksOf(length)];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = new byte[BlockBytes];
        parity?.Begin(length);
        for (int i = 0; i < blocks.Length; i++)
        {
            int read = file.Read((long)i * BlockBytes, block);
            blocks[i] = Crc32C.Of(block.AsSpan(0, read));
            sha.AppendData(block, 0, read);
            parity?.Add(i, length, block.AsSpan(0, read));
        }

        return new CheckpointFile(name, length, Digest.FromBytes(sha.GetHashAndReset()), rows, blocks);
    }
}
