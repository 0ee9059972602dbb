using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>Recipe and telemetry → a fitted release. Knows no clock and no chance but the recipe's seed.</summary>
static class TrainingRun
{
    /// <exception cref="TrainingException">The data does not allow it.</exception>
    internal static TrainedRelease Of(Recipe recipe, SignalTable data, IFeatureEngine engine, Provenance provenance)
    {
        TrainingVectors vectors = engine.Compute(data);
        if (vectors.Matrix.Rows.Count == 0)
            throw new TrainingException($"None of the {data.Rows.Count} rows gives a whole vector: look for a column that is empty throughout ({EmptyColumns(data)}).");
        if (recipe.Normal.Rows is { } rows && rows > vectors.Matrix.Rows.Count)
            throw new TrainingException($"normal.rows is {rows}, but the data gives {vectors.Matrix.Rows.Count} whole vectors; fitting on all of them would call everything normal.");
        FeatureMatrix normal = vectors.Matrix.Where(i => recipe.Normal.Holds(i, vectors.Matrix.Times[i]));
        TSquaredQ model = TSquaredQFit.Fit(normal.Rows, recipe.Model);
        LargestDeviation simple = LargestDeviation.Fit(normal.Rows, recipe.Model.Quantile, recipe.Model.Margin);
        foreach (FloorRule rule in recipe.Rules)
        {
            if (!vectors.Matrix.Columns.Any(c => c.Name == rule.Feature))
                throw new TrainingException(
                    $"Rule '{rule.Name}' asks about '{rule.Feature}'; the features are {string.Join(", ", vectors.Matrix.Columns.Select(c => c.Name))}.");
        }

        return new TrainedRelease
        {
            Recipe = recipe,
            Data = data,
            Vectors = vectors,
            Normal = normal,
            Model = model,
            Simple = simple,
            Rules = recipe.Rules.Count > 0 ? recipe.Rules : RuleSkeleton.Of(vectors.Matrix.Columns, simple, recipe.Serving.MinDuration),
            Provenance = provenance,
        };
    }

    static string EmptyColumns(SignalTable data)
    {
        string[] empty = [.. data.Columns.Where((_, i) => data.Rows.All(r => double.IsNaN(r.Values[i]))).Select(c => c.Header)];
        return empty.Length > 0 ? string.Join(", ", empty) : "none is";
    }
}
