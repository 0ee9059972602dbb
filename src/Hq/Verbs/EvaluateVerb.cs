using System.CommandLine;
using System.Text;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Reports;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Verbs;

/// <summary><c>edgehq evaluate</c>: recipe → what its model is worth on what was held out. Writes no release.</summary>
static class EvaluateVerb
{
    internal const string JsonFile = "evaluation.json", PageFile = "evaluation.html";

    const string FolderUnlessTold = "evaluation";

    /// <param name="engineOf">Gives the feature engine for a recipe and the folder it lies in.</param>
    internal static Command Create(Func<Recipe, string, IFeatureEngine> engineOf)
    {
        var recipe = new Option<string>("--recipe") { Description = "The recipe, a YAML file.", HelpName = "FILE", Required = true };
        var folds = new Option<int?>("--folds") { Description = "In how many parts the data is held out in turn; 5 unless the recipe says.", HelpName = "N" };
        var by = new Option<string?>("--by") { Description = "What stays together: recording, asset or time; self: each recording is learned from its own first normal rows.", HelpName = "WHAT" };
        var seed = new Option<int?>("--seed") { Description = "Of the folds and of every draw; the recipe's own unless given.", HelpName = "N" };
        var output = new Option<string?>("--output") { Description = $"Folder for {JsonFile} and {PageFile}; '{FolderUnlessTold}' beside the recipe unless given.", HelpName = "DIR" };
        var metric = new Option<string[]>("--metric") { Description = $"Say only this; any of {string.Join(", ", EvaluationWords.Names)}.", HelpName = "NAME", DefaultValueFactory = _ => [] };
        var noControls = new Option<bool>("--no-controls") { Description = "Do not train again on shuffled labels and rows; quicker, and the report says so." };
        var json = new Option<bool>("--json") { Description = $"Print {JsonFile} instead of words." };
        var verb = new Command("evaluate", "Says what a recipe's model is worth on recordings that it was not trained on, beside controls that look at no sensor.\n\nExample:\n  edgehq evaluate --recipe pump-skid/recipe.yaml --by recording --folds 5")
        {
            recipe, folds, by, seed, output, metric, noControls, json,
        };
        verb.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            var asked = new Asked(
                parsed.GetValue(recipe)!, parsed.GetValue(folds), parsed.GetValue(by), parsed.GetValue(seed), parsed.GetValue(output), parsed.GetValue(metric) ?? [], !parsed.GetValue(noControls));
            return VerbEnd.Of(parsed, asJson, () => Run(asked, asJson, engineOf));
        });
        return verb;
    }

    static string Run(Asked asked, bool asJson, Func<Recipe, string, IFeatureEngine> engineOf)
    {
        asked.Check();
        Recipe recipe = RecipeReader.Read(SettingsDocument.Load(asked.Recipe));
        if (recipe.Source is { Labels: null, Csv: not null })
            throw new TrainingException($"{asked.Recipe}: labels: is missing; an evaluation compares what the model says with what people say. Add labels: {{column: …}} or {{file: …}}.");
        EvaluationPlan plan = EvaluateReader.With(recipe.Evaluate, asked.By);
        plan = plan with { Folds = asked.Folds ?? plan.Folds, Seed = asked.Seed ?? plan.Seed, Controls = asked.Controls };
        if (asked.Folds is not null && plan.HeldOut is not null)
            throw new EvaluationException("--folds is not for a recipe with evaluate.heldOut, which holds out once; give --by as well to split by that instead.");
        string folder = Path.GetDirectoryName(Path.GetFullPath(asked.Recipe))!;
        IFeatureEngine engine = engineOf(recipe, folder);
        Dataset data = ProgressBar.Show(asJson, "reading", _ => DatasetBuild.Of(folder, recipe.Source, engine));
        TimeSpan? reach = recipe.Split.ReachOver(engine);
        EvaluationInput input = ProgressBar.Show(asJson, "training, fold by fold", progress => EvaluationRun.Of(data, Model(recipe, data, reach), plan, reach, progress));
        EvaluationReport report = ProgressBar.Show(asJson, plan.Controls ? "training controls" : "measuring", progress => EvaluationReport.Of(input, progress));
        byte[] json = EvaluationJson.Write(report);
        string page = EvaluationPage.Write(report), words = EvaluationWords.Of(report, asked.Metrics);
        string target = asked.Output ?? Path.Combine(folder, FolderUnlessTold);
        WholeFiles.Write(target, [(JsonFile, json), (PageFile, Encoding.UTF8.GetBytes(page))]);
        return asJson ? Encoding.UTF8.GetString(json) : $"{words}Written to {target}: {JsonFile}, {PageFile}.\n";
    }

    static EvaluatedModel Model(Recipe recipe, Dataset data, TimeSpan? reach)
    {
        string name = $"{recipe.Name} {recipe.Version}";
        if (recipe.Classifier is not { } classifier)
            return EvaluatedModel.Of(name, recipe.Model, recipe.Serving.Hysteresis, recipe.Serving.MinDuration);
        // As a release is trained, on the part of the data that a fold may see.
        return EvaluatedModel.Of(
            name, classifier, recipe.Split.Folds, (seen, folds) => FoldPlan.Of(data.Only(seen), recipe.Split.By, folds, reach ?? TimeSpan.Zero, recipe.Seed));
    }

    sealed record Asked(string Recipe, int? Folds, string? By, int? Seed, string? Output, IReadOnlyList<string> Metrics, bool Controls)
    {
        /// <summary>Before anything is trained.</summary>
        internal void Check()
        {
            foreach (string metric in Metrics)
                EvaluationWords.Check(metric);
            if (By is not null && !EvaluateReader.Splits.ContainsKey(By))
                throw new EvaluationException($"--by is '{By}'; it must be one of {string.Join(", ", EvaluateReader.Splits.Keys)}.");
            if (Folds is < 2 or > EvaluateReader.FoldsMax)
                throw new EvaluationException($"--folds is {Folds}; it must lie between 2 and {EvaluateReader.FoldsMax}.");
            if (Seed < 0)
                throw new EvaluationException($"--seed is {Seed}; it must be 0 or more.");
        }
    }
}
