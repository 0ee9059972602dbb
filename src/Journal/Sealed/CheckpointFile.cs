using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>One file that a checkpoint signs.</summary>
/// <param name="Sha256">Of the whole file, as <c>sha256sum</c> gives it.</param>
/// <param name="Blocks">CRC-32C of each block of <see cref="BlockSums.BlockBytes"/>, so that a reader proves what it reads without reading everything.</param>
sealed record CheckpointFile(string Name, long Bytes, Digest Sha256, long Rows, uint[] Blocks);
