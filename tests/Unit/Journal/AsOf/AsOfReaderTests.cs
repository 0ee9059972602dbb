using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

public sealed class AsOfReaderTests
{
    public static TheoryData<string, int, double> Floors => new()
    {
        { "every closed segment sealed", 1, 1.0 },
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
        List<StoredBatch> stored = folder.Stored;
        var naive = new NaiveHistory(stored);
        using AsOfReader reader = folder.Reader(pageBytesMax: seed % 2 == 0 ? 1 << 12 : 1 << 20);
        var random = new Random(seed);
        foreach (int _ in Enumerable.Range(0, 1200))
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
        var naive = new NaiveHistory(folder.Stored);
        using AsOfReader reader = folder.Reader();
        for (int at = 900; at < 1400; at++)
            Assert.Equal(naive.KnownAt(SampleBuilder.IngestAt(at)), reader.KnownAt(SampleBuilder.IngestAt(at)));
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public async Task A_range_has_every_known_sample_once_in_the_order_of_event_time_and_arrival(string floor, int seed, double share)
    {
        Assert.NotEmpty(floor);
        using AsOfFolder folder = await Sealed(seed + 10, share, batches: 900);
        List<StoredBatch> stored = folder.Stored;
        var naive = new NaiveHistory(stored);
        using AsOfReader reader = folder.Reader(pageBytesMax: 1 << 12);
        var random = new Random(seed);
        foreach (int round in Enumerable.Range(0, 60))
        {
            string tag = RandomFloor.Tags[random.Next(RandomFloor.Tags.Length)];
            double from = 600 + random.Next(1500);
            EventTime to = round == 0 ? new EventTime(long.MaxValue) : SampleBuilder.At(from + random.Next(-1, 600));
            Position? known = random.Next(3) == 0 ? null : AnyPosition(stored, random);
            Assert.Equal(naive.Range(tag, SampleBuilder.At(from), to, known), reader.Range(tag, SampleBuilder.At(from), to, known));
        }
    }

    [Theory]
    [MemberData(nameof(Floors))]
    public async Task A_join_answers_as_one_look_up_after_the_other(string floor, int seed, double share)
    {
        Assert.NotEmpty(floor);
        using AsOfFolder folder = await Sealed(seed + 20, share, batches: 700);
        List<StoredBatch> stored = folder.Stored;
        using AsOfReader reader = folder.Reader(pageBytesMax: seed % 2 == 0 ? 1 << 12 : 1 << 20);
        var random = new Random(seed);
        string[] tags = [.. RandomFloor.Tags, "nobody"];
        foreach (int round in Enumerable.Range(0, 30))
        {
            Position? known = round % 3 == 0 ? null : AnyPosition(stored, random);
            AsOfAsk[] asks = [.. Enumerable.Range(0, random.Next(400)).Select(_ => new AsOfAsk(random.Next(tags.Length), SampleBuilder.At(900 + random.Next(round * 40 + 1))))];
            var answers = new Joined[asks.Length];
            int given = 0;
            reader.Join(tags, asks, known, (in Joined answer, ReadOnlySpan<int> of) =>
            {
                given += of.Length;
                foreach (int ask in of)
                    answers[ask] = answer;
            });
            Assert.Equal(asks.Length, given);
            for (int i = 0; i < asks.Length; i++)
                Assert.Equal(OneByOne(reader, tags, asks[i].Tag, asks[i].At, known), answers[i]);

            EventTime[] moments = [.. asks.Select(ask => ask.At)];
            List<(int Ask, Joined Answer)> all = [];
            reader.Join(tags, moments, known, (in Joined answer, ReadOnlySpan<int> of) =>
            {
                foreach (int ask in of)
                    all.Add((ask, answer));
            });
            Assert.Equal(tags.Length * moments.Length, all.DistinctBy(row => (row.Ask, row.Answer.Tag)).Count());
            Assert.All(all, row => Assert.Equal(OneByOne(reader, tags, row.Answer.Tag, moments[row.Ask], known), row.Answer));
        }
    }

    static Joined OneByOne(AsOfReader reader, string[] tags, int tag, EventTime at, Position? known) =>
        reader.TryLast(tags[tag], at, known, out KnownSample found)
            ? new(tag, true, found.Sample.Quality, found.Sample.Event, found.Sample.Value)
            : new(tag, false, default, default, default);

    [Fact]
    public async Task Samples_that_a_unit_takes_over_are_answered_for_all_the_time()
    {
        using AsOfFolder folder = await AsOfFolder.With(new RandomFloor(7).Batches(900));
        List<StoredBatch> stored = folder.Stored;
        var naive = new NaiveHistory(stored);
        using AsOfReader reader = folder.Reader();
        var random = new Random(7);
        for (int unit = 1; unit <= 4; unit++)
        {
            foreach (int _ in Enumerable.Range(0, 500))
            {
                string tag = RandomFloor.Tags[random.Next(RandomFloor.Tags.Length)];
                EventTime at = SampleBuilder.At(900 + random.Next(1200));
                Position? known = random.Next(2) == 0 ? null : AnyPosition(stored, random);
                reader.TryLast(tag, at, known, out KnownSample found);
                Assert.Equal(naive.Last(tag, at, known) ?? default, found);
            }

            folder.Seal(unit, groupRows: 50, pageRows: 16);
            reader.Refresh();
        }

        Assert.Equal(stored[^1].Frame, reader.LastFrame);
    }

    [Fact]
    public async Task What_is_fed_is_answered_for_at_once_and_a_missing_frame_is_refused()
    {
        using AsOfFolder folder = await AsOfFolder.With([SampleBuilder.Batch("line-1", 5, SampleBuilder.Sample("P-101.flow", 4, 1.25))]);
        using AsOfReader reader = folder.Reader();
        var second = new StoredBatch(2, SampleBuilder.Batch("line-1", 6, SampleBuilder.Sample("P-101.flow", 3, 2.5)));
        Assert.Throws<ArgumentException>(() => reader.Feed(second with { Frame = 3 }));
        Assert.False(reader.TryLast("P-101.flow", SampleBuilder.At(3.5), null, out _));
        reader.Feed(second);
        reader.Feed(second);
        Assert.True(reader.TryLast("P-101.flow", SampleBuilder.At(3.5), null, out KnownSample found));
        Assert.Equal((2.5, new Position(2, 0)), (found.Sample.Value.Double, found.Position));
        Assert.False(reader.TryLast("P-101.flow", SampleBuilder.At(3.5), new Position(1, 0), out _));
    }

    internal static async Task<AsOfFolder> Sealed(int seed, double share, int batches)
    {
        AsOfFolder folder = await AsOfFolder.With(new RandomFloor(seed).Batches(batches), segmentBytes: 4096 * (1 + seed % 5));
        Assert.True(folder.Closed > 1, $"{folder.Closed} closed segments are too few");
        int units = (int)(folder.Closed * share);
        for (int unit = 1; unit <= units; unit++)
        {
            // One in three as the product seals it; the others in many row groups and pages.
            if (unit % 3 == 0)
                folder.Seal(unit);
            else
                folder.Seal(unit, groupRows: 40 + seed * 30, pageRows: 5 + seed * 9);
        }

        return folder;
    }

    internal static Position AnyPosition(List<StoredBatch> stored, Random random)
    {
        StoredBatch batch = stored[random.Next(stored.Count)];
        return batch.PositionOf(random.Next(Math.Max(1, batch.Batch.Count)));
    }
}
