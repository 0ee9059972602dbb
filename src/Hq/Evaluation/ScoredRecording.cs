using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>What a model that never saw a recording says of it, and what the box would have told the floor.</summary>
/// <param name="Scores">One for each row; above the threshold is an anomaly.</param>
/// <param name="Probabilities">The calibrated probability that the row's moment is an event; empty where the model gives none.</param>
/// <param name="Alarms">What the box's own debouncing makes of the scores: one for each row.</param>
/// <param name="Fold">Which fold it was held out in.</param>
sealed record ScoredRecording(Recording Recording, IReadOnlyList<double> Scores, IReadOnlyList<double> Probabilities, IReadOnlyList<bool> Alarms, int Fold);
