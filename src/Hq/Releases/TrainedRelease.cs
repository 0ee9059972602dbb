using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>What one training run gave, before it is written down.</summary>
sealed record TrainedRelease
{
    public required Recipe Recipe { get; init; }
    public required Dataset Data { get; init; }
    public required FeatureMatrix Normal { get; init; }
    public required ITrainedModel Model { get; init; }

    /// <summary>The ladder's small model; null where the model itself is as small.</summary>
    public required ITrainedModel? Simple { get; init; }

    /// <summary>How far a feature goes in the normal rows.</summary>
    public required LargestDeviation Deviation { get; init; }

    /// <summary>Null: the model is T² and Q.</summary>
    public required TrainedClassifier? Classifier { get; init; }

    public required IReadOnlyList<FloorRule> Rules { get; init; }
    public required Provenance Provenance { get; init; }

    /// <summary>How much of each feature the normal rows show: what a site compares its own days with.</summary>
    public required ReferenceProfile Profile { get; init; }

    /// <summary>As the recipe says; else the latest vector of all recordings.</summary>
    internal EventTime Created => Recipe.Created ?? new EventTime(Data.Recordings.Where(r => r.Times.Count > 0).Max(r => r.Times[^1].UnixNanoseconds));

    internal IReadOnlyList<VectorColumn> Columns => Data.Columns;

    /// <summary>Features that the model does not see: of T² and Q those that never moved in the normal period.</summary>
    internal IEnumerable<string> Unseen => Columns.Where((_, j) => !Sees(j)).Select(c => c.Name);

    bool Sees(int feature) => Classifier is { } classifier ? classifier.Fitted.Model.Classifier.Sees(feature) : !Deviation.Scale.IsConstant(feature);
}
