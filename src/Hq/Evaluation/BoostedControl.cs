using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>The leak guard's control as strong as the models it stands beside: gradient boosting with few trees.</summary>
sealed class BoostedControl : IControlTrainer
{
    // Labels that can be guessed from four features are guessed from so many rows too.
    const int RowsMax = 20_000;

    static readonly BoostingOptions Options = new() { Trees = 20, Leaves = 8, RowsPerLeaf = 50, LearningRate = 0.2 };

    public IRowScorer Fit(IReadOnlyList<float[]> rows, IReadOnlyList<Truth> truths, int seed)
    {
        int step = 1 + (rows.Count / RowsMax);
        int[] kept = [.. Enumerable.Range(0, rows.Count).Where(i => i % step == 0)];
        var labelled = new LabelledRows([.. kept.Select(i => rows[i])], [.. kept.Select(i => truths[i] == Truth.Event)]);
        return labelled.HasBothKinds ? new Boosted(BoostingFit.Fit(labelled, Options with { Seed = 1 + seed })) : new Constant();
    }

    sealed class Boosted(BoostedTrees trees) : IRowScorer
    {
        public double Score(float[] row) => trees.LogOdds(row);
    }

    /// <summary>Who saw one kind only has nothing to say.</summary>
    sealed class Constant : IRowScorer
    {
        public double Score(float[] row) => 0;
    }
}
