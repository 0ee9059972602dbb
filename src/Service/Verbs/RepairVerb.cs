using System.CommandLine;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Service.Box;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime repair</c>: makes a damaged journal fit to be opened, says what is lost, and writes into the journal that it did.</summary>
static class RepairVerb
{
    const string Rule = "repaired";

    public static Command Command()
    {
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("repair", "Make a damaged journal fit to be opened, without dropping what follows the damage, and say frame by frame what is lost. The service must be stopped. Example: edgeruntime repair --data ./data") { settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            string folder = parsed.GetValue(data) is { } named ? Path.GetFullPath(named) : BoxSettings.Load(parsed.GetValue(settings)!).Data;
            DataFolder.RefuseWhileRestoring(folder);
            if (!Directory.Exists(Path.Combine(folder, "journal")))
                throw new VerbRefusedException($"{folder} is not a data folder: it holds no folder 'journal'. Give the right one with --data.");
            using IDisposable held = DataFolder.HoldAgainstRestore(folder);
            RepairReport report = await RunAsync(folder, TimeProvider.System).ConfigureAwait(false);
            Tell(folder, report, parsed.GetValue(json));
            return report.Losses.All(l => l.IsMended) ? Exit.Ok : Exit.Found;
        }));
        return command;
    }

    /// <summary>Repairs, and stores a finding for every repair of which the journal does not know yet.</summary>
    public static async Task<RepairReport> RunAsync(string data, TimeProvider time)
    {
        string journal = Path.Combine(data, "journal");
        var disk = new RealDisk();
        string keys = Path.Combine(data, "keys");
        using BoxKey? key = File.Exists(Path.Combine(keys, BoxKey.PrivateName)) ? BoxKey.OpenOrMake(keys, disk) : null;
        RepairReport report = JournalRepair.Run(journal, Path.Combine(data, "quarantine"), disk, time, key);
        if (report.Marks.Count == 0)
            return report;
        var options = new JournalOptions { SegmentBytes = SegmentBytesOf(journal) };
        JournalStore store = JournalStore.Open(journal, options, disk, time, NullLogger<JournalStore>.Instance);
        await using (store.ConfigureAwait(false))
        {
            HashSet<string> known = [.. store.Read().Where(b => b.Batch.Origin == Origins.Service).SelectMany(b => b.Batch.Facts.OfType<Finding>()).Where(f => f.Rule == Rule).Select(f => f.Subject)];
            List<Fact> said = [];
            foreach ((string name, Digest identity, string sentence) in report.Marks)
            {
                // By its digest: a mark that is changed later is not the one that the journal knows.
                string subject = $"journal:{name}:{identity}";
                if (!known.Contains(subject))
                    said.Add(new Finding(FindingLayer.Runtime, FindingPriority.High, subject, Rule, sentence));
            }

            if (said.Count > 0)
            {
                said.Insert(0, new Audit("operator", "repair", "journal", "", "", $"{report.Losses.Count} losses were named."));
                await store.AppendAsync(new FactBatch { Ingest = IngestTime.Now(time), Origin = Origins.Service, Facts = said }).ConfigureAwait(false);
            }
        }

        return report;
    }

    /// <summary>As the journal's own segments are, so that this opening changes nothing about them.</summary>
    static long SegmentBytesOf(string journal) =>
        new DirectoryInfo(journal).EnumerateFiles("*.log").OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Length).Append(new JournalOptions().SegmentBytes).First();

    static void Tell(string folder, RepairReport report, bool json)
    {
        if (json)
        {
            VerbOutput.SayJson(new { Data = folder, LostFrames = report.Losses.Sum(l => l.Frames), report.Losses, Marks = report.Marks.Select(m => m.Name) });
            return;
        }

        if (report.Losses.Count == 0)
        {
            VerbOutput.Say($"Nothing in {folder} needs a repair.");
            return;
        }

        foreach (RepairedLoss loss in report.Losses)
        {
            VerbOutput.Say(loss.Sentence);
            for (long frame = loss.FirstLost; frame > 0 && frame <= loss.LastLost; frame++)
                VerbOutput.Say($"  frame {frame} is lost");
        }

        if (report.Losses.All(l => l.IsMended))
        {
            VerbOutput.Say("Every damaged byte was computed again and held to what was signed: nothing is lost. Have an eye on this disk.");
            return;
        }

        VerbOutput.Say($"The journal can be opened again; {report.Losses.Sum(l => l.Frames)} frames are lost, and 'edgeruntime verify' says so from now on. A backup that holds them is better than this repair.");
    }
}
