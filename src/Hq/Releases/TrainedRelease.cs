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
    public required TSquaredQ Model { get; init; }
    public required LargestDeviation Simple { get; init; }
    public required IReadOnlyList<FloorRule> Rules { get; init; }
    public required Provenance Provenance { get; init; }

    internal EventTime Created => Recipe.Created ?? Data.Recordings.Where(r => r.Times.Count > 0).Select(r => r.Times[^1]).Last();

    internal IReadOnlyList<VectorColumn> Columns => Data.Columns;

    /// <summary>Features that never moved in the normal period: the models do not see them.</summary>
    internal IEnumerable<string> Unseen => Columns.Where((_, j) => Model.Scale.IsConstant(j)).Select(c => c.Name);
}
