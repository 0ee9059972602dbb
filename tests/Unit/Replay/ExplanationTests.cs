using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

public sealed class ExplanationTests
{
    [Fact]
    public void A_decision_is_explained_without_the_breakers_of_another_asset()
    {
        var floor = new TinyFloor();
        floor.ActivateBoth(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)), floor.Release("2.0.0", TinyOnnx.Linear([1, 1], 0)));
        floor.SampleBoth(1, 1, 2);
        floor.SampleBoth(2, 1, 2);
        using var engine = new DecisionEngine(floor, floor.Arms);
        Decision first = floor.Live(engine)[0];
        StoredBatch record = floor.Journal[^1];
        floor.Journal[^1] = record with
        {
            Batch = record.Batch with
            {
                Facts =
                [
                    new ModeChange($"breaker:{TinyFloor.Asset}/primary", "open", "half-open", "breaker", "mine."),
                    .. record.Batch.Facts,
                    new ModeChange($"breaker:{TinyFloor.Other}/primary", "closed", "open", "breaker", "another's."),
                ],
            },
        };

        Explanation? explained = Explanation.Of(first.PredictionId[..8], SourceOf(floor));

        Assert.NotNull(explained);
        Assert.Equal(first.PredictionId, explained.Decision.PredictionId);
        Assert.EndsWith("mine.", Assert.Single(explained.Steps, s => s.Stage == "breaker").Text, StringComparison.Ordinal);
        Assert.Equal(["raw", "raw", "features", "features", "features", "features"], explained.Steps.Where(s => s.Stage is "raw" or "features").Select(s => s.Stage));
        Assert.Equal([("a", 1f, "bar"), ("b", 2f, "bar")], explained.Features.Select(f => (f.Name, f.Value!.Value, f.Unit)));
        Assert.Equal(first.Vector.ToString(), explained.Steps.Last(s => s.Stage == "features").Digest);
        Assert.Equal(["raw", "validated", "features", "model", "rules", "decision"], explained.Steps.Select(s => s.Stage).Where(s => s is not ("breaker" or "plan" or "stage")).Distinct().OrderBy(Order));
        Assert.All(explained.Steps.Where(s => s.Stage is "raw" or "model"), s => Assert.True(Digest.TryParse(s.Digest, out _)));
        Assert.Equal("tiny 1.0.0", explained.Steps.First(s => s.Stage == "features" && s.Digest.Length > 0).Version);

        static int Order(string stage) => Array.IndexOf(["raw", "validated", "features", "model", "rules", "decision"], stage);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("000000000000000000000000000000000000000000")]
    [InlineData("not a hexadecimal id")]
    public void An_id_that_no_decision_has_is_not_explained(string id)
    {
        var floor = new TinyFloor();
        floor.Activate(floor.Release("1.0.0", TinyOnnx.Linear([1, 1], 0)));
        floor.Sample(1, 1, 2);
        floor.Sample(2, 1, 2);
        using var engine = new DecisionEngine(floor, floor.Arms);
        floor.Live(engine);

        Assert.Null(Explanation.Of(id, SourceOf(floor)));
    }

    static ReplaySource SourceOf(TinyFloor floor) => new()
    {
        Entries = from => floor.Journal.Where(b => b.Frame >= from).Select(b => new JournalEntry(b, null)),
        LastFrame = () => floor.Journal[^1].Frame,
        Archive = floor,
        Arms = floor.Arms,
    };
}
