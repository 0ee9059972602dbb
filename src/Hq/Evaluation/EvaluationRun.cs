using System.Globalization;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>Dataset and trainer → everything that a report is made of. A fold's model is given the fold's training and nothing else.</summary>
static class EvaluationRun
{
    /// <param name="reach">How far back a vector looks; null: nobody knows, as where the data holds vectors.</param>
    /// <param name="progress">Told the share of the folds that is done.</param>
    /// <exception cref="TrainingException">The data does not allow it.</exception>
    internal static EvaluationInput Of(Dataset data, EvaluatedModel model, EvaluationPlan plan, TimeSpan? reach, IProgress<double>? progress = null)
    {
        if (plan.Own is not null && model.LearnsFromLabels)
            throw new TrainingException("evaluate.by: self learns from normal rows alone, which is for t2q; split a classifier by recording, asset or time.");
        IReadOnlyList<Fold> folds = plan.Own is { } own
            ? OwnNormalPlan.Of(data, own, reach ?? TimeSpan.Zero)
            : plan.HeldOut is { } named ? [FoldPlan.OfNamed(data, named)]
            : FoldPlan.Of(data, plan.By, plan.Folds, reach ?? TimeSpan.Zero, plan.Seed);
        var trainings = new List<FoldTraining>();
        var thresholds = new Dictionary<int, double>();
        var scored = new List<(int Recording, ScoredRecording Scored)>();
        for (int f = 0; f < folds.Count; f++)
        {
            var training = new FoldTraining(f + 1, [.. folds[f].Train.Select(s => Part(data, s))], plan.Seed);
            IFoldScorer scorer = Train(training with { Progress = PartOfProgress.Of(progress, (double)f / folds.Count, 1.0 / folds.Count) }, folds.Count, model, plan.Own is null ? plan.By : null);
            if (scorer.Threshold is { } threshold)
                thresholds.Add(training.Fold, threshold);
            scored.AddRange(folds[f].Test.Select(s => (s.Recording, scorer.Score(Part(data, s)))));
            trainings.Add(training);
            progress?.Report((f + 1.0) / folds.Count);
        }

        // Recordings lie in ordinal order of their names, and parts of one in that of their times.
        (int Recording, ScoredRecording Scored)[] all = [.. scored.OrderBy(s => s.Recording).ThenBy(s => s.Scored.Fold)];
        return new EvaluationInput(model.Name, data.Digest, [.. all.Select(s => s.Scored)])
        {
            Groups = [.. all.Select(s => data.Groups[s.Recording])],
            Shared = data.Shared,
            Columns = data.Columns,
            Thresholds = thresholds,
            ChangePoints = data.Recordings.Where(r => r.ChangePoints is not null).ToDictionary(r => r.Name, r => r.ChangePoints!, StringComparer.Ordinal),
            Folds = trainings,
            ControlFolds = plan.Own is null ? [] : [.. all.Select(s => Others(s.Scored, data.Groups[s.Recording]))],
            Trainer = plan.Controls ? model.TrainQuickly : null,
            LearnsFromLabels = model.LearnsFromLabels,
            Seed = plan.Seed,
            Remarks = [.. Remarks(data, plan, reach, folds.SelectMany(f => f.Test))],
        };

        // A control that has seen normal rows alone could not guess anything: it learns from what the others were asked about.
        FoldTraining Others(ScoredRecording asked, int group) =>
            new(asked.Fold, [.. all.Where(s => data.Groups[s.Recording] != group).Select(s => s.Scored.Recording)], plan.Seed);
    }

    static IFoldScorer Train(FoldTraining training, int folds, EvaluatedModel model, SplitBy? by)
    {
        try
        {
            return model.Train(training);
        }
        catch (TrainingException e)
        {
            string little = by == SplitBy.Time ? " By time the first fold learns from the least: ask for fewer, and for fewer in the recipe's split." : "";
            throw new TrainingException($"Fold {training.Fold} of {folds}, learned from {Plain.Count(training.Recordings.Count, "recording")}: {e.Message}{little}");
        }
    }

    static Recording Part(Dataset data, Slice slice) => data.Recordings[slice.Recording].Part(slice.First, slice.Rows);

    static IEnumerable<string> Remarks(Dataset data, EvaluationPlan plan, TimeSpan? reach, IEnumerable<Slice> asked)
    {
        HashSet<int> recordings = [.. asked.Select(s => s.Recording)];
        string[] left = [.. data.Recordings.Where((r, i) => r.Rows.Count > 0 && !recordings.Contains(i)).Select(r => r.Name)];
        if (plan.Own is { } own)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"Each recording by itself: learned from the first {(own.Rows is { } rows ? $"{rows}" : $"{100 * own.Share:0.#} %")} of its own normal rows, asked about what follows.");
            if (left.Length > 0)
                yield return $"Too few normal rows to learn from, and so not asked about: {string.Join(", ", left)}.";
        }
        else if (left.Length > 0)
        {
            yield return $"Only learned from, never asked about: {string.Join(", ", left)}.";
        }

        foreach (string remark in data.Remarks)
            yield return remark;
        if (reach is null && (plan.Own is not null || plan.By == SplitBy.Time))
            yield return "The data holds vectors, so nobody knows how far back they look; those beside a cut may rest on the same samples.";
    }
}
