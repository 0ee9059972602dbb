using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Sealed;

/// <summary>
/// The sidecar of a sealed unit: where the rows of every tag and the pages they lie in are, and a check of every page, so that a look-up
/// reads a few pages and never takes a damaged one for good. A function of the two files alone, so it can be made again and compared.
/// </summary>
static class UnitIndex
{
    /// <summary>The same, where the batches lie beside the samples under the same number and generation.</summary>
    public static void Write(IDisk disk, string folder, string samplesFile, string indexFile) =>
        Write(disk, folder, samplesFile, BatchesOf(samplesFile), indexFile);

    /// <summary>Makes the index and flushes it; the folder is the caller's to flush.</summary>
    /// <exception cref="JournalCorruptException">A file is not what a sealing writes: not Parquet, not sorted, or with holes.</exception>
    public static void Write(IDisk disk, string folder, string samplesFile, string batchesFile, string indexFile)
    {
        byte[] bytes = Of(disk, folder, samplesFile, batchesFile);
        using IDiskFile file = disk.Create(Path.Combine(folder, indexFile), 0);
        file.Write(0, bytes);
        file.Sync();
    }

    /// <summary>The bytes that the index of the two files has.</summary>
    /// <exception cref="JournalCorruptException">A file is not what a sealing writes.</exception>
    public static byte[] Of(IDisk disk, string folder, string samplesFile, string batchesFile)
    {
        using var build = new UnitIndexBuild(disk, folder, samplesFile, batchesFile);
        return build.Run();
    }

    /// <summary>Reads everything: the index against its own checks and against what the two files give today.</summary>
    /// <exception cref="JournalCorruptException">A byte of the index or of a page is not what was written.</exception>
    public static void Verify(IDisk disk, string folder, string indexFile)
    {
        UnitIndexHead head = UnitIndexHead.Read(disk, folder, indexFile);
        using IDiskFile file = disk.Open(Path.Combine(folder, indexFile), forWriting: false);
        byte[] stored = new byte[file.Length];
        if (file.Read(0, stored) != stored.Length)
            throw new JournalCorruptException(indexFile, 0, head.FirstFrame, "it became shorter while it was read");
        UnitIndexLayout.CheckDigest(stored, indexFile, head.FirstFrame);
        byte[] today = Of(disk, folder, head.SamplesFile, head.BatchesFile);
        int same = stored.AsSpan().CommonPrefixLength(today);
        if (same != stored.Length || same != today.Length)
            throw new JournalCorruptException(indexFile, same, head.FirstFrame, $"it is not the index of {head.SamplesFile} and {head.BatchesFile}");
    }

    static string BatchesOf(string samplesFile) => samplesFile.EndsWith(UnitFile.Samples, StringComparison.Ordinal)
        ? samplesFile[..^UnitFile.Samples.Length] + UnitFile.Batches
        : throw new ArgumentException($"{samplesFile} is no name of a file of samples; it ends with {UnitFile.Samples}.", nameof(samplesFile));
}
