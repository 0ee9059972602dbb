using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>Recipe and dataset → a fitted release. Knows no clock and no chance but the recipe's seed.</summary>
static class TrainingRun
{
    // The share of the work that the small model of a classifier takes, roughly.
    const double SimpleShare = 0.1;

    /// <param name="reach">How far back a vector looks: what lies within it of a cut is not learned from.</param>
    /// <param name="progress">Told the share that is done, from 0 to 1; T² and Q are fitted in one go.</param>
    /// <exception cref="TrainingException">The data does not allow it.</exception>
    internal static TrainedRelease Of(Recipe recipe, Dataset data, Provenance provenance, TimeSpan reach = default, IProgress<double>? progress = null)
    {
        FeatureMatrix vectors = data.Matrix;
        if (recipe.Normal.Rows is { } rows && rows > vectors.Rows.Count)
            throw new TrainingException($"normal.rows is {rows}, but the data gives {vectors.Rows.Count} whole vectors; fitting on all of them would call everything normal.");
        foreach (FloorRule rule in recipe.Rules)
        {
            if (!vectors.Columns.Any(c => c.Name == rule.Feature))
                throw new TrainingException(
                    $"Rule '{rule.Name}' asks about '{rule.Feature}'; the features are {string.Join(", ", vectors.Columns.Select(c => c.Name))}.");
        }

        IReadOnlyList<Truth> truths = data.Truths;
        FeatureMatrix normal = vectors.Where(i => recipe.Normal.Holds(i, vectors.Times[i], truths[i]));
        return recipe.Classifier is { } options
            ? OfClassifier(recipe, options, data, truths, normal, provenance, reach, progress)
            : OfTSquaredQ(recipe, data, normal, provenance);
    }

    static TrainedRelease OfTSquaredQ(Recipe recipe, Dataset data, FeatureMatrix normal, Provenance provenance)
    {
        TSquaredQ model = TSquaredQFit.Fit(normal.Rows, recipe.Model);
        LargestDeviation simple = Deviation(recipe, normal);
        return new TrainedRelease
        {
            Recipe = recipe,
            Data = data,
            Normal = normal,
            Model = model,
            Simple = simple,
            Deviation = simple,
            Classifier = null,
            Rules = recipe.Rules.Count > 0 ? recipe.Rules : RuleSkeleton.Of(data.Columns, simple, recipe.Serving.MinDuration),
            Provenance = provenance,
            Profile = ReferenceProfile.Of(normal, [.. normal.Rows.Select(row => model.Score(row))]),
        };
    }

    static TrainedRelease OfClassifier(
        Recipe recipe, ClassifierOptions options, Dataset data, IReadOnlyList<Truth> truths, FeatureMatrix normal, Provenance provenance, TimeSpan reach, IProgress<double>? progress)
    {
        int events = truths.Count(t => t == Truth.Event);
        if (events == 0 || normal.Rows.Count < 3)
            throw new TrainingException($"The labels call {normal.Rows.Count} of {truths.Count} whole vectors normal and {events} an event; a classifier learns from both. Look at labels in the recipe, or train t2q, which needs normal rows only.");
        IReadOnlyList<Fold> folds = FoldPlan.Of(data, recipe.Split.By, recipe.Split.Folds, recipe.Split.Reach ?? reach, recipe.Seed);
        bool hasSimple = options.Boosting is not null;
        FittedClassifier fitted = ClassifierFit.Fit(data.Recordings, folds, options, PartOfProgress.Of(progress, 0, hasSimple ? 1 - SimpleShare : 1));
        ITrainedModel? simple = hasSimple ? Simple(data, folds, options, PartOfProgress.Of(progress, 1 - SimpleShare, SimpleShare)) : null;
        LargestDeviation deviation = Deviation(recipe, normal);
        return new TrainedRelease
        {
            Recipe = recipe,
            Data = data,
            Normal = normal,
            Model = fitted.Model,
            Simple = simple,
            Deviation = deviation,
            Classifier = new TrainedClassifier(fitted, HeldOutQuality.Of(data, fitted, recipe.Seed), events, truths.Count - events - normal.Rows.Count),
            Rules = recipe.Rules.Count > 0 ? recipe.Rules : RuleSkeleton.Of(data.Columns, deviation, fitted.Alarm.MinDuration),
            Provenance = provenance,
            Profile = ReferenceProfile.Of(normal, [.. fitted.OutOfFold.SelectMany(said => said.Probabilities.Where((_, k) => said.Truths[k] == Truth.Normal))]),
        };
    }

    static ProbabilityAlone Simple(Dataset data, IReadOnlyList<Fold> folds, ClassifierOptions options, IProgress<double>? progress)
    {
        CalibratedClassifier model = ClassifierFit.Fit(data.Recordings, folds, options with { Boosting = null }, progress).Model;
        return new ProbabilityAlone(model.Classifier, model.Calibration);
    }

    static LargestDeviation Deviation(Recipe recipe, FeatureMatrix normal) => LargestDeviation.Fit(normal.Rows, recipe.Model.Quantile, recipe.Model.Margin);
}
