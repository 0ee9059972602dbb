using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Verbs;

namespace EdgeRuntime.Service.Backup;

/// <summary>Makes a data folder of a backup. Every file is proven before and the journal after; the folder gets its name last.</summary>
static class BoxRestore
{
    /// <exception cref="VerbRefusedException">It is no backup, or the folder is in use.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public static BackupManifest To(string backup, string data, IDisk disk)
    {
        string final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(data));
        if (!FolderCopy.IsFree(final))
            throw new VerbRefusedException($"{final} is not empty, and what a box has stored since must not be covered by an older copy. Name a folder that does not exist; or stop the service, move this one away, restore, and start it again.");
        BackupManifest manifest = BackupManifest.Proven(Path.GetFullPath(backup));
        var copy = new FolderCopy(disk);
        string beside = copy.Begin(final);
        copy.Tree(Path.Combine(Path.GetFullPath(backup), "data"), beside);
        copy.Prove();
        JudgeJournal(beside, manifest, disk);
        // The box will make a key of its own; what the old one signed is proven by its public half.
        BoxKey.RetirePublic(Path.Combine(beside, "keys"), disk);
        copy.Finish(beside, final);
        return manifest;
    }

    static void JudgeJournal(string data, BackupManifest manifest, IDisk disk)
    {
        VerifyReport proof = JournalVerifier.Verify(Path.Combine(data, "journal"), disk);
        if (proof.FirstDamage is { } damage)
            throw new IOException($"The restored journal cannot be proven: segment {damage.Segment} at byte {damage.Offset}: {damage.What}.");
        if (proof.LastHash.ToString() != manifest.LastHash)
            throw new IOException($"The restored journal ends with hash {proof.LastHash} and the backup with {manifest.LastHash}.");
    }
}
