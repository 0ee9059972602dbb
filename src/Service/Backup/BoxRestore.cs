using EdgeRuntime.Facts;
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
            throw new VerbRefusedException($"{final} is not empty, and what a box has stored since must not be covered by an older copy. With --replace the box takes the backup's place and what it has now is set aside whole; or name a folder that does not exist.");
        string from = Path.TrimEndingDirectorySeparator(Path.GetFullPath(backup));
        BackupManifest manifest = BackupManifest.Proven(from, disk);
        var copy = new FolderCopy(disk);
        string beside = copy.Begin(final);
        copy.Listed(manifest, from, "data", beside);
        copy.Prove();
        JudgeJournal(Path.Combine(beside, "journal"), manifest, disk, null, []);
        // The box will make a key of its own; what the old one signed is proven by its public half.
        BoxKey.RetirePublic(Path.Combine(beside, "keys"), disk);
        copy.Finish(beside, final);
        return manifest;
    }

    /// <param name="boxKey">The key that must have signed what is sealed, beside the former ones; null where any key will do.</param>
    /// <exception cref="IOException">The journal is not what the backup's manifest says.</exception>
    public static void JudgeJournal(string journal, BackupManifest manifest, IDisk disk, Digest? boxKey, IReadOnlyList<Digest> formerKeys)
    {
        VerifyReport proof = JournalVerifier.Verify(journal, disk, boxKey: boxKey, formerKeys: formerKeys);
        if (proof.FirstDamage is { } damage)
            throw new IOException($"The restored journal cannot be proven: segment {damage.Segment} at byte {damage.Offset}: {damage.What}.");
        if (proof.LastHash.ToString() != manifest.LastHash)
            throw new IOException($"The restored journal ends with hash {proof.LastHash} and the backup with {manifest.LastHash}.");
    }
}
