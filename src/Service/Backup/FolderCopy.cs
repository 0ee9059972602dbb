using System.Security.Cryptography;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Service.Backup;

/// <summary>Copies folders durably, and puts a finished one under its name in one step.</summary>
sealed class FolderCopy(IDisk disk)
{
    const int ChunkBytes = 1 << 20;

    readonly List<(string Path, string Sha256)> _read = [];

    /// <summary>Copies a folder with what is below it; what is half written or set aside stays. Nothing where the folder is missing.</summary>
    /// <param name="wanted">Says of each path, relative to <paramref name="from"/>, whether it comes along.</param>
    public void Tree(string from, string to, Func<string, bool>? wanted = null)
    {
        foreach (string path in disk.Tree(from))
        {
            if (path.EndsWith(".writing", StringComparison.Ordinal) || path.EndsWith(".broken", StringComparison.Ordinal) || wanted?.Invoke(path) == false)
                continue;
            One(Path.Combine(from, path), Path.Combine(to, path));
        }
    }

    /// <summary>Copies the files of a backup that lie below a folder of it, each as the manifest has it, and no others.</summary>
    /// <param name="below">Path of the folder in the backup.</param>
    /// <exception cref="IOException">A file is missing, or not what the manifest says any more.</exception>
    public void Listed(BackupManifest manifest, string backup, string below, string to)
    {
        foreach (BackupFile file in manifest.Below(below))
        {
            (string from, string into) = (Path.Combine(backup, file.Path), Path.Combine(to, Path.GetRelativePath(below, file.Path)));
            One(from, into);
            if (_read is not [.., var last] || last != (into, file.Sha256))
                throw new IOException($"{from} is not there any more as it was proven a moment ago. Look after that disk, then try again.");
        }
    }

    /// <summary>Copies one file; where it is gone meanwhile nothing is copied.</summary>
    public void One(string from, string to)
    {
        string folder = Path.GetDirectoryName(to)!;
        disk.CreateFolder(folder);
        IDiskFile source;
        try
        {
            source = disk.Open(from, forWriting: false);
        }
        catch (FileNotFoundException)
        {
            return;
        }

        using (source)
        using (IDiskFile target = disk.Create(to, 0))
        {
            using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] chunk = new byte[ChunkBytes];
            for (long at = 0; source.Read(at, chunk) is var read && read > 0; at += read)
            {
                target.Write(at, chunk.AsSpan(0, read));
                sum.AppendData(chunk.AsSpan(0, read));
            }

            target.Sync();
            _read.Add((to, Convert.ToHexStringLower(sum.GetHashAndReset())));
        }

        disk.CopyRights(from, to);
        disk.SyncFolder(folder);
    }

    /// <summary>Reads every copy again and compares it with what was read from the original.</summary>
    /// <exception cref="IOException">A copy is not what was copied.</exception>
    public void Prove()
    {
        foreach ((string path, string sha256) in _read)
        {
            if (Measured(path, disk).Sha256 != sha256)
                throw new IOException($"{path} is not what was copied to it. Check that disk, then try again.");
        }
    }

    /// <summary>Makes an empty folder for what is to become <paramref name="final"/>; one that an earlier try left is removed.</summary>
    public string Begin(string final)
    {
        string beside = final + ".writing";
        disk.DeleteFolder(beside);
        disk.CreateFolder(beside);
        return beside;
    }

    /// <summary>Gives the finished folder its name, durably. An empty folder of that name goes.</summary>
    /// <exception cref="IOException">The disk refuses, or something has come into the folder of that name meanwhile.</exception>
    public void Finish(string beside, string final)
    {
        disk.DeleteEmptyFolder(final);
        disk.RenameFolder(beside, final);
        disk.SyncFolder(Path.GetDirectoryName(final)!);
    }

    public static byte[] BytesOf(string path, IDisk disk)
    {
        using IDiskFile file = disk.Open(path, forWriting: false);
        byte[] bytes = new byte[file.Length];
        return bytes[..file.Read(0, bytes)];
    }

    /// <summary>Length and SHA-256 of a file.</summary>
    public static (long Bytes, string Sha256) Measured(string path, IDisk disk)
    {
        using IDiskFile file = disk.Open(path, forWriting: false);
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] chunk = new byte[ChunkBytes];
        long at = 0;
        for (int read; (read = file.Read(at, chunk)) > 0; at += read)
            sum.AppendData(chunk.AsSpan(0, read));
        return (at, Convert.ToHexStringLower(sum.GetHashAndReset()));
    }

    public static bool IsFree(string folder) => !File.Exists(folder) && (!Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any());
}
