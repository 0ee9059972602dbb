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
    /// <param name="folds">What is held out in turn. Rows that are never held out are learned from only, as the first part of a split by time.</param>
    /// <exception cref="TrainingException">Events or normal rows in too few of the folds.</exception>
    internal static FittedClassifier Fit(
        IReadOnlyList<Recording> recordings, IReadOnlyList<Fold> folds, ClassifierOptions options, IProgress<double>? progress = null)
    {
        int parts = folds.Count + 1;
        var odds = recordings.Select(r => new double?[r.Rows.Count]).ToArray();
        for (int fold = 0; fold < folds.Count; fold++)
        {
            IClassifier model = Fit(recordings, folds[fold].Train, options, PartOfProgress.Of(progress, (double)fold / parts, 1.0 / parts));
            foreach (Slice slice in folds[fold].Test)
            {
                for (int k = slice.First; k < slice.First + slice.Rows; k++)
                    odds[slice.Recording][k] = model.LogOdds(recordings[slice.Recording].Rows[k]);
            }
        }

        ICalibration calibration = Known(recordings, odds).Fit(options.Calibration);
        OutOfFold[] outOfFold = [.. recordings.Select((r, i) => HeldOut(r, odds[i], calibration))];
        AlarmSettings alarm = ThresholdChoice.Choose(outOfFold, options.Limits);
        IClassifier whole = Fit(recordings, Whole(recordings), options, PartOfProgress.Of(progress, (double)folds.Count / parts, 1.0 / parts));
        return new FittedClassifier(new CalibratedClassifier(whole, calibration), alarm, outOfFold);
    }

    static Slice[] Whole(IReadOnlyList<Recording> recordings) => [.. recordings.Select((r, i) => new Slice(i, 0, r.Rows.Count))];

    static OutOfFold HeldOut(Recording recording, double?[] odds, ICalibration calibration)
    {
        int[] held = [.. Enumerable.Range(0, odds.Length).Where(k => odds[k] is not null)];
        return new OutOfFold(
            [.. held.Select(k => recording.Times[k])], [.. held.Select(k => calibration.Probability(odds[k]!.Value))], [.. held.Select(k => recording.Truths[k])]);
    }

    static IClassifier Fit(IReadOnlyList<Recording> recordings, IReadOnlyList<Slice> slices, ClassifierOptions options, IProgress<double>? progress)
    {
        var rows = new List<float[]>();
        var events = new List<bool>();
        var of = new List<int>();
        foreach (Slice slice in slices)
        {
            Recording recording = recordings[slice.Recording];
            for (int k = slice.First; k < slice.First + slice.Rows; k += options.RowStep)
            {
                if (recording.Truths[k] == Truth.Unknown)
                    continue;
                rows.Add(recording.Rows[k]);
                events.Add(recording.Truths[k] == Truth.Event);
                of.Add(slice.Recording);
            }
        }

        var labelled = new LabelledRows(rows, events, of);
        return options.Boosting is { } boosting ? BoostingFit.Fit(labelled, boosting, progress) : LogisticFit.Fit(labelled, options.Logistic, progress);
    }

    static HeldOut Known(IReadOnlyList<Recording> recordings, double?[][] odds)
    {
        var known = new List<double>();
        var events = new List<bool>();
        for (int i = 0; i < recordings.Count; i++)
        {
            for (int k = 0; k < odds[i].Length; k++)
            {
                if (recordings[i].Truths[k] == Truth.Unknown || odds[i][k] is not { } said)
                    continue;
                known.Add(said);
                events.Add(recordings[i].Truths[k] == Truth.Event);
            }
        }

        return new HeldOut(known, events);
    }
}
