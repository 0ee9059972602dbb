using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Journal.Segments;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

/// <summary>A journal of several segments, of which the first are sealed.</summary>
sealed class AsOfFolder : IDisposable
{
    readonly JournalFolder _journal = new();
    readonly RealDisk _disk = new();

    AsOfFolder()
    {
    }

    public string Folder => _journal.Folder;

    /// <summary>Every batch, as it was before anything was sealed.</summary>
    public List<StoredBatch> Stored { get; private set; } = [];

    /// <summary>Segments that are closed, and so can be sealed.</summary>
    public int Closed => SegmentName.NumbersIn(_disk.List(Folder)).Length - 1;

    public static async Task<AsOfFolder> With(IReadOnlyList<FactBatch> batches, long segmentBytes = 4096)
    {
        var folder = new AsOfFolder();
        await using (JournalStore store = folder._journal.Open(options: new JournalOptions { SegmentBytes = segmentBytes }, time: new StillClock()))
        {
            foreach (FactBatch batch in batches)
                await store.AppendAsync(batch);
        }

        folder.Stored = [.. folder._journal.Reader().Read()];
        return folder;
    }

    /// <summary>Seals a segment as the product does.</summary>
    public void Seal(long number) =>
        new Sealer(_disk, Folder, new FixedSigner()).Seal(number, UnitCatalog.Of(_disk, Folder, _disk.List(Folder)), CancellationToken.None);

    /// <summary>Seals a segment, into row groups and pages of so many rows.</summary>
    public void Seal(long number, int groupRows, int pageRows)
    {
        Seal(number);
        Checkpoint made = Checkpoint.Read(_disk, Folder, number);
        StoredBatch[] batches = [.. Stored.Where(stored => made.Holds(stored.Frame))];
        File.WriteAllBytes(PathOf(number, UnitFile.Samples), SealedFiles.SamplesOf(batches, groupRows, pageRows));
        File.WriteAllBytes(PathOf(number, UnitFile.Batches), SealedFiles.BatchesOf(batches, pageRows));
        File.Delete(PathOf(number, UnitFile.Index));
        UnitIndex.Write(_disk, Folder, NameOf(number, UnitFile.Samples), NameOf(number, UnitFile.Index));
        File.Delete(PathOf(number, UnitFile.Parity));
        Checkpoint unsigned = made with { Files = BlockSums.OfUnit(_disk, Folder, number, 1, (made.Files[0].Rows, made.Files[1].Rows, made.Files[2].Rows)) };
        File.WriteAllBytes(Path.Combine(Folder, UnitFile.CheckpointOf(number)), unsigned.Signed(new FixedSigner()));
    }

    public AsOfReader Reader(long pageBytesMax = 1 << 20, Action<DamagedFrame>? mended = null) => AsOfReader.Open(Folder, new RealDisk(), pageBytesMax, mended);

    public static string NameOf(long number, string part) => UnitFile.Of(number, 1, part);

    public void Flip(string file, long offset, int bit)
    {
        string path = Path.Combine(Folder, file);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= (byte)(1 << bit);
        File.WriteAllBytes(path, bytes);
    }

    public long Length(string file) => new FileInfo(Path.Combine(Folder, file)).Length;

    public void Dispose() => _journal.Dispose();

    string PathOf(long number, string part) => Path.Combine(Folder, NameOf(number, part));
}
