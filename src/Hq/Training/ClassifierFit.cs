using EdgeRuntime.Hq.Datasets;

namespace EdgeRuntime.Hq.Training;

/// <summary>A classifier with everything that was chosen for it.</summary>
/// <param name="OutOfFold">For each recording what models said of it that had not seen it: what calibration and alarm settings were chosen on.</param>
sealed record FittedClassifier(CalibratedClassifier Model, AlarmSettings Alarm, IReadOnlyList<OutOfFold> OutOfFold);

/// <summary>
/// Recordings → a calibrated classifier and its alarm settings. Recordings are held out in turn, whole groups at a time; calibration and alarm settings are chosen on what was said of them while they were held out;
/// the model itself is then fitted on all. Nothing but the recordings given is looked at: whoever evaluates gives the training folds only.
/// </summary>
static class ClassifierFit
{
    /// <param name="groups">For each recording a number; those of one number are never apart.</param>
    /// <exception cref="TrainingException">Too few recordings, or events or normal rows in too few of them.</exception>
    internal static FittedClassifier Fit(
        IReadOnlyList<Recording> recordings, IReadOnlyList<int> groups, ClassifierOptions options, IProgress<double>? progress = null)
    {
        int[] folds = Folds(groups, options);
        int count = folds.Max() + 1;
        var odds = new double[recordings.Count][];
        for (int fold = 0; fold < count; fold++)
        {
            IClassifier model = Fit(recordings, groups, i => folds[i] != fold, options, Part(progress, fold, count + 1));
            for (int i = 0; i < recordings.Count; i++)
            {
                if (folds[i] == fold)
                    odds[i] = [.. recordings[i].Rows.Select(row => model.LogOdds(row))];
            }
        }

        ICalibration calibration = Known(recordings, odds).Fit(options.Calibration);
        OutOfFold[] outOfFold = [.. recordings.Select((r, i) => new OutOfFold(r.Times, [.. odds[i].Select(calibration.Probability)], r.Truths))];
        AlarmSettings alarm = ThresholdChoice.Choose(outOfFold, options.Limits);
        IClassifier whole = Fit(recordings, groups, _ => true, options, Part(progress, count, count + 1));
        return new FittedClassifier(new CalibratedClassifier(whole, calibration), alarm, outOfFold);
    }

    /// <summary>For each recording its fold: the groups shuffled by the seed and dealt out one by one.</summary>
    static int[] Folds(IReadOnlyList<int> groups, ClassifierOptions options)
    {
        int[] known = [.. groups.Distinct().Order()];
        if (known.Length < 2)
            throw new TrainingException("All recordings are of one group; a classifier is calibrated on recordings that were held out, so it needs two that share nothing.");
        new Random(options.Seed).Shuffle(known);
        int folds = Math.Clamp(options.Folds, 2, known.Length);
        return [.. groups.Select(group => Array.IndexOf(known, group) % folds)];
    }

    static IClassifier Fit(IReadOnlyList<Recording> recordings, IReadOnlyList<int> groups, Func<int, bool> isTraining, ClassifierOptions options, IProgress<double>? progress)
    {
        var rows = new List<float[]>();
        var events = new List<bool>();
        var of = new List<int>();
        for (int i = 0; i < recordings.Count; i++)
        {
            for (int k = 0; isTraining(i) && k < recordings[i].Rows.Count; k += options.RowStep)
            {
                if (recordings[i].Truths[k] == Truth.Unknown)
                    continue;
                rows.Add(recordings[i].Rows[k]);
                events.Add(recordings[i].Truths[k] == Truth.Event);
                of.Add(i);
            }
        }

        var labelled = new LabelledRows(rows, events, of);
        return options.Boosting is { } boosting ? BoostingFit.Fit(labelled, boosting, progress) : LogisticFit.Fit(labelled, options.Logistic, progress);
    }

    static HeldOut Known(IReadOnlyList<Recording> recordings, double[][] odds)
    {
        var known = new List<double>();
        var events = new List<bool>();
        for (int i = 0; i < recordings.Count; i++)
        {
            for (int k = 0; k < odds[i].Length; k++)
            {
                if (recordings[i].Truths[k] == Truth.Unknown)
                    continue;
                known.Add(odds[i][k]);
                events.Add(recordings[i].Truths[k] == Truth.Event);
            }
        }

        return new HeldOut(known, events);
    }

    static PartOfProgress? Part(IProgress<double>? whole, int part, int parts) => whole is null ? null : new PartOfProgress(whole, part, parts);

    sealed class PartOfProgress(IProgress<double> whole, int part, int parts) : IProgress<double>
    {
        public void Report(double value) => whole.Report((part + value) / parts);
    }
}
