using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Frames;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Computes damaged blocks of a unit's files again from the other blocks of their group and the group's parity. What comes out is held to the checksum that the
/// checkpoint signs, so a second damaged block in the group is noticed and nothing is given.
/// </summary>
/// <param name="mended">Told of every damage that a reader went on behind; null where somebody else tells it.</param>
sealed class UnitMender(IDisk disk, string folder, Checkpoint unit, MendedReads? mended)
{
    /// <summary>A file that is missing is one whose blocks are all damaged: then parity alone gives one of a single block. Not for readers, under whom a unit may be thinned.</summary>
    public bool MendsMissing { get; init; }

    /// <summary>A file of the unit, to be read with its damage mended.</summary>
    /// <exception cref="JournalCorruptException">The file is missing.</exception>
    public CheckedFile Open(CheckpointFile file) => CheckedFile.Open(disk, folder, file, this);

    /// <summary>Computes a block again.</summary>
    /// <param name="into">As long as the block; holds anything where it is not mended.</param>
    public bool TryMend(CheckpointFile file, int block, Span<byte> into)
    {
        if (unit.Files.FirstOrDefault(UnitFile.IsParity) is not { } parity || UnitFile.IsParity(file))
            return false;
        byte[] sum = new byte[ParityLayout.BlockBytesOf(file.Bytes)];
        try
        {
            if (!Read(parity, ParityLayout.OffsetOf(unit, file) + (long)block % ParityLayout.GroupsOf(file.Bytes) * sum.Length, sum) || !AddOthers(file, block, sum))
                return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }

        if (Crc32C.Of(sum.AsSpan(0, into.Length)) != file.Blocks[block])
            return false;
        sum.AsSpan(0, into.Length).CopyTo(into);
        return true;
    }

    /// <summary>A reader went on behind this.</summary>
    public void Meet(string file, long offset, string what) => mended?.Meet(new DamagedFrame(file, offset, unit.FirstFrame, what) { IsMendable = true });

    bool AddOthers(CheckpointFile file, int block, byte[] sum)
    {
        int groups = ParityLayout.GroupsOf(file.Bytes);
        if (file.Blocks.Length <= groups)
            return true;
        using IDiskFile stored = disk.Open(Path.Combine(folder, file.Name), forWriting: false);
        byte[] other = new byte[BlockSums.BlockBytes];
        for (int i = block % groups; i < file.Blocks.Length; i += groups)
        {
            if (i == block)
                continue;
            Span<byte> bytes = other.AsSpan(0, BlockSums.LengthOf(file.Bytes, i));
            if (stored.Read((long)i * BlockSums.BlockBytes, bytes) != bytes.Length)
                return false;
            ParitySums.Xor(bytes, sum);
        }

        return true;
    }

    bool Read(CheckpointFile from, long offset, Span<byte> into)
    {
        using IDiskFile file = disk.Open(Path.Combine(folder, from.Name), forWriting: false);
        return file.Read(offset, into) == into.Length;
    }
}
