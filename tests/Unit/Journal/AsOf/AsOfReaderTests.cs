using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

public sealed class AsOfReaderTests
{
    public static TheoryData<string, int, double> Floors => new()
    {
        { "everything sealed in one unit", 1, 1.0 },
        { "nothing sealed", 2, 0.0 },
        { "three units and some that is not sealed", 3, 0.7 },
        { "five units and little that is not sealed", 4, 0.95 },
    };

    [Theory]
    [MemberData(nameof(Floors))]
    public async Task Every_answer_is_that_of_looking_at_everything(string floor, int seed, double share)
    {
        Assert.NotEmpty(floor);
        using AsOfFolder folder = await Sealed(seed, share, batches: 700);
        List<StoredBatch> stored = folder.Read();
        var naive = new NaiveHistory(stored);
        using AsOfReader reader = folder.Reader(pageBytesMax: seed % 2 == 0 ? 1 << 12 : 1 << 20);
        var random = new Random(seed);
        foreach (int _ in Enumerable.Range(0, 3000))
        {
            string tag = RandomFloor.Tags[random.Next(RandomFloor.Tags.Length)];
            EventTime at = SampleBuilder.At(700 + random.Next(1200));
            Position? known = random.Next(3) == 0 ? null : AnyPosition(stored, random);
            KnownSample? expected = naive.Last(tag, at, known);
            Assert.Equal(expected is not null, reader.TryLast(tag, at, known, out KnownSample found));
            Assert.Equal(expected ?? default, found);
        }
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public async Task The_newest_known_position_is_that_of_looking_at_every_batch(string floor, int seed, double share)
    {
        Assert.NotEmpty(floor);
        using AsOfFolder folder = await Sealed(seed + 50, share, batches: 300);
        var naive = new NaiveHistory(folder.Read());
        using AsOfReader reader = folder.Reader();
        for (int at = 900; at < 1400; at++)
            Assert.Equal(naive.KnownAt(SampleBuilder.IngestAt(at)), reader.KnownAt(SampleBuilder.IngestAt(at)));
    }

    internal static async Task<AsOfFolder> Sealed(int seed, double share, int batches)
    {
        AsOfFolder folder = await AsOfFolder.With(new RandomFloor(seed).Batches(batches));
        List<StoredBatch> stored = folder.Read();
        int units = seed % 5, all = (int)(stored.Count * share);
        for (int unit = 0; all > 0 && unit < units; unit++)
            folder.Seal(unit + 1, stored[(all * unit / units)..(all * (unit + 1) / units)], groupRows: 40 + seed * 30, pageRows: 5 + seed * 9);
        return folder;
    }

    internal static Position AnyPosition(List<StoredBatch> stored, Random random)
    {
        StoredBatch batch = stored[random.Next(stored.Count)];
        return batch.PositionOf(random.Next(Math.Max(1, batch.Batch.Count)));
    }
}
