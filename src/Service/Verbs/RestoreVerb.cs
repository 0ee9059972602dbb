using System.CommandLine;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Backup;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime restore</c>: a data folder out of a backup.</summary>
static class RestoreVerb
{
    public static Command Command()
    {
        var from = new Argument<string>("dir") { Description = "Folder of the backup." };
        var data = new Option<string>("--data") { Description = "The data folder to make; it must not exist yet, or be empty.", Required = true };
        Option<bool> json = VerbOptions.Json();
        var command = new Command("restore", "Make a data folder of a backup, and prove it. Example: edgeruntime restore /mnt/usb/box-2026-03-15 --data /var/lib/edgeruntime") { from, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            string backup = parsed.GetValue(from)!;
            string to = Path.GetFullPath(parsed.GetValue(data)!);
            BackupManifest restored = BoxRestore.To(backup, to, new RealDisk());
            Tell(backup, to, restored, parsed.GetValue(json));
            return Task.FromResult(Exit.Ok);
        }));
        return command;
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
        string site = Path.Combine(Path.GetFullPath(backup), "site");
        if (Directory.Exists(site))
            VerbOutput.Say($"Settings and site documents are not part of a data folder: they lie in {site} and beside it; put them back where they belong.");
    }
}
