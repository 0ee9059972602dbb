using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Everything that an evaluation is made of. Only what was held out is scored: a recording's scores come from a model that never saw it.</summary>
/// <param name="Model">Name and version, as the release calls it.</param>
/// <param name="Dataset">The digest of what was evaluated on.</param>
/// <param name="Scored">In ordinal order of recordings; a recording that was cut by time stands once for each part.</param>
sealed record EvaluationInput(string Model, Digest Dataset, IReadOnlyList<ScoredRecording> Scored)
{
    /// <summary>Which scored recordings share rows: one number for each. None: each name is a block of its own.</summary>
    internal IReadOnlyList<int> Groups { get; init; } = [];

    internal IReadOnlyList<SharedRows> Shared { get; init; } = [];

    /// <summary>The contract's columns, to find a counter among them. None: nobody looks.</summary>
    internal IReadOnlyList<VectorColumn> Columns { get; init; } = [];

    /// <summary>The threshold of each fold, for the pictures.</summary>
    internal IReadOnlyDictionary<int, double> Thresholds { get; init; } = new Dictionary<int, double>();

    /// <summary>True change points by recording, where people labelled them. None: events' beginnings and ends are taken.</summary>
    internal IReadOnlyDictionary<string, IReadOnlyList<EventTime>> ChangePoints { get; init; } = new Dictionary<string, IReadOnlyList<EventTime>>();

    /// <summary>What each fold was learned from. None: all recordings of the other folds.</summary>
    internal IReadOnlyList<FoldTraining> Folds { get; init; } = [];

    /// <summary>What the leak guard's control learns from, one for each fold, where that is not what the model learned from. None: <see cref="Folds"/>.</summary>
    internal IReadOnlyList<FoldTraining> ControlFolds { get; init; } = [];

    /// <summary>What else should be known of how the scores came about, a sentence each.</summary>
    internal IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The model's own trainer, for the controls with shuffled labels and rows. Null: they are not made, and the report says so.</summary>
    internal Func<FoldTraining, IFoldScorer>? Trainer { get; init; }

    /// <summary>False for a model such as T² and Q, which learns from normal rows: it still scores with shuffled labels, and rightly, so that this control is not made.</summary>
    internal bool LearnsFromLabels { get; init; } = true;

    /// <summary>Of every draw in the report.</summary>
    internal int Seed { get; init; } = 1;

    /// <exception cref="EvaluationException">Something does not fit together; the first that is found.</exception>
    internal void Check()
    {
        if (Scored.Count == 0)
            throw new EvaluationException("There is nothing to evaluate: no recording was held out and scored. Check the recipe's data and split.");
        foreach (ScoredRecording scored in Scored)
            Check(scored);
        if (Groups.Count > 0 && Groups.Count != Scored.Count)
            throw new EvaluationException($"There are {Groups.Count} groups for {Scored.Count} scored recordings; give one for each.");
        if (Folds.Count > 0 && Scored.FirstOrDefault(s => Folds.All(f => f.Fold != s.Fold)) is { } stray)
            throw new EvaluationException($"{stray.Recording.Name} was held out in fold {stray.Fold}, but nothing says what that fold was learned from.");
    }

    static void Check(ScoredRecording scored)
    {
        Recording recording = scored.Recording;
        int rows = recording.Rows.Count;
        void Length(int count, string what)
        {
            if (count != rows)
                throw new EvaluationException($"{recording.Name} has {count} {what} for {rows} rows; give one for each.");
        }

        Length(recording.Times.Count, "times");
        Length(recording.Truths.Count, "truths");
        Length(scored.Scores.Count, "scores");
        Length(scored.Alarms.Count, "alarms");
        if (scored.Probabilities.Count > 0)
            Length(scored.Probabilities.Count, "probabilities");
        for (int i = 0; i < rows; i++)
        {
            if (!double.IsFinite(scored.Scores[i]))
                throw new EvaluationException($"{recording.Name}, row {i}: the score is {scored.Scores[i]}; a model must give a finite score for every whole vector.");
            if (scored.Probabilities.Count > 0 && !(scored.Probabilities[i] is >= 0 and <= 1))
                throw new EvaluationException($"{recording.Name}, row {i}: the probability is {scored.Probabilities[i]}; it must lie between 0 and 1.");
        }
    }
}
