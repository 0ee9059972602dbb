using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

public sealed class RecordedDecisionTests
{
    static readonly StoredBatch[] Journal =
    [
        Record(1, "aaaaaa11111111111111111111111111"),
        Record(2, "aaaaaa22222222222222222222222222", "bbbbbb33333333333333333333333333"),
    ];

    [Fact]
    public void A_unique_beginning_finds_the_decision_and_its_place()
    {
        RecordedDecision? found = RecordedDecision.Find("bbbbbb", Journal);

        Assert.Equal("bbbbbb33333333333333333333333333", found?.Decision.PredictionId);
        Assert.Equal(new Position(2, 1), found?.Position);
        Assert.Equal("aaaaaa22222222222222222222222222", RecordedDecision.Find("aaaaaa22222222222222222222222222", Journal)?.Decision.PredictionId);
    }

    [Fact]
    public void An_ambiguous_beginning_is_refused_with_all_that_begin_so()
    {
        AmbiguousIdException refused = Assert.Throws<AmbiguousIdException>(() => RecordedDecision.Find("aaaaaa", Journal));

        Assert.Equal(["aaaaaa11111111111111111111111111", "aaaaaa22222222222222222222222222"], refused.Candidates.Select(c => c.PredictionId));
        Assert.StartsWith("2 decisions have an id that begins with aaaaaa; give more digits: aaaaaa11111111111111111111111111 (", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("aaaaa")]
    [InlineData("cccccc")]
    [InlineData("")]
    public void What_no_id_begins_with_or_is_too_short_finds_nothing(string beginning) => Assert.Null(RecordedDecision.Find(beginning, Journal));

    static StoredBatch Record(long frame, params string[] ids) => new(frame, new FactBatch
    {
        Ingest = SampleBuilder.IngestAt(frame),
        Origin = Origins.Engine,
        Facts = [.. ids.Select(id => new Decision
        {
            PredictionId = id,
            Asset = "M-1",
            At = SampleBuilder.At(frame),
            Cause = new Position(1, 0),
            State = DecisionState.Normal,
            Score = 1,
            Threshold = 2,
            Rung = Rung.Primary,
            Confidence = 1,
            Age = 0,
            Reasons = [],
            Serving = Digest.None,
            Model = Digest.None,
            Pipeline = Digest.None,
            Rules = Digest.None,
            Vector = Digest.None,
            Build = "test",
        })],
    });
}
