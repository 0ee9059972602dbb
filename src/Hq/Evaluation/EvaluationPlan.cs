using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What is held out, and how often.</summary>
sealed record EvaluationPlan
{
    public SplitBy By { get; init; } = SplitBy.Recording;

    /// <summary>In how many parts; each row by recording or asset is held out once. 5 unless told.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Each recording by itself instead, and how much of it is learned from; null: by <see cref="By"/>.</summary>
    public OwnNormal? Own { get; init; }

    /// <summary>Names of the recordings that are held out, once, while the rest is learned from; null: by <see cref="By"/>.</summary>
    public string? HeldOut { get; init; }

    /// <summary>Of the folds and of every draw in the report.</summary>
    public int Seed { get; init; }

    /// <summary>False: the model is not trained again on shuffled labels and rows, which takes most of the time; the report says so.</summary>
    public bool Controls { get; init; } = true;
}
