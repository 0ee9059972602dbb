using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class RankingCurvesTests
{
    [Fact]
    public void Areas_are_those_computed_by_hand()
    {
        // By falling score: e n e n n. Precisions at events 1/1 and 2/3: AP = (1 + 2/3)/2. Pairs: 3 + 2 of 6.
        RankingCurves curves = Of("enenn", [5, 4, 3, 2, 1]);
        Assert.Equal(5 / 6.0, curves.AveragePrecision.Value!.Value, 12);
        Assert.Equal(5 / 6.0, curves.AucRoc.Value!.Value, 12);
        Assert.Equal(0.4, curves.Prevalence);
        Assert.Equal([(0.5, 1.0, 0.0), (0.5, 0.5, 1 / 3.0), (1.0, 2 / 3.0, 1 / 3.0), (1.0, 0.5, 2 / 3.0), (1.0, 0.4, 1.0)], curves.Points.Select(p => (p.Recall, p.Precision, p.FalseAlarmRate)));
    }

    [Fact]
    public void Equal_scores_count_half_and_are_one_point()
    {
        RankingCurves curves = Of("enenn", [1, 1, 1, 1, 1]);
        Assert.Equal((0.4, 0.5), (curves.AveragePrecision.Value, curves.AucRoc.Value));
        Assert.Single(curves.Points);
    }

    [Fact]
    public void Unknown_rows_do_not_count() => Assert.Equal(Of("enenn", [5, 4, 3, 2, 1]).AucRoc, Of("?en?enn?", [9, 5, 4, 3.5, 3, 2, 1, 0]).AucRoc);

    [Theory]
    [InlineData("nnn")]
    [InlineData("eee")]
    [InlineData("???")]
    public void Without_both_kinds_there_is_no_area(string truths)
    {
        RankingCurves curves = Of(truths, [3, 2, 1]);
        Assert.Equal((null, null), (curves.AveragePrecision.Value, curves.AucRoc.Value));
        Assert.Empty(curves.Points);
    }

    static RankingCurves Of(string truths, double[] scores)
    {
        ScoredRecording scored = TinyRecording.Of(truths, new string('.', truths.Length), scores: scores);
        return RankingCurves.Of(ScoredRow.Sorted([scored], [0], s => s.Scores), 1, TinyRecording.Bootstrap);
    }
}
