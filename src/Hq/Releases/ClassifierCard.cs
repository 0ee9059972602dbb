using System.Text;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Hq.Releases;

/// <summary>What a person should know before trusting a release of a classifier, in one page.</summary>
static class ClassifierCard
{
    internal static byte[] Write(TrainedRelease release, TrainedClassifier trained)
    {
        var card = new StringBuilder();
        ModelCard.Head(card, release);
        Says(card, release, trained);
        LearnedFrom(card, release, trained);
        Worth(card, release, trained);
        Unknown(card, release, trained);
        return Encoding.UTF8.GetBytes(card.ToString());
    }

    static void Says(StringBuilder card, TrainedRelease release, TrainedClassifier trained)
    {
        CalibratedClassifier model = trained.Fitted.Model;
        AlarmSettings alarm = trained.Alarm;
        ModelCard.Add(card, $"## What it says");
        ModelCard.Add(card, $"`score` is the probability that the moment is an event: {model.Classifier.Architecture}, calibrated ({model.Calibration.Method.ToString().ToLowerInvariant()}) on recordings that were held out. An anomaly begins when it has been above {alarm.Threshold} for {alarm.MinDuration.TotalSeconds} s and ends below {Math.Round(alarm.Threshold - alarm.Hysteresis, 4)}. `log_odds` stands beside it. `contributions` is what the log odds would lose if that feature alone were at its normal median, as a share of all features' sum.");
        ModelCard.Add(card, release.Simple is null
            ? $"There is no simple model below it on the ladder: it is one itself, and the rules come next."
            : (FormattableString)$"`simple.onnx` is a calibrated logistic regression on the same rows: a probability too, for when the model cannot answer.");
        ModelCard.Add(card, $"");
    }

    static void LearnedFrom(StringBuilder card, TrainedRelease release, TrainedClassifier trained)
    {
        Dataset data = release.Data;
        ModelCard.Add(card, $"## What it was trained on");
        ModelCard.Add(card, $"{release.Normal.Rows.Count} normal rows and {trained.EventRows} of events in {Plain.Count(data.Recordings.Count, "recording")}; {trained.UnknownRows} rows that nobody was sure of were left out.");
        ModelCard.Add(card, $"");
        ModelCard.Add(card, $"| recording | asset | regime | normal rows | event rows | events |");
        ModelCard.Add(card, $"|---|---|---|---|---|---|");
        foreach (Recording recording in data.Recordings)
            ModelCard.Add(card, $"| {recording.Name} | {recording.Asset} | {recording.Regime} | {recording.Truths.Count(t => t == Truth.Normal)} | {recording.Truths.Count(t => t == Truth.Event)} | {recording.Events.Count(e => !e.Harmless)} |");
        ModelCard.Add(card, $"");
        if (data.Shared.Count == 0)
            ModelCard.Add(card, $"No recordings share rows.");
        foreach (SharedRows shared in data.Shared)
            ModelCard.Add(card, $"- {shared.First} and {shared.Second} share {Plain.Count(shared.Rows, "row")}{(shared.Contradictions > 0 ? $", and people call {shared.Contradictions} of them one thing in the one and another in the other" : "")}: they were never apart.");
        ModelCard.Add(card, $"");
    }

    static void Worth(StringBuilder card, TrainedRelease release, TrainedClassifier trained)
    {
        HeldOutQuality quality = trained.Quality;
        AlarmLimits limits = release.Recipe.Classifier!.Limits;
        SplitChoice split = release.Recipe.Split;
        ModelCard.Add(card, $"## How sure it is");
        ModelCard.Add(card, $"{(split.By == SplitBy.Time ? "Learned from what lay before and asked about what came after" : $"Held out by {split.By.ToString().ToLowerInvariant()}")}, {split.Folds} folds: {quality.Alarms}. A probability is off by {quality.CalibrationError.Words("0.000")} on the mean (ECE).");
        ModelCard.Add(card, $"Calibration, threshold and duration were chosen on these same answers, so the figures flatter a little; `edgehq evaluate` measures honestly.");
        // Beyond what was asked for is not hidden behind the best that could be had.
        if (trained.Alarm.FalseAlarmRate > limits.FalseAlarmRate || trained.Alarm.EpisodesPerHour > limits.EpisodesPerHour)
            ModelCard.Add(card, $"No setting kept the limits of the recipe (FAR {Plain.Percent(limits.FalseAlarmRate)}, {limits.EpisodesPerHour} false episodes an hour); this one breaks them least.");
        ModelCard.Add(card, $"");
        ModelCard.Add(card, $"| fault | events | found |");
        ModelCard.Add(card, $"|---|---|---|");
        foreach (FoundFault fault in quality.Faults)
            ModelCard.Add(card, $"| {fault.Fault} | {fault.Events} | {fault.Found} |");
        ModelCard.Add(card, $"");
    }

    static void Unknown(StringBuilder card, TrainedRelease release, TrainedClassifier trained)
    {
        ModelCard.Add(card, $"## What it does not know");
        string unseen = string.Join(", ", release.Unseen);
        if (unseen.Length > 0)
            ModelCard.Add(card, $"- The model does not look at {unseen}. Watch it with validation or a rule.");
        ModelCard.Add(card, $"- A fault that is not in the table above may go unnoticed: T² and Q beside it see what is merely unlike normal.");
        ModelCard.Add(card, $"- The probability holds where events are as frequent as in the data ({Plain.Percent((double)trained.EventRows / (trained.EventRows + release.Normal.Rows.Count))} of its rows); on a floor where they are rare it says too much.");
        ModelCard.Add(card, $"- Another asset or another way of running than the recordings' is a guess.");
    }
}
