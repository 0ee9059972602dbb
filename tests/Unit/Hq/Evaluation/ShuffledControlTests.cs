using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class ShuffledControlTests
{
    static readonly Recording[] Fleet = TinyFleet.Recordings(TinyFleet.Anywhere), SameRow = TinyFleet.Recordings(n => 100 + n);

    [Theory]
    [InlineData(nameof(Shuffle.Labels))]
    [InlineData(nameof(Shuffle.Rows))]
    public void A_model_that_looks_falls_to_chance(string what)
    {
        ShuffledControl control = Of(Enum.Parse<Shuffle>(what), Fleet, t => new TinyFleet.Honest(t));
        Assert.False(control.StillScores, string.Join(" | ", control.Repeats.Select(r => r.Difference)));
    }

    [Fact]
    public void A_model_that_has_the_answers_from_elsewhere_still_scores_with_shuffled_labels_and_is_called_out()
    {
        Assert.True(Of(Shuffle.Labels, Fleet, t => new TinyFleet.KnowsTheAnswers(t, Fleet)).StillScores);
        EvaluationReport report = EvaluationReport.Of(new EvaluationInput("m 1", Digest.Of("d"u8), TinyFleet.Scored(Fleet, t => new TinyFleet.Honest(t)))
        {
            Trainer = t => new TinyFleet.KnowsTheAnswers(t, Fleet),
        });
        Assert.Contains(EvaluationVerdict.Of(report).Reasons, r => r.StartsWith("Trained on shuffled labels the model still scores clearly above chance", StringComparison.Ordinal));
    }

    [Fact]
    public void A_model_that_goes_by_position_still_scores_with_shuffled_rows_but_not_with_shuffled_labels()
    {
        Assert.True(Of(Shuffle.Rows, SameRow, t => new TinyFleet.GoesByPosition(t)).StillScores);
        Assert.False(Of(Shuffle.Labels, SameRow, t => new TinyFleet.GoesByPosition(t)).StillScores);
    }

    [Fact]
    public void Every_training_of_a_control_is_told()
    {
        var told = new Told();
        ShuffledControl.Of(
            Shuffle.Labels, TinyFleet.Scored(Fleet, t => new TinyFleet.Honest(t)), TinyFleet.Blocks(Fleet.Length), TinyFleet.Folds(Fleet), t => new TinyFleet.Honest(t), TinyRecording.Bootstrap, told);
        Assert.Equal(Enumerable.Range(1, 15).Select(i => i / 15.0), told.Shares, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void Labels_stay_as_many_and_unknown_rows_where_they_are()
    {
        Recording shuffled = ShuffledControl.WithLabels(TinyRecording.Of("?nnnnneeeee?nnn", new string('.', 15)).Recording, new Random(3));
        Assert.Equal([0, 11], Enumerable.Range(0, 15).Where(i => shuffled.Truths[i] == Truth.Unknown));
        Assert.Equal(5, shuffled.Truths.Count(t => t == Truth.Event));
        Assert.NotEqual("nnnnneeeee", string.Concat(shuffled.Truths.Skip(1).Take(10).Select(t => t == Truth.Event ? 'e' : 'n')));
        foreach ((EventTime at, Truth truth) in shuffled.Times.Zip(shuffled.Truths))
            Assert.Equal(truth == Truth.Event, shuffled.Events.Any(e => at >= e.From && at < e.To));
    }

    [Fact]
    public void Chance_keeps_as_many_alarms_and_finds_what_luck_finds()
    {
        ScoredRecording scored = TinyFleet.Of(Fleet[0], 0, i => i < 100);
        AlarmTally chance = ChanceLevel.Of(scored, new Random(1));
        Assert.Equal(100, chance.Hits + chance.FalseAlarms, 6);
        // Half of the rows alarm, so half of the event rows are hit on the mean; 50 turns leave a few rows of noise.
        Assert.InRange(chance.Hits, 24, 36);
    }

    static ShuffledControl Of(Shuffle what, Recording[] recordings, Func<FoldTraining, IFoldScorer> trainer) => ShuffledControl.Of(
        what, TinyFleet.Scored(recordings, trainer), TinyFleet.Blocks(recordings.Length), TinyFleet.Folds(recordings), trainer, TinyRecording.Bootstrap);

    sealed class Told : IProgress<double>
    {
        internal List<double> Shares { get; } = [];

        public void Report(double value) => Shares.Add(value);
    }
}
