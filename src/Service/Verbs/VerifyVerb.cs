using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime verify</c>: proves the journal's chain and the archive of plans, offline.</summary>
static class VerifyVerb
{
    public static Command Command()
    {
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var resume = new Option<string?>("--resume")
        {
            Description = "A file that keeps how far the proof came. Cut off, the verb goes on from there when it is run again with the same file; at the end the file is removed.",
        };
        var command = new Command("verify", "Prove that every stored byte is what was written: frames, checksums, hash chain, archived plans. Example: edgeruntime verify --data ./data") { settings, data, resume, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            DataFolder folder = DataFolder.Open(parsed.GetValue(data), parsed.GetValue(settings)!, TimeProvider.System);
            string keys = Path.Combine(folder.Path, "keys");
            Digest? boxKey = BoxKey.FingerprintIn(keys, new RealDisk());
            IReadOnlyList<Digest> formerKeys = BoxKey.FormerIn(keys, new RealDisk());
            MarkFile? mark = parsed.GetValue(resume) is { } file ? new MarkFile(file) : null;
            VerifyMark? from = mark?.Read();
            VerifyReport report = Progress.Show(
                parsed.GetValue(json),
                "Checking frames",
                () => folder.LastFrame,
                at => JournalVerifier.Verify(folder.JournalFolder, new RealDisk(), new Told(at, mark), from, boxKey, formerKeys));
            if (report.Whole)
                mark?.Remove();
            IReadOnlyList<string> broken = BrokenPlans(folder);
            string? firstDecision = report.FirstDamage is null ? null : FirstDecisionAfter(folder, report.FirstDamage.Frame);
            if (parsed.GetValue(json))
                VerbOutput.SayJson(new { report.Segments, report.Units, report.Frames, report.Bytes, LastHash = report.LastHash.ToString(), report.CleanEnd, report.TornBytes, report.Damages, report.Sentence, report.FirstDamage, FirstDecisionAfterDamage = firstDecision, BrokenPlans = broken });
            else
                Tell(report, broken, firstDecision);
            return Task.FromResult(report.Whole && broken.Count == 0 ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    static void Tell(VerifyReport report, IReadOnlyList<string> broken, string? firstDecision)
    {
        VerbOutput.Say(report.Sentence);
        if (firstDecision is not null)
            VerbOutput.Say($"The first decision after the damage is {firstDecision}; stage journal.");
        foreach (string sentence in broken)
            VerbOutput.Say(sentence);
    }

    static string? FirstDecisionAfter(DataFolder folder, long frame) =>
        folder.Read().SkipWhile(b => b.Frame < frame).SelectMany(b => b.Batch.Facts.OfType<Decision>()).FirstOrDefault()?.PredictionId;

    /// <summary>One sentence per archived part that is not what an activation in the journal names, with the first decision that rests on it.</summary>
    static IReadOnlyList<string> BrokenPlans(DataFolder folder)
    {
        var broken = new Dictionary<string, (PlanBrokenException Why, string? Decision)>(StringComparer.Ordinal);
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Fact fact in folder.Read().SelectMany(b => b.Batch.Facts))
        {
            if (fact is Activation activation)
            {
                open.Remove(activation.Asset);
                if (Check(folder, activation) is { } why && broken.TryAdd(why.Message, (why, null)))
                    open[activation.Asset] = why.Message;
            }
            else if (fact is Decision decision && open.Remove(decision.Asset, out string? message))
            {
                broken[message] = broken[message] with { Decision = decision.PredictionId };
            }
        }

        return [.. broken.Values.Select(b => $"Stage {b.Why.Part.ToString().ToLowerInvariant()}: {b.Why.Message}"
            + (b.Decision is null ? "" : $" The first decision that rests on it is {b.Decision}."))];
    }

    sealed class Told(Action<long> at, MarkFile? mark) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value)
        {
            at(value.Frame);
            if (value.Proved is { } proved)
                mark?.Keep(proved);
        }
    }

    static PlanBrokenException? Check(DataFolder folder, Activation activation)
    {
        try
        {
            folder.Archive.Site(activation.Site);
            if (activation.IsEnd)
                return null;
            folder.Archive.Pipeline(activation.Pipeline);
            if (!activation.Rules.IsNone)
                folder.Archive.Rules(activation.Rules);
            if (!activation.Serving.IsNone)
                folder.Archive.Release(activation.Serving);
            return null;
        }
        catch (PlanBrokenException e)
        {
            return e;
        }
    }
}
