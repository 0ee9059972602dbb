using System.CommandLine;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Runtime;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime verify</c>: proves the journal's chain and the archive of plans and site documents, offline.</summary>
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
        var command = new Command("verify", "Prove that every stored byte is what was written: frames, checksums, hash chain, archived plans and site documents. Example: edgeruntime verify --data ./data") { settings, data, resume, json };
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
                Tell(report, broken, firstDecision, from is not null);
            return Task.FromResult(report.Whole && broken.Count == 0 ? Exit.Ok : Exit.Found);
        }));
        return command;
    }

    static void Tell(VerifyReport report, IReadOnlyList<string> broken, string? firstDecision, bool resumed)
    {
        VerbOutput.Say(report.Sentence);
        if (report.FirstDamage is not null && resumed)
            VerbOutput.Say("The proof went on from the mark of an earlier one. If the box was restored from a backup since, that mark is of the journal set aside: remove it and verify from the beginning.");
        if (firstDecision is not null)
            VerbOutput.Say($"The first decision after the damage is {firstDecision}; stage journal.");
        foreach (string sentence in broken)
            VerbOutput.Say(sentence);
    }

    static string? FirstDecisionAfter(DataFolder folder, long frame) =>
        folder.Read().SkipWhile(b => b.Frame < frame).SelectMany(b => b.Batch.Facts.OfType<Decision>()).FirstOrDefault()?.PredictionId;

    /// <summary>One sentence per archived part that is not what an activation in the journal names, or site document that is not what the journal says was in force, with the first decision that rests on it.</summary>
    static IReadOnlyList<string> BrokenPlans(DataFolder folder)
    {
        var broken = new Dictionary<string, BrokenPart>(StringComparer.Ordinal);
        var open = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((long frame, Fact fact) in folder.Read().SelectMany(b => b.Batch.Facts, (b, fact) => (b.Frame, fact)))
        {
            if (fact is Audit { Action: SiteChange.DocumentAction } document)
            {
                if (Check(folder, document) is { } why)
                    broken.TryAdd(why.Message, new BrokenPart(why, $"{document.Subject}, in force from frame {frame} on: ", null));
            }
            else if (fact is Activation activation)
            {
                open.Remove(activation.Asset);
                if (Check(folder, activation) is not { } why)
                    continue;
                broken.TryAdd(why.Message, new BrokenPart(why, "", null));
                if (broken[why.Message].Decision is null)
                    open[activation.Asset] = why.Message;
            }
            else if (fact is Decision decision && open.Remove(decision.Asset, out string? message) && broken[message].Decision is null)
            {
                broken[message] = broken[message] with { Decision = decision.PredictionId };
            }
        }

        return [.. broken.Values.Select(b => $"Stage {b.Why.Part.ToString().ToLowerInvariant()}: {b.Document}{b.Why.Message}"
            + (b.Decision is null ? "" : $" The first decision that rests on it is {b.Decision}."))];
    }

    /// <param name="Document">Which site document it is, and since when; empty for a part of a plan.</param>
    sealed record BrokenPart(PlanBrokenException Why, string Document, string? Decision);

    sealed class Told(Action<long> at, MarkFile? mark) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value)
        {
            at(value.Frame);
            if (value.Proved is { } proved)
                mark?.Keep(proved);
        }
    }

    /// <summary>A document that was taken from the site has no bytes to check.</summary>
    static PlanBrokenException? Check(DataFolder folder, Audit document)
    {
        try
        {
            if (document.After.Length == 0)
                return null;
            if (!Digest.TryParse(document.After, out Digest digest))
                return new PlanBrokenException(PlanPart.Site, $"The journal names it by '{document.After}', which is no digest.");
            folder.Archive.DocumentBytes(digest);
            return null;
        }
        catch (PlanBrokenException e)
        {
            return e;
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
