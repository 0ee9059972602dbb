using System.CommandLine;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Box;

namespace EdgeRuntime.Service.Verbs;

/// <summary><c>edgeruntime backup</c>: a proven copy of the whole box, while it runs or stands still.</summary>
static class BackupVerb
{
    public static Command Command()
    {
        var to = new Argument<string>("dir") { Description = "Folder of the backup; it must not exist yet, and belongs on another disk." };
        var withKey = new Option<bool>("--with-key") { Description = "Also copy the box's private key. Who has such a backup can sign as this box: keep it locked away." };
        Option<string> settings = VerbOptions.Settings();
        Option<string?> data = VerbOptions.Data();
        Option<bool> json = VerbOptions.Json();
        var command = new Command("backup", "Copy the box as it is at one frame, running or stopped, and prove the copy. Example: edgeruntime backup /mnt/usb/box-2026-03-15") { to, withKey, settings, data, json };
        command.SetAction((parsed, stop) => VerbOutput.Guard(() =>
        {
            string? folder = parsed.GetValue(data);
            string file = parsed.GetValue(settings)!;
            BoxSettings? box = folder is null || File.Exists(file) ? BoxSettings.Load(file) : null;
            string from = folder is null ? box!.Data : Path.GetFullPath(folder);
            if (!Directory.Exists(Path.Combine(from, "journal")))
                throw new VerbRefusedException($"{from} is not a data folder: it holds no folder 'journal'. Give the right one with --data.");
            bool ownSite = box is not null && Path.GetFullPath(box.Data) == Path.GetFullPath(from);
            BackupManifest made = BoxBackup.Make(from, ownSite ? box!.Site : null, ownSite ? Path.GetFullPath(file) : null, parsed.GetValue(to)!, parsed.GetValue(withKey), new RealDisk(), TimeProvider.System);
            Tell(parsed.GetValue(to)!, made, ownSite, parsed.GetValue(json));
            return Task.FromResult(Exit.Ok);
        }));
        return command;
    }

    static void Tell(string to, BackupManifest made, bool withSite, bool json)
    {
        long bytes = made.Files.Sum(f => f.Bytes);
        if (json)
        {
            VerbOutput.SayJson(new { Backup = Path.GetFullPath(to), made.Made, made.LastFrame, made.LastHash, made.WithKey, WithSite = withSite, Files = made.Files.Count, Bytes = bytes });
            return;
        }

        VerbOutput.Say($"{Path.GetFullPath(to)} holds the box up to frame {made.LastFrame}: {made.Files.Count} files, {bytes} bytes, all proven.");
        VerbOutput.Say(made.WithKey
            ? "The box's private key is in it: who has this backup can sign as this box."
            : "The box's private key is not in it: a box restored from it makes a key of its own. Use --with-key to copy it, too.");
        if (!withSite)
            VerbOutput.Say("Settings and site documents are not in it, for they are not known: name the settings with --settings.");
    }
}
