using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Replay;
using EdgeRuntime.Replay.Determinism;

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
            if (one is { Length: < RecordedDecision.DigitsMin })
                throw new VerbRefusedException("Give at least the first 6 digits of the id.");
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            ReplaySource source = folder.Replay;
            ReplayScope scope = ScopeOf(one, from, folder, source);
            bool quiet = parsed.GetValue(json);
            Reproduction found = Run(source, parsed.GetValue(fromRaw) ? scope.FromRaw() : scope, quiet);
            Tell(found, folder, quiet);
            return Task.FromResult(found.Different == 0 && (one is null || found.Checked > 0) ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    /// <param name="quiet">No bar is shown.</param>
    public static Reproduction Run(ReplaySource source, ReplayScope scope, bool quiet = true) => Progress.Show(
        quiet, "Computing again", () => Math.Min(source.LastFrame(), scope.UntilFrame), at => ReplayRun.Run(source, scope, new LiveCalls(withDeadline: false), at));

    static ReplayScope ScopeOf(string? one, DateTimeOffset? since, DataFolder folder, ReplaySource source)
    {
        if (one is not null)
            return ReplayScope.One(One(one, folder, source));
        // Nanoseconds in 64 bits end in 2262; a later moment means the end.
        return since is { } moment
            ? ReplayScope.Since(new EventTime((long)Int128.Clamp((Int128)(moment - DateTimeOffset.UnixEpoch).Ticks * 100, long.MinValue, long.MaxValue)))
            : ReplayScope.All;
    }

    static Decision One(string beginning, DataFolder folder, ReplaySource source)
    {
        try
        {
            return source.Find(beginning)?.Decision ?? throw new VerbRefusedException($"No decision in {folder.Path} has an id that begins with {beginning}.");
        }
        catch (AmbiguousIdException e)
        {
            throw new VerbRefusedException(e.Message);
        }
    }

    static void Tell(Reproduction found, DataFolder folder, bool json)
    {
        if (json)
        {
            VerbOutput.SayJson(new
            {
                found.Checked,
                found.Identical,
                found.WithinTolerance,
                found.Different,
                found.TakenAsGiven,
                found.FromFrame,
                found.NotReproducible,
                found.NotReproducibleWhy,
                found.StatesPassedOver,
                Qualified = found.Qualified.Select(q => new
                {
                    q.Qualification.Asset,
                    Serving = q.Qualification.Serving.ToString(),
                    Model = q.Qualification.Model.ToString(),
                    Class = q.Qualification.Class.ToString(),
                    q.Qualification.Tolerance,
                    q.Checked,
                    OtherEnvironment = OtherEnvironment(q, folder),
                }),
                Differences = found.Differences.Select(d => new { d.PredictionId, d.Asset, At = d.At.ToString(), d.Stage, d.Recorded, d.Byte, d.Sentence }),
            });
            return;
        }

        string tolerated = found.WithinTolerance == 0 ? "" : $"{found.WithinTolerance} within tolerance, ";
        VerbOutput.Say($"{found.Checked} decisions computed again: {found.Identical} identical, {tolerated}{found.Different} different; {found.TakenAsGiven} calls rested on a recorded time-out or crash. Computed from frame {found.FromFrame} on.");
        if (found.NotReproducible > 0)
            VerbOutput.Say($"{found.NotReproducible} decisions are not reproducible: {found.NotReproducibleWhy}.");
        foreach (string sentence in found.StatesPassedOver)
            VerbOutput.Say(sentence);
        foreach (QualifiedDecisions qualified in found.Qualified)
            Tell(qualified, folder);
        foreach (Difference difference in found.Differences)
            VerbOutput.Say($"  {difference.PredictionId} ({difference.Asset} at {difference.At}), stage {difference.Stage}: {difference.Sentence}");
    }

    static void Tell(QualifiedDecisions qualified, DataFolder folder)
    {
        Qualification found = qualified.Qualification;
        string promise = found.Class switch
        {
            DeterminismClass.A => "every bit must be the same",
            DeterminismClass.B => FormattableString.Invariant($"answers may differ by {found.Tolerance:R}"),
            _ => "nothing is promised",
        };
        VerbOutput.Say($"  {qualified.Checked} of {found.Asset} by model {found.Model.Short}, determinism class {found.Class}: {promise}.");
        if (OtherEnvironment(qualified, folder) is { Count: > 0 } other)
            VerbOutput.Say($"    That was measured in another environment than this one: {string.Join("; ", other)}.");
    }

    /// <summary>Empty where this machine is as the one that was measured, or the release cannot be had to ask.</summary>
    static IReadOnlyList<string> OtherEnvironment(QualifiedDecisions qualified, DataFolder folder)
    {
        try
        {
            return qualified.DifferencesFrom(folder.Arms().EnvironmentOf(folder.Archive.Release(qualified.Qualification.Serving)));
        }
        catch (PlanBrokenException)
        {
            // The replay has named it among the differences, with the sentence.
            return [];
        }
    }
}
