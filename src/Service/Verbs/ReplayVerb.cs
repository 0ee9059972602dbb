using System.CommandLine;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Replay;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime replay</c>: computes decisions again from raw samples and compares bits.</summary>
static class ReplayVerb
{
    public static Command Command()
    {
        var id = new Argument<string?>("id") { Description = "Id of one decision, or a unique beginning of it.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Every decision in the journal." };
        var since = new Option<DateTimeOffset?>("--since") { Description = "Every decision about this moment (event time, ISO 8601 with zone) or later." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("replay", "Compute decisions again from raw samples and compare every bit. Example: edgeruntime replay --all --data ./data") { id, all, since, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            string? one = parsed.GetValue(id);
            DateTimeOffset? from = parsed.GetValue(since);
            if ((one is null ? 0 : 1) + (parsed.GetValue(all) ? 1 : 0) + (from is null ? 0 : 1) != 1)
                throw new VerbRefusedException("Say which decisions: an ID, --since TIME, or --all.");
            if (one is { Length: < 6 })
                throw new VerbRefusedException("Give at least the first 6 digits of the id.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            // Nanoseconds in 64 bits end in 2262; a later moment means the end.
            long sinceNanoseconds = from is { } moment ? (long)Int128.Clamp((Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100, long.MinValue, long.MaxValue) : long.MinValue;
            Reproduction found = Run(folder, d => one is null ? d.At.UnixNanoseconds >= sinceNanoseconds : d.PredictionId.StartsWith(one, StringComparison.Ordinal));
            if (one is not null && found.Checked == 0)
                throw new VerbRefusedException($"No decision in {folder.Path} has an id that begins with {one}.");
            Tell(found, parsed.GetValue(json));
            return Task.FromResult(found.Different == 0 ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    public static Reproduction Run(DataFolder folder, Func<Decision, bool> selected) =>
        ReplayRun.Run(folder.Read, folder.FindDamage(), folder.Archive, folder.Arms(), new LiveCalls(withDeadline: false), selected);

    static void Tell(Reproduction found, bool json)
    {
        if (json)
        {
            VerbOutput.SayJson(new
            {
                found.Checked,
                found.Identical,
                found.Different,
                found.TakenAsGiven,
                Differences = found.Differences.Select(d => new { d.PredictionId, d.Asset, At = d.At.ToString(), d.Stage, d.Recorded, d.Byte, d.Sentence }),
            });
            return;
        }

        VerbOutput.Say($"{found.Checked} decisions computed again: {found.Identical} identical, {found.Different} different; {found.TakenAsGiven} calls rested on a recorded time-out or crash.");
        foreach (Difference difference in found.Differences)
            VerbOutput.Say($"  {difference.PredictionId} ({difference.Asset} at {difference.At}), stage {difference.Stage}: {difference.Sentence}");
    }
}
