using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>How a classifier's training data is held out in turn, for calibration and the choice of threshold.</summary>
/// <param name="Reach">How far back a vector looks, where the data holds vectors and is split by time; null: as far as the pipeline does.</param>
sealed record SplitChoice(SplitBy By, int Folds, TimeSpan? Reach)
{
    /// <summary>What the recipe says before what the engine knows; null: nobody knows.</summary>
    internal TimeSpan? ReachOver(IFeatureEngine engine) => Reach ?? (engine as PipelineEngine)?.Reach;
}
