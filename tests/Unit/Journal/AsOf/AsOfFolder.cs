using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

/// <summary>A journal of which the first frames are sealed into units and the others are not.</summary>
sealed class AsOfFolder : IDisposable
{
    readonly JournalFolder _journal = new();

    public string Folder => _journal.Folder;

    public static async Task<AsOfFolder> With(IReadOnlyList<FactBatch> batches)
    {
        var folder = new AsOfFolder();
        await using JournalStore store = folder._journal.Open(options: new JournalOptions { SegmentBytes = 1 << 20 }, time: new StillClock());
        foreach (FactBatch batch in batches)
            await store.AppendAsync(batch);
        return folder;
    }

    public List<StoredBatch> Read() => [.. _journal.Reader().Read()];

    public void Seal(long number, IReadOnlyList<StoredBatch> batches, int groupRows = 64, int pageRows = 16)
    {
        File.WriteAllBytes(Path.Combine(Folder, SealedFiles.Samples(number)), SealedFiles.SamplesOf(batches, groupRows, pageRows));
        File.WriteAllBytes(Path.Combine(Folder, SealedFiles.Batches(number)), SealedFiles.BatchesOf(batches, pageRows));
        UnitIndex.Write(new RealDisk(), Folder, SealedFiles.Samples(number), SealedFiles.Index(number));
        File.WriteAllBytes(Path.Combine(Folder, SealedFiles.CheckpointName(number)), SealedFiles.Checkpoint(number));
    }

    public AsOfReader Reader(long pageBytesMax = 1 << 20) => AsOfReader.Open(Folder, new RealDisk(), pageBytesMax);

    public void Flip(string file, long offset, int bit)
    {
        string path = Path.Combine(Folder, file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= (byte)(1 << bit);
        File.WriteAllBytes(path, bytes);
    }

    public long Length(string file) => new FileInfo(Path.Combine(Folder, file)).Length;

    public void Dispose() => _journal.Dispose();
}
