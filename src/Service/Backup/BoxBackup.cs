using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Copies;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Box;
using EdgeRuntime.Service.Verbs;

namespace EdgeRuntime.Service.Backup;

/// <summary>
/// Copies everything that a box is, running or stopped, as it was at one frame of its journal: journal, archives, states, public key, site documents and
/// settings. It is proven after copying and gets its name last, so that what has the name is whole.
/// </summary>
static class BoxBackup
{
    public const string PrivateKey = "box.pem";

    /// <summary>Folders of the data folder that come along besides the journal. What their names say is in them never changes.</summary>
    public static readonly IReadOnlyList<string> Archives = ["releases", "pipelines", "documents", "states", "blobs", "quarantine", "keys"];

    /// <param name="site">Folder of the site's documents; null: not known, none are copied.</param>
    /// <param name="settings">The settings file; null as above.</param>
    /// <exception cref="VerbRefusedException">The target is in use, or there is nothing to copy.</exception>
    /// <exception cref="IOException">The disk refuses, or the journal is damaged.</exception>
    public static BackupManifest Make(string data, string? site, string? settings, string to, bool withKey, IDisk disk, TimeProvider time)
    {
        string final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(to));
        if (!FolderCopy.IsFree(final))
            throw new VerbRefusedException($"{final} is not empty; a backup is a folder of its own. Name one that does not exist.");
        if (Inside(final, data))
            throw new VerbRefusedException($"{final} lies in the data folder {data}; a backup belongs on another disk.");
        if (withKey && !disk.List(Path.Combine(data, "keys")).Contains(PrivateKey, StringComparer.Ordinal))
            throw new VerbRefusedException($"{data} holds no private key (keys/{PrivateKey}); leave out --with-key.");
        DataFolder.RefuseWhileRestoring(data);
        IReadOnlyList<string> asides = RestorePlan.AsidesIn(data);
        var copy = new FolderCopy(disk);
        string beside = copy.Begin(final);
        // The journal first: what a fact cites was in the archives before the fact was.
        CopiedJournal journal = JournalCopy.To(Path.Combine(data, "journal"), Path.Combine(beside, "data", "journal"), disk);
        foreach (string archive in Archives)
            copy.Tree(Path.Combine(data, archive), Path.Combine(beside, "data", archive), path => archive != "keys" || withKey || Path.GetFileName(path) != PrivateKey);
        if (site is not null)
            copy.Tree(site, Path.Combine(beside, "site"));
        if (settings is not null)
            copy.One(settings, Path.Combine(beside, "appsettings.json"));
        DataFolder.RefuseWhileRestoring(data);
        if (!asides.SequenceEqual(RestorePlan.AsidesIn(data)))
            throw new IOException($"{data} was restored while it was copied, so the copy would be of two boxes; make the backup again.");
        copy.Prove();
        var manifest = new BackupManifest(
            BackupManifest.FormatNow,
            Iso8601.Format(IngestTime.Now(time).UnixNanoseconds),
            BuildStamp.Text,
            journal.LastFrame,
            journal.LastHash.ToString(),
            withKey,
            [.. disk.Tree(beside).Select(f => BackupManifest.Of(beside, f, disk))]);
        using (IDiskFile file = disk.Create(Path.Combine(beside, BackupManifest.Name), 0))
        {
            file.Write(0, manifest.Bytes());
            file.Sync();
        }

        disk.SyncFolder(beside);
        copy.Finish(beside, final);
        return BackupManifest.Proven(final, disk);
    }

    static bool Inside(string path, string folder) =>
        (path + Path.DirectorySeparatorChar).StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
