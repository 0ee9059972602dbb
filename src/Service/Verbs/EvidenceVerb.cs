using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Replay;
using EdgeRuntime.Replay.Evidence;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime evidence ID</c>: everything that is needed to check one decision without this product, in one file.</summary>
static class EvidenceVerb
{
    public static Command Command()
    {
        var id = new Argument<string>("id") { Description = "Id of the decision, or a unique beginning of it (at least 6 digits)." };
        var output = new Option<string>("--output", "-o") { Description = "The file to write.", DefaultValueFactory = _ => "pack.zip" };
        var back = new Option<TimeSpan?>("--back") { Description = "How far back raw samples are taken; unless given, as far as the pipeline's windows reach.", CustomParser = Span.Parse };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("evidence", "Write everything that proves one decision into a zip that anyone can check without this product. Example: edgeruntime evidence 3f9a21 -o pack.zip --data ./data") { id, output, back, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            string asked = parsed.GetValue(id)!;
            if (asked.Length < RecordedDecision.DigitsMin)
                throw new VerbRefusedException("Give at least the first 6 digits of the id.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            string path = Path.GetFullPath(parsed.GetValue(output)!);
            EvidencePack pack = Gather(folder, asked, parsed.GetValue(back));
            string digest = pack.WriteTo(path);
            if (parsed.GetValue(json))
                VerbOutput.SayJson(new { pack.PredictionId, Path = path, Sha256 = digest, pack.Signed, Files = pack.Files.Select(f => f.Name), Notes = pack.Notes });
            else
                Tell(pack, path, digest);
            return Task.FromResult(Exit.Ok);
        }));
        return command;
    }

    static EvidencePack Gather(DataFolder folder, string asked, TimeSpan? back)
    {
        try
        {
            ReplaySource source = folder.Replay;
            RecordedDecision recorded = source.Find(asked)
                ?? throw new VerbRefusedException($"No decision in {folder.Path} has an id that begins with {asked}.");
            return EvidencePack.Of(recorded, folder.Path, source, folder.Archive, new RealDisk(), back);
        }
        catch (Exception e) when (e is PlanBrokenException or AmbiguousIdException)
        {
            throw new VerbRefusedException(e.Message);
        }
    }

    static void Tell(EvidencePack pack, string path, string digest)
    {
        VerbOutput.Say($"{path} holds {pack.Files.Count} files about decision {pack.PredictionId}; its SHA-256 is {digest}.");
        foreach (string note in pack.Notes)
            VerbOutput.Say(note);
        VerbOutput.Say("To check it: unpack it, then python3 check.py in its folder.");
    }
}
