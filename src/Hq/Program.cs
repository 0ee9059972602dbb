using System.CommandLine;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Hq.Verbs;

var root = new RootCommand("edgehq: trains models and hands releases to the sites. It runs at headquarters, never on a box.")
{
    TrainVerb.Create(
        (recipe, _) => recipe.Pipeline is { } pipeline
            ? new ReadyVectors(pipeline)
            : throw new TrainingException($"pipeline.file is '{recipe.PipelineFile}'; this build trains on ready vectors only. Export them and state pipeline.id, version and sha256."),
        new OnnxRuntimeScorer()),
};
return root.Parse(args).Invoke();
