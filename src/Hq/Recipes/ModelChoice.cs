using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Recipes;

/// <summary>What a recipe's sections <c>model</c>, <c>calibration</c>, <c>split</c> and <c>alarms</c> ask for.</summary>
/// <param name="TSquaredQ">How T² and Q are fitted; of a classifier's recipe the defaults, by which its rules are drawn up.</param>
/// <param name="Classifier">Null: T² and Q.</param>
sealed record ModelChoice(TSquaredQOptions TSquaredQ, ClassifierOptions? Classifier, SplitChoice Split);
