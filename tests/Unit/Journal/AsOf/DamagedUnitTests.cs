using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

public sealed class DamagedUnitTests
{
    public static TheoryData<string> Files => [UnitFile.Samples, UnitFile.Batches, UnitFile.Index];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_flipped_bit_gives_the_same_answers_and_is_told_once(string part)
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(11).Batches(250), segmentBytes: 8192);
        folder.Seal(1, groupRows: 60, pageRows: 16);
        string file = AsOfFolder.NameOf(1, part);
        var naive = new NaiveHistory(folder.Stored);
        var random = new Random(11);
        int told = 0;
        foreach (int _ in Enumerable.Range(0, 120))
        {
            long offset = random.NextInt64(folder.Length(file));
            int bit = random.Next(8);
            folder.Flip(file, offset, bit);
            List<DamagedFrame> mended = [];
            using (AsOfReader reader = folder.Reader(mended: mended.Add))
            {
                foreach (string tag in RandomFloor.Tags)
                {
                    EventTime at = SampleBuilder.At(1000 + random.Next(300));
                    reader.TryLast(tag, at, null, out KnownSample found);
                    Assert.Equal(naive.Last(tag, at, null) ?? default, found);
                    List<KnownSample> range = [.. reader.Range(tag, at, new EventTime(long.MaxValue), null)];
                    Assert.Equal(naive.Range(tag, at, new EventTime(long.MaxValue), null), range);
                }
            }

            told += mended.Count;
            Assert.True(mended.Count <= 1 && mended.TrueForAll(damage => damage.Segment == file && damage.Offset <= offset), $"{mended.Count} told");
            folder.Flip(file, offset, bit);
        }

        Assert.True(told > 10, $"{told} of 120 flips met a look-up");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Without_parity_a_flipped_bit_never_gives_a_wrong_answer_and_is_named_with_file_and_offset(string part)
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(11).Batches(250), segmentBytes: 8192);
        folder.Seal(1, groupRows: 60, pageRows: 16);
        string file = AsOfFolder.NameOf(1, part);
        File.Delete(Path.Combine(folder.Folder, AsOfFolder.NameOf(1, UnitFile.Parity)));
        var naive = new NaiveHistory(folder.Stored);
        var random = new Random(11);
        int named = 0;
        foreach (int _ in Enumerable.Range(0, 120))
        {
            long offset = random.NextInt64(folder.Length(file));
            int bit = random.Next(8);
            folder.Flip(file, offset, bit);
            try
            {
                using AsOfReader reader = folder.Reader();
                foreach (string tag in RandomFloor.Tags)
                {
                    EventTime at = SampleBuilder.At(1000 + random.Next(300));
                    reader.TryLast(tag, at, null, out KnownSample found);
                    Assert.Equal(naive.Last(tag, at, null) ?? default, found);
                    List<KnownSample> range = [.. reader.Range(tag, at, new EventTime(long.MaxValue), null)];
                    Assert.Equal(naive.Range(tag, at, new EventTime(long.MaxValue), null), range);
                }
            }
            catch (JournalCorruptException damage)
            {
                named++;
                Assert.Equal(file, damage.Segment);
                Assert.InRange(damage.Offset, 0, folder.Length(file));
            }

            folder.Flip(file, offset, bit);
        }

        Assert.True(named > 10, $"{named} of 120 flips met a look-up");
    }

    [Fact]
    public async Task Verifying_an_index_finds_any_flip_in_it()
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(12).Batches(200));
        folder.Seal(1, groupRows: 60, pageRows: 16);
        string file = AsOfFolder.NameOf(1, UnitFile.Index);
        UnitIndex.Verify(new RealDisk(), folder.Folder, file);
        var random = new Random(12);
        foreach (int _ in Enumerable.Range(0, 200))
        {
            long offset = random.NextInt64(folder.Length(file));
            int bit = random.Next(8);
            folder.Flip(file, offset, bit);
            Assert.Throws<JournalCorruptException>(() => UnitIndex.Verify(new RealDisk(), folder.Folder, file));
            folder.Flip(file, offset, bit);
        }
    }

    [Fact]
    public async Task Samples_that_are_not_in_the_order_of_their_arrival_get_no_index()
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(13).Batches(60));
        StoredBatch[] turned = [.. folder.Stored.Select((stored, i) => stored with { Frame = folder.Stored[^(i + 1)].Frame })];
        File.WriteAllBytes(Path.Combine(folder.Folder, AsOfFolder.NameOf(9, UnitFile.Samples)), SealedFiles.SamplesOf([.. turned[30..], .. turned[..30]], 20, 16));
        File.WriteAllBytes(Path.Combine(folder.Folder, AsOfFolder.NameOf(9, UnitFile.Batches)), SealedFiles.BatchesOf(folder.Stored, 16));
        JournalCorruptException wrong = Assert.Throws<JournalCorruptException>(() =>
            UnitIndex.Write(new RealDisk(), folder.Folder, AsOfFolder.NameOf(9, UnitFile.Samples), AsOfFolder.NameOf(9, UnitFile.Index)));
        Assert.Equal(AsOfFolder.NameOf(9, UnitFile.Samples), wrong.Segment);
    }
}
