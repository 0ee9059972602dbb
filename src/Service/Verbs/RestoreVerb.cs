using System.CommandLine;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Box;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime restore</c>: a data folder out of a backup, or the backup in the place of what a box has, running or stopped.</summary>
static class RestoreVerb
{
    const int WhyMax = 1000;

    public static Command Command()
    {
        var from = new Argument<string>("dir") { Description = "Folder of the backup." };
        var replace = new Option<bool>("--replace") { Description = "The box has data: set them aside whole, and go on from the backup. The service may run; it ends its work, takes the backup and goes on." };
        var why = new Option<string>("--why") { Description = "The reason, for the record; needed with --replace.", DefaultValueFactory = _ => "" };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("restore", "Make a data folder of a backup, and prove it; with --replace in the place of what a box has, running or stopped. Example: edgeruntime restore /mnt/usb/box-2026-03-15 --replace --why \"disk was damaged\"") { from, replace, why, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(async () =>
        {
            string backup = parsed.GetValue(from)!;
            string? named = parsed.GetValue(data);
            string file = parsed.GetValue(settings)!;
            BoxSettings? box = named is null || File.Exists(file) ? BoxSettings.Load(file) : null;
            string to = named is null ? box!.Data : Path.GetFullPath(named);
            if (parsed.GetValue(replace) && !FolderCopy.IsFree(to))
                await ReplaceAsync(AskOf(backup, to, parsed.GetValue(why)!, box), parsed.GetValue(json), stop).ConfigureAwait(false);
            else
                Tell(backup, to, BoxRestore.To(backup, to, new RealDisk()), parsed.GetValue(json));
            return Exit.Ok;
        }));
        return command;
    }

    static RestoreAsk AskOf(string backup, string data, string why, BoxSettings? box)
    {
        if (why.Trim().Length is 0 or > WhyMax)
            throw new VerbRefusedException(FormattableString.Invariant($"--why must say in 1 to {WhyMax} characters why the backup takes the place of what the box has: it stands in the journal for good."));
        return new RestoreAsk(backup, data, Environment.UserName, why, box?.SegmentBytes ?? new JournalOptions().SegmentBytes, box?.Retention ?? new RetentionPolicy());
    }

    static async Task ReplaceAsync(RestoreAsk ask, bool json, CancellationToken stop)
    {
        var disk = new RealDisk();
        RestorePlan made = await new RestoreInto(ask.Data, disk, TimeProvider.System).RunAsync(ask, Console.Error.WriteLine, stop).ConfigureAwait(false);
        string aside = made.AsideIn(ask.Data);
        string keys = Path.Combine(ask.Data, "keys");
        Digest? key = BoxKey.FingerprintIn(keys, disk);
        int former = BoxKey.FormerIn(keys, disk).Count;
        if (json)
        {
            VerbOutput.SayJson(new { ask.Data, made.Made, made.LastFrame, made.LastHash, SetAside = aside, Key = key?.Hex, FormerKeys = former });
            return;
        }

        VerbOutput.Say($"{ask.Data} goes on from the box as it was at {made.Made}, behind frame {made.LastFrame}, all proven.");
        VerbOutput.Say($"What it had before lies in {aside}, whole: verify, export and evidence read it with --data. Its frame numbers from {made.LastFrame + 1} on stand for other facts than the box's do from now on. Nothing removes it but you.");
        VerbOutput.Say(key is { } own ? $"The box signs with {own.Hex}; {former} former keys stay beside it." : "The box has no key; it makes one when it starts.");
        TellSite(ask.Backup);
    }

    static void Tell(string backup, string to, BackupManifest restored, bool json)
    {
        if (json)
        {
            VerbOutput.SayJson(new { Data = to, restored.Made, restored.LastFrame, restored.LastHash, restored.WithKey });
            return;
        }

        VerbOutput.Say($"{to} holds the box as it was at {restored.Made}, up to frame {restored.LastFrame}, all proven. Give it to the service's user, then start.");
        if (!restored.WithKey)
            VerbOutput.Say("The backup holds no private key: the box makes a new one when it starts, and what it sealed before stays provable with the old public key.");
        TellSite(backup);
    }

    static void TellSite(string backup)
    {
        string site = Path.Combine(Path.GetFullPath(backup), "site");
        if (Directory.Exists(site))
            VerbOutput.Say($"Settings and site documents are not part of a data folder: they lie in {site} and beside it; put them back where they belong.");
    }
}
