using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class LeakGuardTests
{
    [Fact]
    public void Where_faults_begin_anywhere_a_model_that_looks_is_clearly_above_the_control()
    {
        Recording[] recordings = TinyFleet.Recordings(TinyFleet.Anywhere);
        LeakGuard guard = Guard(recordings, TinyFleet.Scored(recordings, t => new TinyFleet.Honest(t)));
        Assert.True(guard.Difference.IsClearlyAbove, $"{guard.Model} | {guard.Control}");
    }

    [Fact]
    public void Where_every_fault_begins_at_the_same_row_the_control_knows_it_and_the_report_warns()
    {
        Recording[] recordings = TinyFleet.Recordings(n => 100 + n);
        ScoredRecording[] scored = TinyFleet.Scored(recordings, t => new TinyFleet.GoesByPosition(t));
        LeakGuard guard = Guard(recordings, scored);
        Assert.False(guard.Difference.IsClearlyAbove, $"{guard.Model} | {guard.Control}");
        (Estimate f1, _, _, _) = guard.Control;
        Assert.True(f1.Value > 0.8, guard.Control.ToString());
        EvaluationVerdict verdict = EvaluationVerdict.Of(EvaluationReport.Of(new EvaluationInput("m 1", Digest.Of("d"u8), scored)));
        Assert.Equal(Standing.Doubtful, verdict.Standing);
        Assert.Contains(verdict.Reasons, r => r.StartsWith("A control that sees row number, time and counters only", StringComparison.Ordinal));
    }

    [Fact]
    public void With_too_few_blocks_nobody_can_tell()
    {
        Recording[] recordings = TinyFleet.Recordings(TinyFleet.Anywhere, 4);
        ScoredRecording[] scored = [.. recordings.Select((r, i) => new TinyFleet.Honest(TinyFleet.Fold(recordings, i)).Score(r))];
        Assert.Null(Guard(recordings, scored).Difference.IsClearlyAbove);
        Assert.Equal(Standing.CannotTell, EvaluationVerdict.Of(EvaluationReport.Of(new EvaluationInput("m 1", Digest.Of("d"u8), scored))).Standing);
    }

    [Fact]
    public void The_control_sees_row_number_elapsed_time_time_of_day_and_a_counter()
    {
        Recording first = TinyRecording.Of("nnn", "...", "a", start: (86_400 * 3) + 10).Recording, second = TinyRecording.Of("nn", "..", "b", start: (86_400 * 4) - 1).Recording;
        var features = new PositionFeatures([second, first]);
        Assert.Equal([[0, 0, 10, 0], [1, 1, 11, 1], [2, 2, 12, 2]], features.Of(first));
        Assert.Equal([[0, 0, 86_399, 3], [1, 1, 0, 4]], features.Of(second));
    }

    [Fact]
    public void The_binned_control_takes_the_feature_that_foretells()
    {
        var random = new Random(5);
        float[][] rows = [.. Enumerable.Range(0, 400).Select(i => new[] { random.NextSingle(), i, i % 100 })];
        Truth[] truths = [.. Enumerable.Range(0, 400).Select(i => i % 100 >= 70 ? Truth.Event : Truth.Normal)];
        BinnedLikelihood scorer = BinnedLikelihood.Fit(rows, truths);
        Assert.True(scorer.Score([0, 0, 90]) > 0.9 && scorer.Score([0, 395, 20]) < 0.1);
    }

    [Theory]
    [InlineData("hours", true)]
    [InlineData("countdown", true)]
    [InlineData("pressure", false)]
    [InlineData("switch", false)]
    public void A_feature_that_counts_is_found(string name, bool counts)
    {
        float Value(int i) => name switch { "hours" => i / 3f, "countdown" => 1000 - i, "pressure" => i % 7, _ => i > 50 ? 1 : 0 };
        ScoredRecording[] scored = [.. TinyFleet.Recordings(TinyFleet.Anywhere).Select(r => TinyFleet.Of(r with { Rows = [.. r.Rows.Select((_, i) => new[] { 5f, Value(i) })] }, 0, _ => false))];
        Assert.Equal(counts ? [name] : [], CounterColumns.Of([new VectorColumn("constant", ""), new VectorColumn(name, "")], scored));
    }

    [Fact]
    public void A_fold_that_learned_from_what_it_is_asked_about_is_called_out()
    {
        Recording a = TinyRecording.Of("nnee", "....", "a").Recording, b = TinyRecording.Of("nnee", "....", "b").Recording, later = TinyRecording.Of("nn", "..", "a", start: 100).Recording;
        ScoredRecording asked = TinyFleet.Of(a, 0, _ => false);
        IReadOnlyList<string> Leaks(Recording learned, params SharedRows[] shared) => FoldLeaks.Of([asked], [new FoldTraining(0, [learned], 1)], shared);
        Assert.Equal(["Fold 0 learned from a and is asked about a: they hold the same rows."], Leaks(a));
        Assert.Equal(["Fold 0 learned from b and is asked about a: they hold the same rows."], Leaks(b, new SharedRows("a", "b", 3, 0)));
        Assert.Empty(Leaks(b));
        Assert.Empty(Leaks(later));
        Assert.Equal(Standing.Doubtful, EvaluationVerdict.Of(EvaluationReport.Of(new EvaluationInput("m 1", Digest.Of("d"u8), [asked]) { Folds = [new FoldTraining(0, [a], 1)] })).Standing);
    }

    static LeakGuard Guard(Recording[] recordings, ScoredRecording[] scored) => LeakGuard.Of(
        scored, TinyFleet.Blocks(scored.Length), TinyFleet.Folds(recordings), [], [], TinyRecording.Bootstrap);
}
