using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Verbs;

/// <summary><c>edgehq train</c>: recipe → release folder.</summary>
static class TrainVerb
{
    /// <summary>Everything went well.</summary>
    internal const int Done = 0;

    /// <summary>The recipe, the data or the folder is wrong; what and where was said.</summary>
    internal const int Refused = 2;

    /// <param name="engineOf">Gives the feature engine for a recipe and the folder it lies in.</param>
    internal static Command Create(Func<Recipe, string, IFeatureEngine> engineOf, IGoldenScorer scorer)
    {
        var recipe = new Option<string>("--recipe") { Description = "The recipe, a YAML file.", HelpName = "FILE", Required = true };
        var output = new Option<string?>("--output") { Description = "Folder for the release; the recipe's own unless given.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var verb = new Command("train", "Fits an anomaly model on a normal period and writes a release: model.onnx, serving.yaml, rules, golden set, model card.\n\nExample:\n  edgehq train --recipe pump-skid/recipe.yaml --output releases/pump-skid")
        {
            recipe, output, json,
        };
        verb.SetAction(parsed =>
        {
            bool asJson = parsed.GetValue(json);
            TextWriter say = parsed.InvocationConfiguration.Output, complain = parsed.InvocationConfiguration.Error;
            try
            {
                string sentence = Run(parsed.GetValue(recipe)!, parsed.GetValue(output), asJson, engineOf, scorer);
                say.WriteLine(sentence);
                return Done;
            }
            catch (Exception e) when (e is SettingsException or TrainingException or IOException or UnauthorizedAccessException)
            {
                if (asJson)
                    say.WriteLine(JsonSerializer.Serialize(new { errors = e is SettingsException s ? [.. s.Violations.Select(v => v.ToString())] : new[] { e.Message } }));
                else
                    complain.WriteLine(e.Message);
                return Refused;
            }
        });
        return verb;
    }

    static string Run(string path, string? output, bool asJson, Func<Recipe, string, IFeatureEngine> engineOf, IGoldenScorer scorer)
    {
        Recipe recipe = RecipeReader.Read(SettingsDocument.Load(path));
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Dataset data = DatasetBuild.Of(folder, recipe.Source, engineOf(recipe, folder));
        TrainedRelease release = TrainingRun.Of(recipe, data, Provenance.OfThisBuild(recipe.Code));
        IReadOnlyList<ReleasePart> parts = ReleaseBuild.Build(release, scorer);
        string target = output ?? Path.Combine(folder, recipe.Output);
        Digest serving = ReleaseBuild.Write(target, parts);
        return asJson ? Json(release, parts, target, serving) : Words(release, parts, target, serving);
    }

    static string Json(TrainedRelease release, IReadOnlyList<ReleasePart> parts, string target, Digest serving) => JsonSerializer.Serialize(new
    {
        name = release.Recipe.Name,
        version = release.Recipe.Version,
        serving = serving.ToString(),
        folder = target,
        rows = release.Data.Files.Sum(f => f.Rows),
        vectors = release.Data.Recordings.Sum(r => r.Rows.Count),
        leftOut = release.Data.LeftOut,
        normalRows = release.Normal.Rows.Count,
        features = release.Columns.Select(c => c.Name),
        unseen = release.Unseen,
        components = release.Model.Components,
        limits = new { t2 = release.Model.TSquaredLimit, q = release.Model.QLimit },
        bytes = parts.Sum(p => p.Bytes.LongLength),
        errors = Array.Empty<string>(),
    });

    static string Words(TrainedRelease release, IReadOnlyList<ReleasePart> parts, string target, Digest serving)
    {
        string unseen = string.Join(", ", release.Unseen);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {release.Recipe.Name} {release.Recipe.Version}: fitted on {release.Normal.Rows.Count} normal vectors of {release.Data.Recordings.Sum(r => r.Rows.Count)} ({release.Data.LeftOut} with gaps left out), {release.Model.Components} of {release.Model.Eigenvalues.Length} components.
            {(unseen.Length > 0 ? $"Never moved in the normal period, so the models do not see it: {unseen}." : "All features vary in the normal period.")}
            Written to {target}: {parts.Count} files, {parts.Sum(p => p.Bytes.LongLength)} bytes, serving.yaml {serving}.
            """);
    }
}
