using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Unit.Journal;

/// <summary>A journal in a folder of its own that goes with the test.</summary>
sealed class JournalFolder : IDisposable
{
    readonly DirectoryInfo _above = Directory.CreateTempSubdirectory("journal-");

    public static readonly JournalOptions Small = new() { SegmentBytes = 4096 };

    public string Folder => Path.Combine(_above.FullName, "journal");

    public string Segment(int number) => Path.Combine(Folder, $"{number:D10}.log");

    public JournalStore Open(IDisk? disk = null, JournalOptions? options = null, TimeProvider? time = null) =>
        JournalStore.Open(Folder, options ?? Small, disk ?? new RealDisk(), time ?? TimeProvider.System, NullLogger<JournalStore>.Instance);

    public JournalReader Reader() => JournalReader.Open(Folder, new RealDisk());

    public VerifyReport Verify() => JournalVerifier.Verify(Folder, new RealDisk());

    /// <summary>A closed journal of so many batches, each a commit group of its own.</summary>
    public async Task<JournalFolder> With(int batches)
    {
        await using JournalStore store = Open(time: new StillClock());
        for (int i = 1; i <= batches; i++)
            await store.AppendAsync(Batch(i));
        return this;
    }

    public static FactBatch Batch(int number) => SampleBuilder.Batch(
        "line-1", number, SampleBuilder.Sample("P-101.flow", number, number * 0.1), SampleBuilder.Sample("P-101.pressure", number, 3 + number));

    public void Flip(int segment, long offset, int bit = 0)
    {
        byte[] bytes = File.ReadAllBytes(Segment(segment));
        bytes[offset] ^= (byte)(1 << bit);
        File.WriteAllBytes(Segment(segment), bytes);
    }

    public void Dispose() => _above.Delete(recursive: true);
}
