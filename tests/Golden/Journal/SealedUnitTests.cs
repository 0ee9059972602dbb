using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Journal;

/// <summary>
/// A sealed unit, frozen. The bytes are those of one version of ParquetSharp: an update may change them, and then the old ones must still
/// read.
/// </summary>
public sealed class SealedUnitTests : IDisposable
{
    const string Number = "0000000001";

    static readonly string[] s_parts = [".samples.parquet", ".facts.parquet", ".batches.parquet", ".parity", ".checkpoint"];

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("golden-");

    static FactBatch[] Batches =>
    [
        SampleBuilder.Batch(
            "line-1", 1,
            SampleBuilder.Sample("P-101.flow", 0.5, 12.25),
            SampleBuilder.Sample("P-101.flow", 0.75, 12.5) with { Quality = Quality.Uncertain, Server = new ServerTime(SampleBuilder.At(0.8).UnixNanoseconds) },
            SampleBuilder.Sample("P-101.noise", 0.5, Math.PI / 7)) with { Key = new byte[] { 1, 2, 3 } },
        SampleBuilder.Tick(2),
        SampleBuilder.Batch(
            "line-1", 3,
            SampleBuilder.Sample("P-101.running", 1, 0) with { Value = TagValue.Of(true) },
            SampleBuilder.Sample("P-101.starts", 1, 0) with { Value = TagValue.Of(4711L) },
            SampleBuilder.Sample("P-101.state", 1, 0) with { Value = TagValue.Of("läuft") },
            SampleBuilder.Sample("P-101.wave", 1, 0) with { Value = TagValue.Of(new BlobReference(Digest.Of([1]), 4096)) },
            SampleBuilder.Sample("P-101.flow", 1, 0) with { Value = TagValue.None }) with { Facts = [new Audit("service", "start", "journal", "", "0.1.0", "power came back")] },
    ];

    [Fact]
    public async Task The_same_batches_and_the_same_key_give_the_same_files()
    {
        string folder = Path.Combine(_folder.FullName, "journal");
        JournalStore store = JournalStore.Open(
            folder, new JournalOptions { SegmentBytes = 4096, SealAfterSegments = 0 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, new FixedSigner());
        foreach (FactBatch batch in (FactBatch[])[.. Batches, new FactBatch { Ingest = SampleBuilder.IngestAt(4), Origin = new string('x', 3700) }])
            _ = store.AppendAsync(batch);
        store.CommitWaiting();
        Assert.True(store.SealNext(), store.SealingTrouble);
        await store.DisposeAsync();

        foreach (string part in s_parts)
        {
            GoldenFile.CheckBytes(
                GoldenPath(part), await File.ReadAllBytesAsync(Path.Combine(folder, Number + part)), $"A unit of three batches, {part[1..]}. Drawn in src/Journal/FORMAT.md.");
        }
    }

    [Fact]
    public void The_past_still_reads()
    {
        foreach (string part in s_parts)
            File.WriteAllBytes(Path.Combine(_folder.FullName, Number + part), GoldenFile.ReadBytes(GoldenPath(part)));

        StoredBatch[] stored = [.. JournalReader.Open(_folder.FullName, new RealDisk()).Read()];

        Assert.Equal(Batches.Select(Canonical), stored.Select(one => Canonical(one.Batch)));
        Assert.Equal([1, 2, 3], stored.Select(one => one.Frame));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    static string GoldenPath(string part) => $"tests/Golden/Journal/unit-version-1{part}.hex";

    static string Canonical(FactBatch batch)
    {
        var buffer = new ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return Convert.ToHexString(buffer.WrittenSpan);
    }
}
