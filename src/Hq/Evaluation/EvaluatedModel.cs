using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What is evaluated: not one model but a trainer, asked anew in each fold.</summary>
/// <param name="LearnsFromLabels">False: from normal rows alone.</param>
/// <param name="Train">Everything that belongs to the model is chosen in it, from the fold's training alone.</param>
/// <param name="TrainQuickly">The same for the controls, with few trees.</param>
sealed record EvaluatedModel(string Name, bool LearnsFromLabels, Func<FoldTraining, IFoldScorer> Train, Func<FoldTraining, IFoldScorer> TrainQuickly)
{
    const int ControlTrees = 20, ControlRowStep = 5, ControlFolds = 2;

    /// <param name="hysteresis">Below the threshold of 1.</param>
    internal static EvaluatedModel Of(string name, TSquaredQOptions options, double hysteresis, TimeSpan minDuration)
    {
        return new EvaluatedModel(name, false, Train, Train);

        IFoldScorer Train(FoldTraining fold)
        {
            float[][] normal = [.. fold.Recordings.SelectMany(r => r.Rows.Where((_, i) => r.Truths[i] == Truth.Normal))];
            return new FoldScorer(fold.Fold, TSquaredQFit.Fit(normal, options), false, 1, hysteresis, minDuration);
        }
    }

    /// <param name="innerFolds">In how many parts a fold's training is held out in turn to choose calibration and threshold on; two for the controls.</param>
    /// <param name="inner">These parts, of a fold's training in its order.</param>
    internal static EvaluatedModel Of(string name, ClassifierOptions options, int innerFolds, Func<IReadOnlyList<Recording>, int, IReadOnlyList<Fold>> inner)
    {
        ClassifierOptions quick = options with
        {
            Boosting = options.Boosting is { } b ? b with { Trees = Math.Min(b.Trees, ControlTrees), LearningRate = Math.Max(b.LearningRate, 0.2), Members = 1, GroupFraction = 1 } : null,
            RowStep = Math.Max(options.RowStep, ControlRowStep),
        };
        return new EvaluatedModel(name, true, fold => Train(fold, options, innerFolds), fold => Train(fold, quick, ControlFolds));

        IFoldScorer Train(FoldTraining fold, ClassifierOptions how, int folds)
        {
            FittedClassifier fitted = ClassifierFit.Fit(fold.Recordings, inner(fold.Recordings, folds), how, fold.Progress);
            return new FoldScorer(fold.Fold, fitted.Model, true, fitted.Alarm.Threshold, fitted.Alarm.Hysteresis, fitted.Alarm.MinDuration);
        }
    }
}
