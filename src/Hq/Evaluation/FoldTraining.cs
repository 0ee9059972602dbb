using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What one fold is learned from; none of its rows is asked about in the same fold.</summary>
sealed record FoldTraining(int Fold, IReadOnlyList<Recording> Recordings, int Seed)
{
    /// <summary>Whom to tell how far the training is; null: nobody looks.</summary>
    public IProgress<double>? Progress { get; init; }
}

/// <summary>A trained model with all that belongs to it on a box: threshold and debouncing too.</summary>
interface IFoldScorer
{
    /// <summary>Null: it has none that a picture could show.</summary>
    double? Threshold => null;

    ScoredRecording Score(Recording recording);
}
