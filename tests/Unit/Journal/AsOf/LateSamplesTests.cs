using EdgeRuntime.Facts;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.AsOf;

/// <summary>Tags with so many rows that each has several pages and blocks, of which some come late by little or by much.</summary>
public sealed class LateSamplesTests
{
    const int BatchSamples = 60;
    const int Seconds = 3000;

    static readonly string[] s_tags = ["P-101.flow", "P-101.level", "few"];

    /// <summary>How many of a hundred come late, and by how many seconds at most.</summary>
    public static TheoryData<int, int> Lateness => new()
    {
        { 0, 0 },
        { 1, 30 },
        { 4, Seconds },
        { 60, 3 },
        { 50, Seconds },
    };

    [Theory]
    [MemberData(nameof(Lateness))]
    public async Task A_look_up_among_late_samples_is_that_of_looking_at_everything(int share, int most)
    {
        using AsOfFolder folder = await Floor(share, most);
        var naive = new NaiveHistory(folder.Stored);
        using AsOfReader reader = folder.Reader();
        var random = new Random(share);
        foreach (int ask in Enumerable.Range(0, 60))
        {
            string tag = s_tags[random.Next(s_tags.Length)];
            EventTime at = SampleBuilder.At(random.Next(-most - 1, Seconds + 5) + random.NextDouble());
            Position? known = ask % 2 == 0 ? null : AsOfReaderTests.AnyPosition(folder.Stored, random);
            reader.TryLast(tag, at, known, out KnownSample found);
            Assert.Equal(naive.Last(tag, at, known) ?? default, found);
        }
    }

    [Theory]
    [MemberData(nameof(Lateness))]
    public async Task A_join_among_late_samples_answers_as_one_look_up_after_the_other(int share, int most)
    {
        using AsOfFolder folder = await Floor(share, most);
        using AsOfReader reader = folder.Reader();
        var random = new Random(share);
        foreach (int round in Enumerable.Range(0, 3))
        {
            Position? known = round == 0 ? null : AsOfReaderTests.AnyPosition(folder.Stored, random);
            EventTime[] moments = [.. Enumerable.Range(0, 700).Select(_ => SampleBuilder.At(random.Next(-most - 1, Seconds + 5) + random.NextDouble()))];
            List<(int Ask, Joined Answer)> all = [];
            reader.Join(s_tags, moments, known, (in Joined answer, ReadOnlySpan<int> of) =>
            {
                foreach (int ask in of)
                    all.Add((ask, answer));
            });
            Assert.Equal(s_tags.Length * moments.Length, all.Select(row => (row.Ask, row.Answer.Tag)).Distinct().Count());
            Assert.Equal(s_tags.Length * moments.Length, all.Count);
            Assert.All(all, row => Assert.Equal(OneByOne(reader, row.Answer.Tag, moments[row.Ask], known), row.Answer));
        }
    }

    [Fact]
    public async Task Times_from_one_end_to_the_other_are_told_apart()
    {
        long[] times = [0, long.MaxValue, long.MinValue, 5, long.MaxValue - 1, long.MinValue + 1, 3];
        FactBatch[] batches = [.. Enumerable.Range(0, 400).Select(i => SampleBuilder.Batch(
            "line-1", i, SampleBuilder.Sample("P-101.flow", 0, i) with { Event = new EventTime(times[i * 3 % times.Length]) }))];
        using AsOfFolder folder = await AsOfFolder.With(batches, segmentBytes: 32 << 10);
        Assert.True(folder.Closed > 0, "no segment is closed");
        folder.Seal(1);
        var naive = new NaiveHistory(folder.Stored);
        using AsOfReader reader = folder.Reader();
        foreach (long at in (long[])[.. times, 1, 4, -1, long.MaxValue - 2])
        {
            reader.TryLast("P-101.flow", new EventTime(at), null, out KnownSample found);
            Assert.Equal(naive.Last("P-101.flow", new EventTime(at), null) ?? default, found);
        }
    }

    static Joined OneByOne(AsOfReader reader, int tag, EventTime at, Position? known) =>
        reader.TryLast(s_tags[tag], at, known, out KnownSample found)
            ? new(tag, true, found.Sample.Quality, found.Sample.Event, found.Sample.Value)
            : new(tag, false, default, default, default);

    /// <summary>Two units and what is not sealed; one tag has few samples.</summary>
    static async Task<AsOfFolder> Floor(int share, int most)
    {
        var random = new Random(share + most);
        FactBatch[] batches = [.. Enumerable.Range(0, Seconds / 5).Select(i => SampleBuilder.Batch("line-1", i * 5 + 5, [.. Enumerable.Range(0, BatchSamples).Select(row =>
        {
            string tag = row == 0 && i % 9 == 0 ? s_tags[2] : s_tags[row % 2];
            double at = i * 5 + row * 5.0 / BatchSamples - (random.Next(100) < share ? random.NextDouble() * most : 0);
            return SampleBuilder.Sample(tag, Math.Round(at, 2), Math.Round(random.NextDouble() * 100, 2));
        })]))];
        AsOfFolder folder = await AsOfFolder.With(batches, segmentBytes: 64 << 10);
        Assert.True(folder.Closed >= 2, $"{folder.Closed} closed segments are too few");
        folder.Seal(1);
        folder.Seal(2);
        return folder;
    }
}
