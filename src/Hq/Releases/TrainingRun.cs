using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>Recipe and dataset → a fitted release. Knows no clock and no chance but the recipe's seed.</summary>
static class TrainingRun
{
    /// <exception cref="TrainingException">The data does not allow it.</exception>
    internal static TrainedRelease Of(Recipe recipe, Dataset data, Provenance provenance)
    {
        FeatureMatrix vectors = data.Matrix;
        if (recipe.Normal.Rows is { } rows && rows > vectors.Rows.Count)
            throw new TrainingException($"normal.rows is {rows}, but the data gives {vectors.Rows.Count} whole vectors; fitting on all of them would call everything normal.");
        IReadOnlyList<Truth> truths = data.Truths;
        FeatureMatrix normal = vectors.Where(i => recipe.Normal.Holds(i, vectors.Times[i], truths[i]));
        TSquaredQ model = TSquaredQFit.Fit(normal.Rows, recipe.Model);
        LargestDeviation simple = LargestDeviation.Fit(normal.Rows, recipe.Model.Quantile, recipe.Model.Margin);
        foreach (FloorRule rule in recipe.Rules)
        {
            if (!vectors.Columns.Any(c => c.Name == rule.Feature))
                throw new TrainingException(
                    $"Rule '{rule.Name}' asks about '{rule.Feature}'; the features are {string.Join(", ", vectors.Columns.Select(c => c.Name))}.");
        }

        return new TrainedRelease
        {
            Recipe = recipe,
            Data = data,
            Normal = normal,
            Model = model,
            Simple = simple,
            Rules = recipe.Rules.Count > 0 ? recipe.Rules : RuleSkeleton.Of(vectors.Columns, simple, recipe.Serving.MinDuration),
            Provenance = provenance,
        };
    }
}
