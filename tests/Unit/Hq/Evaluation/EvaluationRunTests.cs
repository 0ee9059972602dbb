using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class EvaluationRunTests
{
    static readonly Recording[] Recordings = TinyFleet.Recordings(TinyFleet.Anywhere);

    [Fact]
    public void A_fold_is_given_its_training_and_nothing_else()
    {
        var given = new List<FoldTraining>();
        EvaluationInput input = EvaluationRun.Of(Data(), Spy(given), new EvaluationPlan { Folds = 5, Seed = 4 }, TimeSpan.Zero);
        Assert.Equal(Recordings.Select(r => r.Name), input.Scored.Select(s => s.Recording.Name));
        foreach (FoldTraining fold in given)
            Assert.Empty(fold.Recordings.Select(r => r.Name).Intersect(input.Scored.Where(s => s.Fold == fold.Fold).Select(s => s.Recording.Name)));
        Assert.Equal(Recordings.Length, given.Select(g => g.Recordings.Count).Distinct().Single() + (Recordings.Length / 5));
    }

    [Fact]
    public void By_time_a_recording_is_cut_and_each_part_knows_its_own_events()
    {
        var given = new List<FoldTraining>();
        EvaluationInput input = EvaluationRun.Of(Data(1), Spy(given), new EvaluationPlan { By = SplitBy.Time, Folds = 3 }, TimeSpan.FromSeconds(5));
        Assert.Equal([1, 2, 3], input.Scored.Select(s => s.Fold));
        Assert.All(input.Scored, s => Assert.Equal(s.Recording.Truths.Contains(Truth.Event), s.Recording.Events.Count > 0));
        Assert.All(input.Scored.Zip(given), p => Assert.True(p.Second.Recordings.Single().Times[^1].UnixNanoseconds < p.First.Recording.Times[0].UnixNanoseconds - 5_000_000_000));
        Assert.Empty(FoldLeaks.Of(input.Scored, input.Folds, []));
    }

    [Fact]
    public void Each_by_itself_the_control_learns_from_what_the_others_were_asked_about()
    {
        var plan = new EvaluationPlan { Own = new OwnNormal(0.5, null) };
        EvaluationInput input = EvaluationRun.Of(Data(), Spy([]) with { LearnsFromLabels = false }, plan, TimeSpan.Zero);
        Assert.Empty(FoldLeaks.Of(input.Scored, input.Folds, []));
        Assert.All(input.Scored.Zip(input.ControlFolds), p => Assert.DoesNotContain(p.Second.Recordings, r => r.Name == p.First.Recording.Name));
        Assert.All(input.ControlFolds, f => Assert.Contains(f.Recordings, r => r.Truths.Contains(Truth.Event)));
    }

    [Fact]
    public void A_trainer_that_cannot_says_in_which_fold()
    {
        var broken = new EvaluatedModel("m 1", true, _ => throw new TrainingException("Nothing to learn."), _ => throw new TrainingException("Nothing."));
        TrainingException said = Assert.Throws<TrainingException>(() => EvaluationRun.Of(Data(), broken, new EvaluationPlan(), null));
        Assert.Equal("Fold 1 of 5, learned from 8 recordings: Nothing to learn.", said.Message);
    }

    [Fact]
    public void A_control_that_finds_nothing_to_learn_has_passed()
    {
        var model = new EvaluatedModel("m 1", true, fold => new TinyFleet.Honest(fold), _ => throw new TrainingException("Nothing to learn."));
        EvaluationReport report = EvaluationReport.Of(EvaluationRun.Of(Data(), model, new EvaluationPlan(), TimeSpan.Zero));
        Assert.All(report.Shuffled, s => Assert.False(s.StillScores));
        Assert.Equal(Standing.HoldsUp, EvaluationVerdict.Of(report).Standing);
    }

    static EvaluatedModel Spy(List<FoldTraining> given) => new("m 1", true, fold =>
    {
        given.Add(fold);
        return new SilentScorer(fold.Fold);
    }, fold => new SilentScorer(fold.Fold));

    static Dataset Data(int? count = null)
    {
        Recording[] recordings = Recordings[..(count ?? Recordings.Length)];
        return new Dataset(new PipelineIdentity("p", "1", Digest.None), [new VectorColumn("a", "")], recordings, [.. Enumerable.Range(0, recordings.Length)], [], [], Digest.Of("d"u8));
    }
}
