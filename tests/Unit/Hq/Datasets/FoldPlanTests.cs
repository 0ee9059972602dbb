using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class FoldPlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_recording_is_held_out_once_with_all_that_share_rows_with_it(int seed)
    {
        Dataset data = Of([.. Enumerable.Range(0, 12).Select(i => (Asset: "A", Group: i is 3 or 4 or 7 ? 3 : i, From: i * 100, Rows: 10 + i, Events: 5))]);
        IReadOnlyList<Fold> folds = FoldPlan.Of(data, SplitBy.Recording, 5, TimeSpan.Zero, seed);
        Assert.Equal(Enumerable.Range(0, 12), folds.SelectMany(f => f.Test).Select(s => s.Recording).Order());
        foreach (Fold fold in folds)
        {
            Assert.NotEmpty(fold.Test);
            Assert.Empty(fold.Train.Select(s => data.Groups[s.Recording]).Intersect(fold.Test.Select(s => data.Groups[s.Recording])));
            Assert.Equal(12, fold.Train.Count + fold.Test.Count);
        }

        Assert.Equal(Text(folds), Text(FoldPlan.Of(data, SplitBy.Recording, 5, TimeSpan.Zero, seed)));
    }

    [Fact]
    public void Every_fold_has_events_while_there_are_any()
    {
        Dataset data = Of([.. Enumerable.Range(0, 20).Select(i => (Asset: "A", Group: i, From: i * 100, Rows: 10, Events: i < 5 ? 4 : 0))]);
        for (int seed = 0; seed < 20; seed++)
            Assert.All(FoldPlan.Of(data, SplitBy.Recording, 5, TimeSpan.Zero, seed), f => Assert.Contains(f.Test, s => data.Recordings[s.Recording].Truths.Contains(Truth.Event)));
    }

    [Fact]
    public void Assets_stay_together()
    {
        Dataset data = Of([.. Enumerable.Range(0, 9).Select(i => (Asset: $"A{i % 3}", Group: i, From: i * 100, Rows: 10, Events: 2))]);
        foreach (Fold fold in FoldPlan.Of(data, SplitBy.Asset, 3, TimeSpan.Zero, 1))
            Assert.Single(fold.Test.Select(s => data.Recordings[s.Recording].Asset).Distinct());
        Assert.StartsWith("split: 4 folds need as many assets", Assert.Throws<TrainingException>(() => FoldPlan.Of(data, SplitBy.Asset, 4, TimeSpan.Zero, 1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void By_time_what_is_learned_from_ends_before_what_is_asked_about_can_look_back_to()
    {
        Dataset data = Of([("A", 0, 0, 100, 10), ("B", 1, 50, 100, 10)]);
        IReadOnlyList<Fold> folds = FoldPlan.Of(data, SplitBy.Time, 3, TimeSpan.FromSeconds(7), 1);
        Assert.Equal(3, folds.Count);
        foreach (Fold fold in folds)
        {
            long from = fold.Test.Min(s => data.Recordings[s.Recording].Times[s.First].UnixNanoseconds);
            Assert.All(fold.Train, s => Assert.True(data.Recordings[s.Recording].Times[s.First + s.Rows - 1].UnixNanoseconds < from - 7_000_000_000L));
        }
    }

    [Fact]
    public void Named_recordings_are_held_out_once_and_never_one_of_two_that_share_rows()
    {
        Dataset data = Of([.. Enumerable.Range(0, 6).Select(i => (Asset: "A", Group: i, From: i * 100, Rows: 10, Events: 2))]);
        Fold fold = FoldPlan.OfNamed(data, "?04");
        Assert.Equal([0, 1, 2, 3, 5], fold.Train.Select(s => s.Recording));
        Assert.Equal(4, Assert.Single(fold.Test).Recording);
        foreach ((string pattern, string sentence) in ((string, string)[])[("x*", "it names none of the 6 recordings (r00 is the first)"), ("r*", "it names all of the 6 recordings")])
            Assert.Contains(sentence, Assert.Throws<TrainingException>(() => FoldPlan.OfNamed(data, pattern)).Message, StringComparison.Ordinal);
        Dataset sharing = data with { Shared = [new SharedRows("r03", "r04", 12, 0)] };
        Assert.Contains("r03 and r04 share 12 rows, and only one of them is held out.", Assert.Throws<TrainingException>(() => FoldPlan.OfNamed(sharing, "r04")).Message, StringComparison.Ordinal);
    }

    static string Text(IReadOnlyList<Fold> folds) => string.Join('\n', folds.Select(f => string.Join(' ', f.Test)));

    static Dataset Of((string Asset, int Group, int From, int Rows, int Events)[] recordings)
    {
        Recording[] made = [.. recordings.Select((r, i) => new Recording(
            $"r{i:D2}", r.Asset, "",
            [.. Enumerable.Range(r.From, r.Rows).Select(s => new EventTime(s * 1_000_000_000L))],
            [.. Enumerable.Range(0, r.Rows).Select(_ => new float[] { 1 })],
            [.. Enumerable.Range(0, r.Rows).Select(s => s < r.Events ? Truth.Event : Truth.Normal)],
            [], 0))];
        return new Dataset(new PipelineIdentity("p", "1", Digest.None), [new VectorColumn("f", "")], made, [.. recordings.Select(r => r.Group)], [], [], Digest.None);
    }
}
