using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

public sealed class DamagedUnitTests
{
    public static TheoryData<string> Files => [SealedFiles.Samples(1), SealedFiles.Batches(1), SealedFiles.Index(1)];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_flipped_bit_never_gives_a_wrong_answer_and_is_named_with_file_and_offset(string file)
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(11).Batches(250));
        List<StoredBatch> stored = folder.Read();
        folder.Seal(1, stored);
        var naive = new NaiveHistory(stored);
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
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(12).Batches(120));
        folder.Seal(1, folder.Read());
        UnitIndex.Verify(new RealDisk(), folder.Folder, SealedFiles.Index(1));
        var random = new Random(12);
        foreach (int _ in Enumerable.Range(0, 200))
        {
            long offset = random.NextInt64(folder.Length(SealedFiles.Index(1)));
            int bit = random.Next(8);
            folder.Flip(SealedFiles.Index(1), offset, bit);
            Assert.Throws<JournalCorruptException>(() => UnitIndex.Verify(new RealDisk(), folder.Folder, SealedFiles.Index(1)));
            folder.Flip(SealedFiles.Index(1), offset, bit);
        }
    }

    [Fact]
    public async Task Samples_that_are_not_in_the_order_of_their_arrival_get_no_index()
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(13).Batches(50));
        List<StoredBatch> stored = folder.Read();
        JournalCorruptException wrong = Assert.Throws<JournalCorruptException>(() => folder.Seal(1, [.. stored.AsEnumerable().Reverse()], groupRows: 20));
        Assert.Equal(SealedFiles.Batches(1), wrong.Segment);
    }
}
