using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

/// <summary>A journal on a disk in memory whose closed segments are sealed when a test says so.</summary>
sealed class SealedJournal
{
    public const string Folder = "/journal";

    public SealedJournal(long segmentBytes = 4096, int sealAfterSegments = 0)
    {
        Disk = new SimDisk(new Random(1));
        Options = new JournalOptions { SegmentBytes = segmentBytes, SealAfterSegments = sealAfterSegments };
    }

    public SimDisk Disk { get; }

    public JournalOptions Options { get; }

    public IReadOnlyList<string> Files => Disk.List(Folder);

    public JournalStore Open(IDisk? disk = null, ICheckpointSigner? signer = null)
    {
        JournalStore store = JournalStore.Open(
            Folder, Options, disk ?? Disk, new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, signer ?? new FixedSigner());
        return store;
    }

    /// <summary>Appends, commits each batch by itself, seals all that may be sealed, and closes.</summary>
    public SealedJournal With(IEnumerable<FactBatch> batches)
    {
        JournalStore store = Open();
        Append(store, batches);
        SealAll(store);
        Close(store);
        return this;
    }

    public JournalReader Reader() => JournalReader.Open(Folder, Disk);

    public VerifyReport Verify() => JournalVerifier.Verify(Folder, Disk);

    public void Flip(string name, long offset, int bit) => Disk.Rot(Path.Combine(Folder, name), offset, bit);

    public static void Append(JournalStore store, IEnumerable<FactBatch> batches)
    {
        foreach (FactBatch batch in batches)
        {
            Task<long> appended = store.AppendAsync(batch);
            store.CommitWaiting();
            appended.GetAwaiter().GetResult();
        }
    }

    public static int SealAll(JournalStore store)
    {
        int units = 0;
        while (store.SealNext())
            units++;
        return units;
    }

    public static void Close(JournalStore store)
    {
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (store.Failure is { } failure)
            throw failure;
    }

    public static string Bytes(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }
}
