using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime explain ID</c>: walks one decision from raw samples to words.</summary>
static class ExplainVerb
{
    public static Command Command()
    {
        var id = new Argument<string>("id") { Description = "Id of the decision, or a unique beginning of it (at least 6 digits)." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("explain", "How one decision came about: raw, validated, features, model, rules, decision. Example: edgeruntime explain 3f9a21 --data ./data") { id, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            string asked = parsed.GetValue(id)!;
            if (asked.Length < RecordedDecision.DigitsMin)
                throw new VerbRefusedException("Give at least the first 6 digits of the id.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            Explanation explanation;
            try
            {
                explanation = Explanation.Of(asked, folder.Replay)
                    ?? throw new VerbRefusedException($"No decision in {folder.Path} has an id that begins with {asked}.");
            }
            catch (Exception e) when (e is PlanBrokenException or AmbiguousIdException)
            {
                throw new VerbRefusedException(e.Message);
            }

            if (parsed.GetValue(json))
                VerbOutput.SayJson(new { explanation.Decision.PredictionId, explanation.Decision.Asset, At = explanation.Decision.At.ToString(), explanation.Steps, explanation.Features });
            else
                Tell(explanation);
            return Task.FromResult(Exit.Ok);
        }));
        return command;
    }

    static void Tell(Explanation explanation)
    {
        VerbOutput.Say($"Decision {explanation.Decision.PredictionId} about {explanation.Decision.Asset} at {explanation.Decision.At}");
        foreach (ExplanationStep step in explanation.Steps)
            VerbOutput.Say($"  {step.Stage,-10} {step.Text} {step.Digest}{(step.Version.Length > 0 ? $" [{step.Version}]" : "")}".TrimEnd());
    }
}
