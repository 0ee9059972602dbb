using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Evaluation;

/// <summary>
/// A control that sees row number, time and counters only, trained and asked over the model's own folds. Where it comes near the model, the model's score
/// does not prove that anybody looked at a sensor.
/// </summary>
/// <param name="Difference">The model less the control.</param>
/// <param name="Counters">The model's features that rise or fall through every recording.</param>
/// <param name="FoldLeaks">Rows that were learned from and asked about, one sentence each.</param>
sealed record LeakGuard(AlarmQuality Model, AlarmQuality Control, AlarmDifference Difference, IReadOnlyList<string> Counters, IReadOnlyList<string> FoldLeaks)
{
    /// <param name="controlFolds">What the control learns from; none: what the model did.</param>
    internal static LeakGuard Of(
        IReadOnlyList<ScoredRecording> scored, IReadOnlyList<int> blocks, IReadOnlyList<FoldTraining> folds, IReadOnlyList<VectorColumn> columns,
        IReadOnlyList<SharedRows> shared, BlockBootstrap bootstrap, IReadOnlyList<FoldTraining>? controlFolds = null)
    {
        IReadOnlyList<FoldTraining> learned = controlFolds is { Count: > 0 } ? controlFolds : folds;
        var features = new PositionFeatures([.. scored.Select(s => s.Recording), .. learned.SelectMany(f => f.Recordings)]);
        Dictionary<int, Func<Recording, IReadOnlyList<bool>>> controls = learned.ToDictionary(f => f.Fold, f => Train(f, features));
        AlarmTally[] model = BlockTallies.Of(scored, blocks, s => AlarmTally.Of(s.Recording, s.Alarms));
        AlarmTally[] control = BlockTallies.Of(scored, blocks, s => AlarmTally.Of(s.Recording, controls[s.Fold](s.Recording)));
        return new LeakGuard(
            AlarmQuality.Of(model, bootstrap), AlarmQuality.Of(control, bootstrap), AlarmQuality.Difference(model, control, bootstrap),
            CounterColumns.Of(columns, scored), Evaluation.FoldLeaks.Of(scored, folds, shared));
    }

    static Func<Recording, IReadOnlyList<bool>> Train(FoldTraining fold, PositionFeatures features)
    {
        (IReadOnlyList<float[]> Rows, IReadOnlyList<Truth> Truths)[] known = [.. fold.Recordings.Select(r => Known(r, features.Of(r)))];
        // The threshold is chosen where the scorer has not learned, else a control that learns by heart would look weaker than it is.
        (double Score, bool IsEvent)[] unseen = [.. Enumerable.Range(0, 2).SelectMany(half => CrossScored(known, half))];
        double threshold = BestThreshold(unseen);
        BinnedLikelihood scorer = Fit(known);
        return recording => [.. features.Of(recording).Select(r => scorer.Score(r) >= threshold)];
    }

    static IEnumerable<(double Score, bool IsEvent)> CrossScored((IReadOnlyList<float[]> Rows, IReadOnlyList<Truth> Truths)[] known, int half)
    {
        var learned = known.Where((_, i) => i % 2 != half || known.Length == 1).ToArray();
        BinnedLikelihood scorer = Fit(learned);
        return known.Where((_, i) => i % 2 == half).SelectMany(k => k.Rows.Zip(k.Truths, (r, t) => (scorer.Score(r), t == Truth.Event)));
    }

    static BinnedLikelihood Fit((IReadOnlyList<float[]> Rows, IReadOnlyList<Truth> Truths)[] known) =>
        BinnedLikelihood.Fit([.. known.SelectMany(k => k.Rows)], [.. known.SelectMany(k => k.Truths)]);

    static (IReadOnlyList<float[]> Rows, IReadOnlyList<Truth> Truths) Known(Recording recording, IReadOnlyList<float[]> features)
    {
        int[] kept = [.. Enumerable.Range(0, features.Count).Where(i => recording.Truths[i] != Truth.Unknown)];
        return ([.. kept.Select(i => features[i])], [.. kept.Select(i => recording.Truths[i])]);
    }

    /// <summary>Where hits less false alarms, each as a share, are most; F1 would choose to alarm always where events are long.</summary>
    static double BestThreshold((double Score, bool IsEvent)[] rows)
    {
        double events = Math.Max(1, rows.Count(r => r.IsEvent)), normals = Math.Max(1, rows.Count(r => !r.IsEvent));
        double best = 0, threshold = double.PositiveInfinity, hits = 0, falseAlarms = 0;
        foreach (IGrouping<double, (double Score, bool IsEvent)> same in rows.GroupBy(r => r.Score).OrderByDescending(g => g.Key))
        {
            hits += same.Count(r => r.IsEvent);
            falseAlarms += same.Count(r => !r.IsEvent);
            double value = (hits / events) - (falseAlarms / normals);
            if (value > best)
                (best, threshold) = (value, same.Key);
        }

        return threshold;
    }
}
