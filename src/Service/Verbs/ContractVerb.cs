using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Features;
using EdgeRuntime.Registry;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime contract</c>: every point in which a release and a pipeline disagree.</summary>
static class ContractVerb
{
    public static Command Command()
    {
        var release = new Option<string>("--release") { Description = "Folder of the release.", Required = true };
        var pipeline = new Option<string>("--pipeline") { Description = "The pipeline document.", Required = true };
        Option<bool> json = VerbOptions.Json();
        var command = new Command("contract", "Compare what a model was trained on with what a pipeline gives: names, order, types, units, identity. Example: edgeruntime contract --release registry/pump-1.2.0 --pipeline site/pipeline.yaml") { release, pipeline, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            ServingPlan plan = Open(parsed.GetValue(release)!);
            FeaturePipelineDefinition definition = PipelineFile.Load(parsed.GetValue(pipeline)!).Definition;
            IReadOnlyList<ContractDifference> differences = ContractReport.Of(plan.Manifest.Features, definition);
            if (parsed.GetValue(json))
            {
                VerbOutput.SayJson(new { Release = plan.Title, Pipeline = definition.Identity.ToString(), Fits = differences.Count == 0, differences });
            }
            else
            {
                foreach (ContractDifference difference in differences)
                    VerbOutput.Say($"{difference.What,-8} {difference.Sentence}");
                VerbOutput.Say(differences.Count == 0 ? $"{plan.Title} and the pipeline fit." : $"{plan.Title} and the pipeline differ in {differences.Count} points.");
            }

            return Task.FromResult(differences.Count == 0 ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    /// <summary>Unsigned too: nothing of it runs here.</summary>
    static ServingPlan Open(string folder)
    {
        try
        {
            return ReleaseFolder.Open(folder, allowUnsigned: true);
        }
        catch (ReleaseRefusedException e)
        {
            throw new VerbRefusedException(e.Message);
        }
    }
}
