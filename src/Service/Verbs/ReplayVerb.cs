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
        var fromRaw = new Option<bool>("--from-raw") { Description = "Begin at the first frame that can be read, and not behind a saved state of the engine." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("replay", "Compute decisions again from raw samples and compare every bit. Example: edgeruntime replay --all --data ./data") { id, all, since, fromRaw, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            string? one = parsed.GetValue(id);
            DateTimeOffset? from = parsed.GetValue(since);
            if ((one is null ? 0 : 1) + (parsed.GetValue(all) ? 1 : 0) + (from is null ? 0 : 1) != 1)
                throw new VerbRefusedException("Say which decisions: an ID, --since TIME, or --all.");
            if (one is { Length: < 6 })
                throw new VerbRefusedException("Give at least the first 6 digits of the id.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            ReplaySource source = folder.Replay;
            ReplayScope scope = ScopeOf(one, from, source)
                ?? throw new VerbRefusedException($"No decision in {folder.Path} has an id that begins with {one}.");
            Reproduction found = Run(source, parsed.GetValue(fromRaw) ? scope.FromRaw() : scope);
            Tell(found, parsed.GetValue(json));
            return Task.FromResult(found.Different == 0 && (one is null || found.IsExact) ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    public static Reproduction Run(ReplaySource source, ReplayScope scope) => ReplayRun.Run(source, scope, new LiveCalls(withDeadline: false));

    /// <summary>Null: there is no such decision.</summary>
    static ReplayScope? ScopeOf(string? one, DateTimeOffset? since, ReplaySource source)
    {
        if (one is not null)
            return source.Find(one) is var (decision, _) ? ReplayScope.One(decision) : null;
        // Nanoseconds in 64 bits end in 2262; a later moment means the end.
        return since is { } moment
            ? ReplayScope.Since(new EventTime((long)Int128.Clamp((Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100, long.MinValue, long.MaxValue)))
            : ReplayScope.All;
    }

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
                found.FromFrame,
                found.NotReproducible,
                found.NotReproducibleWhy,
                found.StatesPassedOver,
                Differences = found.Differences.Select(d => new { d.PredictionId, d.Asset, At = d.At.ToString(), d.Stage, d.Recorded, d.Byte, d.Sentence }),
            });
            return;
        }

        VerbOutput.Say($"{found.Checked} decisions computed again: {found.Identical} identical, {found.Different} different; {found.TakenAsGiven} calls rested on a recorded time-out or crash. Computed from frame {found.FromFrame} on.");
        if (found.NotReproducible > 0)
            VerbOutput.Say($"{found.NotReproducible} decisions are not reproducible: {found.NotReproducibleWhy}.");
        foreach (string sentence in found.StatesPassedOver)
            VerbOutput.Say(sentence);
        foreach (Difference difference in found.Differences)
            VerbOutput.Say($"  {difference.PredictionId} ({difference.Asset} at {difference.At}), stage {difference.Stage}: {difference.Sentence}");
    }
}
