using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Journal;

/// <summary>The segment format, frozen. UPDATE_GOLDEN=1 rewrites the file; the diff is then a change of a format that is on disks in plants.</summary>
public sealed class SegmentTests : IDisposable
{
    const string Name = "segment-version-1.hex";

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("golden-");

    static string GoldenPath => Path.Combine(TestData.Repository, "tests", "Golden", "Journal", Name);

    static FactBatch[] Batches =>
    [
        SampleBuilder.Batch("line-1", 1, SampleBuilder.Sample("P-101.flow", 0.5, 12.25), SampleBuilder.Sample("P-101.running", 0.75, 1)) with { Key = new byte[] { 1, 2, 3 } },
        SampleBuilder.Tick(2),
        new FactBatch
        {
            Ingest = SampleBuilder.IngestAt(3),
            Origin = Origins.Service,
            Facts = [new Audit("service", "start", "journal", "", "0.1.0", "power came back")],
        },
    ];

    [Fact]
    public async Task The_same_facts_and_the_same_clock_give_the_same_bytes()
    {
        byte[] written = await Written();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(GoldenPath, ToHex(written));

        Assert.Equal(await File.ReadAllTextAsync(GoldenPath), ToHex(written));
    }

    [Fact]
    public void The_past_still_reads()
    {
        byte[] segment = new byte[4096];
        FromHex(File.ReadAllText(GoldenPath)).CopyTo(segment, 0);
        File.WriteAllBytes(Path.Combine(_folder.FullName, "0000000001.log"), segment);

        StoredBatch[] stored = [.. JournalReader.Open(_folder.FullName, new RealDisk()).Read()];
        VerifyReport report = JournalVerifier.Verify(_folder.FullName, new RealDisk());

        Assert.True(report is { Whole: true, CleanEnd: true, Frames: 3 }, report.Sentence);
        Assert.Equal(Batches.Select(Canonical), stored.Select(one => Canonical(one.Batch)));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    async Task<byte[]> Written()
    {
        string folder = Path.Combine(_folder.FullName, "journal");
        JournalStore store = JournalStore.Open(
            folder, new JournalOptions { SegmentBytes = 4096 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true);

        // One group of two and one of one.
        Task<long> first = store.AppendAsync(Batches[0]);
        Task<long> second = store.AppendAsync(Batches[1]);
        store.CommitWaiting();
        Task<long> third = store.AppendAsync(Batches[2]);
        store.CommitWaiting();
        long[] frames = await Task.WhenAll(first, second, third);
        Assert.Equal([1, 2, 3], frames);
        await store.DisposeAsync();
        byte[] bytes = await File.ReadAllBytesAsync(Path.Combine(folder, "0000000001.log"));
        Assert.Equal(4096, bytes.Length);
        return bytes[..(bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1)];
    }

    static string Canonical(FactBatch batch)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }

    static string ToHex(byte[] bytes)
    {
        var text = new StringBuilder();
        for (int at = 0; at < bytes.Length; at += 16)
            text.Append(CultureInfo.InvariantCulture, $"{at:x4}  {Convert.ToHexStringLower(bytes, at, Math.Min(16, bytes.Length - at))}\n");
        return text.ToString();
    }

    static byte[] FromHex(string text) =>
        Convert.FromHexString(string.Concat(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line[6..])));
}
