using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Verbs;

/// <summary><c>edgehq train</c>: recipe → release folder.</summary>
static class TrainVerb
{
    /// <param name="engineOf">Gives the feature engine for a recipe and the folder it lies in.</param>
    /// <param name="told">Told how much of the training is done where no bar is drawn; null: nobody looks.</param>
    internal static Command Create(Func<Recipe, string, IFeatureEngine> engineOf, IGoldenScorer scorer, IProgress<double>? told = null)
    {
        var recipe = new Option<string>("--recipe") { Description = "The recipe, a YAML file.", HelpName = "FILE", Required = true };
        var output = new Option<string?>("--output") { Description = "Folder for the release; the recipe's own unless given.", HelpName = "DIR" };
        var replace = new Option<bool>("--replace") { Description = "Write over the release that lies in the folder." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var verb = new Command("train", "Fits an anomaly model on a normal period, or a classifier on labelled recordings, and writes a release: model.onnx, serving.yaml, rules, golden set, reference profile, model card.\n\nExample:\n  edgehq train --recipe pump-skid/recipe.yaml --output releases/pump-skid")
        {
            recipe, output, replace, json,
        };
        verb.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            return VerbEnd.Of(parsed, asJson, () => Run(parsed.GetValue(recipe)!, parsed.GetValue(output), parsed.GetValue(replace), asJson, engineOf, scorer, told) + Environment.NewLine);
        });
        return verb;
    }

    static string Run(string path, string? output, bool replace, bool asJson, Func<Recipe, string, IFeatureEngine> engineOf, IGoldenScorer scorer, IProgress<double>? told)
    {
        Recipe recipe = RecipeReader.Read(SettingsDocument.Load(path));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        IFeatureEngine engine = engineOf(recipe, folder);
        string target = output ?? Path.Combine(folder, recipe.Output);
        if (!replace && Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any())
            throw new TrainingException($"'{target}' is not empty. Name another folder with --output, or write over the release that lies there with --replace; what a person changed in its rules.yaml is lost then.");
        Dataset all = ProgressBar.Show(asJson, "reading", _ => DatasetBuild.Of(folder, recipe.Source, engine));
        // What the evaluation is asked about stays unseen, so that its figures are those of this release.
        Dataset data = recipe.Evaluate.HeldOut is { } named ? all.Only([.. FoldPlan.OfNamed(all, named).Train.Select(s => all.Recordings[s.Recording])]) : all;
        TimeSpan reach = recipe.Split.ReachOver(engine) ?? TimeSpan.Zero;
        TrainedRelease release = ProgressBar.Show(asJson, "training", progress => TrainingRun.Of(recipe, data, Provenance.OfThisBuild(recipe.Code), reach, progress ?? told));
        IReadOnlyList<ReleasePart> parts = ReleaseBuild.Build(release, scorer);
        Digest serving = ReleaseBuild.Write(target, parts);
        string heldOut = ReferenceEquals(data, all) ? "" : Invariant($"{recipe.Evaluate.HeldOut} is held out: {Plain.Count(all.Recordings.Count - data.Recordings.Count, "recording")} not learned from.\n");
        return asJson ? Json(release, parts, target, serving) : heldOut + Words(release, parts, target, serving);
    }

    static string Json(TrainedRelease release, IReadOnlyList<ReleasePart> parts, string target, Digest serving)
    {
        var said = new Dictionary<string, object?>
        {
            ["name"] = release.Recipe.Name,
            ["version"] = release.Recipe.Version,
            ["serving"] = serving.ToString(),
            ["folder"] = target,
            ["rows"] = release.Data.Files.Sum(f => f.Rows),
            ["vectors"] = release.Data.Recordings.Sum(r => r.Rows.Count),
            ["leftOut"] = release.Data.LeftOut,
            ["remarks"] = release.Data.Remarks,
            ["normalRows"] = release.Normal.Rows.Count,
            ["features"] = release.Columns.Select(c => c.Name),
            ["unseen"] = release.Unseen,
            ["shared"] = release.Data.Shared.Select(s => new { first = s.First, second = s.Second, rows = s.Rows, contradictions = s.Contradictions }),
        };
        if (release.Model is TSquaredQ model)
        {
            said["components"] = model.Components;
            said["limits"] = new { t2 = model.TSquaredLimit, q = model.QLimit };
        }
        else if (release.Classifier is { } trained)
        {
            (Estimate f1, Estimate falseAlarmRate, Estimate missedAlarmRate, Estimate episodes) = trained.Quality.Alarms;
            said["eventRows"] = trained.EventRows;
            said["unknownRows"] = trained.UnknownRows;
            said["alarm"] = new { threshold = trained.Alarm.Threshold, hysteresis = trained.Alarm.Hysteresis, minDurationSeconds = trained.Alarm.MinDuration.TotalSeconds };
            said["heldOut"] = new
            {
                f1 = f1.Value,
                falseAlarmRate = falseAlarmRate.Value,
                missedAlarmRate = missedAlarmRate.Value,
                falseEpisodesPerHour = episodes.Value,
                ece = trained.Quality.CalibrationError.Value,
                events = trained.Quality.Events,
                eventsFound = trained.Quality.Found,
            };
        }

        said["bytes"] = parts.Sum(p => p.Bytes.LongLength);
        said["errors"] = Array.Empty<string>();
        return JsonSerializer.Serialize(said);
    }

    static string Words(TrainedRelease release, IReadOnlyList<ReleasePart> parts, string target, Digest serving)
    {
        IEnumerable<string> lines = release.Classifier is { } trained ? OfClassifier(release, trained) : OfTSquaredQ(release, (TSquaredQ)release.Model);
        return string.Join('\n', lines.Concat(release.Data.Remarks).Append(Invariant($"Written to {target}: {parts.Count} files, {parts.Sum(p => p.Bytes.LongLength)} bytes, serving.yaml {serving}.")));
    }

    static IEnumerable<string> OfTSquaredQ(TrainedRelease release, TSquaredQ model)
    {
        string unseen = string.Join(", ", release.Unseen);
        yield return Invariant($"{release.Recipe.Name} {release.Recipe.Version}: fitted on {release.Normal.Rows.Count} normal vectors of {release.Data.Recordings.Sum(r => r.Rows.Count)} ({release.Data.LeftOut} with gaps left out), {model.Components} of {model.Eigenvalues.Length} components.");
        yield return unseen.Length > 0 ? $"Never moved in the normal period, so the models do not see it: {unseen}." : "All features vary in the normal period.";
    }

    static IEnumerable<string> OfClassifier(TrainedRelease release, TrainedClassifier trained)
    {
        Dataset data = release.Data;
        yield return Invariant($"{release.Recipe.Name} {release.Recipe.Version}: fitted on {release.Normal.Rows.Count} normal vectors and {trained.EventRows} of events in {Plain.Count(data.Recordings.Count, "recording")} ({trained.UnknownRows} of unknown truth and {data.LeftOut} with gaps left out).");
        foreach (SharedRows shared in data.Shared)
            yield return Invariant($"{shared.First} and {shared.Second} share {Plain.Count(shared.Rows, "row")}{(shared.Contradictions > 0 ? Invariant($", labelled differently in {shared.Contradictions}") : "")}: held out together.");
        string unseen = string.Join(", ", release.Unseen);
        if (unseen.Length > 0)
            yield return $"The model does not look at {unseen}.";
        yield return Invariant($"Alarm at {trained.Alarm.Threshold}, hysteresis {trained.Alarm.Hysteresis}, after {trained.Alarm.MinDuration.TotalSeconds} s.");
        yield return Invariant($"Held out: {trained.Quality.Alarms}; {trained.Quality.Found} of {Plain.Count(trained.Quality.Events, "event")} found, ECE {trained.Quality.CalibrationError.Words("0.000")}.");
        yield return "Threshold and calibration were chosen on these answers, so they flatter a little; edgehq evaluate measures honestly.";
    }

    static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
