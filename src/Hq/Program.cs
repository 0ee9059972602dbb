using System.CommandLine;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Verbs;

var root = new RootCommand("edgehq: trains models and hands releases to the sites. It runs at headquarters, never on a box.")
{
    TrainVerb.Create(Engine, new OnnxRuntimeScorer()),
    EvaluateVerb.Create(Engine),
    KeyVerb.Create(),
    ReleaseVerbs.CreatePack(),
    ReleaseVerbs.CreateSign(),
    ReleaseVerbs.CreateVerify(),
};
ParseResult parsed = root.Parse(args);
int exit = parsed.Invoke();
return parsed.Errors.Count > 0 ? VerbEnd.Refused : exit;

static IFeatureEngine Engine(Recipe recipe, string folder) =>
    recipe.Pipeline is { } pipeline ? new ReadyVectors(pipeline, recipe.Source.Csv?.Columns ?? []) : PipelineEngine.Load(Path.Combine(folder, recipe.PipelineFile));
