using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Tests.Unit.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class OwnNormalPlanTests
{
    [Fact]
    public void The_first_share_of_normal_rows_is_learned_from_and_all_behind_it_is_asked_about()
    {
        Fold fold = Assert.Single(OwnNormalPlan.Of(Data("nnnneenn"), new OwnNormal(0.5, null), TimeSpan.Zero));
        Assert.Equal([new Slice(0, 0, 3)], fold.Train);
        Assert.Equal([new Slice(0, 3, 5)], fold.Test);
    }

    [Fact]
    public void Rows_that_are_no_normal_ones_do_not_count_to_the_share()
    {
        Fold fold = Assert.Single(OwnNormalPlan.Of(Data("ne?nnn"), new OwnNormal(null, 2), TimeSpan.Zero));
        Assert.Equal([new Slice(0, 0, 4)], fold.Train);
        Assert.Equal([new Slice(0, 4, 2)], fold.Test);
    }

    [Fact]
    public void Rows_into_which_the_first_question_looks_back_are_not_learned_from()
    {
        Fold fold = Assert.Single(OwnNormalPlan.Of(Data("nnnnnnnnnn"), new OwnNormal(null, 6), TimeSpan.FromSeconds(3)));
        // The first question is of second 6 and looks back to second 3.
        Assert.Equal([new Slice(0, 0, 3)], fold.Train);
        Assert.Equal([new Slice(0, 6, 4)], fold.Test);
    }

    [Fact]
    public void A_recording_without_enough_normal_rows_gives_no_fold()
    {
        Fold fold = Assert.Single(OwnNormalPlan.Of(Data("eee", "nnnn"), new OwnNormal(null, 2), TimeSpan.Zero));
        Assert.Equal(1, fold.Test[0].Recording);
        Assert.Throws<TrainingException>(() => OwnNormalPlan.Of(Data("eee", "nnnn"), new OwnNormal(null, 4), TimeSpan.Zero));
    }

    static Dataset Data(params string[] truths)
    {
        Recording[] recordings = [.. truths.Select((t, i) => TinyRecording.Of(t, new string('.', t.Length), $"r{i}").Recording)];
        return new Dataset(new PipelineIdentity("p", "1", Digest.None), [new VectorColumn("a", "")], recordings, [.. Enumerable.Range(0, truths.Length)], [], [], Digest.None);
    }
}
