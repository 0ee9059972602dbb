using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Service.Backup;

/// <summary>
/// The keys of a box that goes on from a backup. It keeps its own private key, if it has one, whatever the backup holds: who wrote its fingerprint down must find it
/// again. Every other public key, the box's former ones and all of the backup's, stays beside it, so that what it signed stays provable.
/// </summary>
static class StagedKeys
{
    /// <param name="box">The keys folder of the box as it is.</param>
    /// <param name="backup">Paths of the key files that the backup's manifest names.</param>
    /// <param name="staged">The one of the copy; nothing is in it yet.</param>
    /// <exception cref="IOException">A file is no key, or the disk refuses.</exception>
    public static void Lay(string box, IReadOnlyList<string> backup, string staged, IDisk disk)
    {
        bool own = disk.List(box).Contains(BoxKey.PrivateName, StringComparer.Ordinal);
        IEnumerable<string> from = own ? disk.List(box).Select(name => Path.Combine(box, name)) : backup;
        var copy = new FolderCopy(disk);
        foreach (string path in from.Where(p => Path.GetFileName(p) is BoxKey.PrivateName or BoxKey.PublicName))
            copy.One(path, Path.Combine(staged, Path.GetFileName(path)));
        copy.Prove();
        // Without its private half a public key is a former one.
        BoxKey.RetirePublic(staged, disk);
        foreach (string key in BoxKey.PublicIn(box, disk).Concat(backup.Where(BoxKey.IsPublic)))
            BoxKey.KeepFormer(key, staged, disk);
    }
}
