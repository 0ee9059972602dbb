using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>FLIPS sets how many bits are flipped, FLIP_SEED which.</summary>
public class FlipTests
{
    static int Flips => Figures.Count("FLIPS", 400);

    static int Seed => Figures.Count("FLIP_SEED", 1);

    [Fact]
    public void A_flip_in_any_byte_that_holds_something_is_found_and_named_and_never_given_as_good()
    {
        var disk = new TraceDisk();
        var journal = new TracedJournal(disk, Seed);
        journal.Live(starts: 6, commitsPerStart: 20);
        Assert.True(journal is { Sealed: > 3, Merged: > 0 }, $"{journal.Sealed} sealed, {journal.Merged} merged");
        Dictionary<string, byte[]> image = disk.Image();
        string newest = image.Keys.Where(p => p.EndsWith(".log", StringComparison.Ordinal)).Max(StringComparer.Ordinal)!;
        byte[][] written = [.. JournalReader.Open(TracedJournal.Folder, disk).Read().Select(Encoded)];
        (string Path, int Bytes)[] occupied = [.. image.Where(IsData).Select(f => (f.Key, Occupied(f.Value))).OrderBy(f => f.Key, StringComparer.Ordinal)];
        long all = occupied.Sum(f => (long)f.Bytes);

        var random = new Random(Seed);
        int cut = 0;
        int mended = 0;
        for (int flip = 0; flip < Flips; flip++)
        {
            (string path, int at) = Place(occupied, random.NextInt64(all));
            byte[] bytes = (byte[])image[path].Clone();
            bytes[at] ^= (byte)(1 << random.Next(8));
            var left = TraceDisk.From(new Dictionary<string, byte[]>(image, StringComparer.Ordinal) { [path] = bytes });
            string where = $"flip {flip} in byte {at} of {path}";

            VerifyReport report = JournalVerifier.Verify(TracedJournal.Folder, left);
            if (report.Whole)
            {
                // Only of the last commit group nobody can say whether it ever became durable; that it is cut is said.
                Assert.True(path == newest && report.TornBytes > 0, $"{where} was not found");
                Assert.Contains($"{report.TornBytes} bytes", report.Sentence, StringComparison.Ordinal);
                cut++;
            }
            else
            {
                Assert.Equal(Path.GetFileName(path), report.FirstDamage!.Segment);
            }

            int lost = 0;
            foreach (JournalEntry entry in JournalReader.Open(TracedJournal.Folder, left).ReadTolerant())
            {
                if (entry.Batch is { } batch)
                    Assert.True(Encoded(batch).AsSpan().SequenceEqual(written[batch.Frame - 1]), $"{where}: frame {batch.Frame} was given and is not what was written");
                else
                    lost++;
            }

            Assert.True(lost <= (path.EndsWith(".log", StringComparison.Ordinal) ? 1 : 0), $"{where} cost {lost} batches");
            if (path.EndsWith(".log", StringComparison.Ordinal))
                continue;
            Assert.True(report.Mendable == report.Damages, $"{where}: {report.Sentence}");
            JournalRepair.Run(TracedJournal.Folder, "/quarantine", left, new StillClock());
            foreach ((string name, byte[] repaired) in left.Image().Where(file => IsData(file)))
                Assert.True(repaired.AsSpan().SequenceEqual(image[name]), $"{where}: {name} is not what it was after the repair");
            mended++;
        }

        Figures.Say($"{Flips} flips in {all} bytes of {occupied.Length} files, seed {Seed}: all found and named ({cut} in the last commit group, said to be cut), 0 given as good; {mended} in sealed files cost nothing and were repaired to the byte");
    }

    /// <summary>Locks, spares and what is being prepared hold nothing.</summary>
    static bool IsData(KeyValuePair<string, byte[]> file) =>
        Path.GetExtension(file.Key) is ".log" or ".parquet" or ".index" or ".parity" or ".checkpoint" && Occupied(file.Value) > 0;

    static int Occupied(byte[] bytes) => bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;

    static (string Path, int At) Place((string Path, int Bytes)[] files, long at)
    {
        foreach ((string path, int bytes) in files)
        {
            if (at < bytes)
                return (path, (int)at);
            at -= bytes;
        }

        throw new ArgumentOutOfRangeException(nameof(at));
    }

    static byte[] Encoded(StoredBatch stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return bytes.WrittenSpan.ToArray();
    }
}
