namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// Where the parity of a file's blocks lies. Blocks are put into groups in turn, so that neighbours are in different groups, and every group has one parity
/// block: the XOR of its blocks, those of the end padded with zeroes. Drawn in FORMAT.md.
/// </summary>
static class ParityLayout
{
    /// <summary>Parity takes at least this part of a file; one damaged block in so many can be computed again.</summary>
    const int GroupBlocksMax = 32;

    /// <summary>Block i is in group i modulo this.</summary>
    public static int GroupsOf(long fileBytes) => (BlockSums.BlocksOf(fileBytes) + GroupBlocksMax - 1) / GroupBlocksMax;

    /// <summary>As long as the longest block of a group; only a file of one block has shorter ones.</summary>
    public static int BlockBytesOf(long fileBytes) => (int)Math.Min(fileBytes, BlockSums.BlockBytes);

    /// <summary>What the parity of a file takes.</summary>
    public static long BytesOf(long fileBytes) => (long)GroupsOf(fileBytes) * BlockBytesOf(fileBytes);

    /// <summary>Where in the unit's parity that of a file begins: they lie in the order in which the checkpoint names the files.</summary>
    public static long OffsetOf(Checkpoint unit, CheckpointFile file) => unit.Files.TakeWhile(before => before.Name != file.Name).Sum(before => BytesOf(before.Bytes));
}
