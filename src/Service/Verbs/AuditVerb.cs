using System.CommandLine;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime audit</c>: the nightly self-audit, by hand and on a copy. Writes nothing.</summary>
static class AuditVerb
{
    const int SampleUnlessTold = 200;

    public static Command Command()
    {
        var sample = new Option<int>("--sample") { Description = "How many decisions, drawn at random.", DefaultValueFactory = _ => SampleUnlessTold };
        var seed = new Option<ulong?>("--seed") { Description = "Draws the sample that this seed drew before; unless given, one from the journal's newest frame." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("audit", "Compute a random sample of past decisions again, as the box does every night. Example: edgeruntime audit --sample 1000 --data ./data") { sample, seed, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            if (parsed.GetValue(sample) < 1)
                throw new VerbRefusedException("--sample must be at least 1.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            bool quiet = parsed.GetValue(json);
            ulong drawn = parsed.GetValue(seed) ?? AuditRun.SeedOf(FormattableString.Invariant($"frame {folder.LastFrame}"));
            AuditRun audit = Progress.Show(quiet, "Computing again", () => folder.LastFrame, at => AuditRun.Run(folder.Replay, parsed.GetValue(sample), drawn, stop, at));
            if (quiet)
                VerbOutput.SayJson(new { audit.Decisions, audit.Seed, audit.Found.Checked, audit.Found.Identical, audit.Found.WithinTolerance, audit.Found.Different, audit.Found.NotReproducible, audit.Found.FromFrame, Differences = audit.Found.Differences.Select(d => new { d.PredictionId, d.Asset, At = d.At.ToString(), d.Stage, d.Sentence }) });
            else
                VerbOutput.Say(audit.Sentence);
            return Task.FromResult(audit.Found.Different == 0 ? Exit.Ok : Exit.Found);
        }));
        return command;
    }
}
