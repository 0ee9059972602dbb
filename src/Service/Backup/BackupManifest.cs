using System.Text.Json;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Verbs;

namespace EdgeRuntime.Service.Backup;

/// <summary>One file of a backup, by its path in it.</summary>
sealed record BackupFile(string Path, long Bytes, string Sha256);

/// <summary>What a backup holds and where its journal ends: <c>backup.json</c> at its top.</summary>
/// <param name="Made">When, ISO 8601.</param>
/// <param name="Build">Version and commit of the program that made it.</param>
/// <param name="LastFrame">The newest frame of the journal in it.</param>
/// <param name="LastHash">The end of its hash chain.</param>
/// <param name="WithKey">The box's private key is in it: who has the backup can sign as this box.</param>
sealed record BackupManifest(int Format, string Made, string Build, long LastFrame, string LastHash, bool WithKey, IReadOnlyList<BackupFile> Files)
{
    public const string Name = "backup.json";
    public const int FormatNow = 1;

    static readonly JsonSerializerOptions Whole = new(VerbOutput.JsonOptions) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };
    static readonly JsonSerializerOptions Indented = new(VerbOutput.JsonOptions) { WriteIndented = true };

    public byte[] Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, Indented);

    /// <summary>The files that lie below a folder of the backup.</summary>
    public IEnumerable<BackupFile> Below(string folder) => Files.Where(f => f.Path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    /// <summary>Reads a backup's manifest and proves every file of it.</summary>
    /// <exception cref="VerbRefusedException">It is no backup, or not what was written.</exception>
    public static BackupManifest Proven(string folder, IDisk disk)
    {
        string path = Path.Combine(folder, Name);
        if (!disk.List(folder).Contains(Name, StringComparer.Ordinal))
            throw new VerbRefusedException($"{folder} is no backup: it holds no {Name}. A backup that was not finished is called *.writing.");
        BackupManifest manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<BackupManifest>(FolderCopy.BytesOf(path, disk), Whole) ?? throw new JsonException("it is empty");
        }
        catch (JsonException e)
        {
            throw new VerbRefusedException($"{path} cannot be read: {e.Message}");
        }

        if (manifest.Format != FormatNow)
            throw new VerbRefusedException($"{path} has format {manifest.Format}; this program reads {FormatNow}.");
        foreach (BackupFile file in manifest.Files)
            Prove(folder, file, disk);
        return manifest;
    }

    static void Prove(string folder, BackupFile file, IDisk disk)
    {
        string path = Path.GetFullPath(Path.Combine(folder, file.Path));
        // A manifest from elsewhere must not lead out of the backup.
        if (!path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            throw new VerbRefusedException($"{Name} names {file.Path}, which lies outside the backup.");
        if (!disk.List(Path.GetDirectoryName(path)!).Contains(Path.GetFileName(path), StringComparer.Ordinal))
            throw new VerbRefusedException($"{file.Path} is missing from the backup {folder}.");
        BackupFile found = Of(folder, file.Path, disk);
        if (found != file)
            throw new VerbRefusedException($"{file.Path} in the backup {folder} is not what was written: {file.Bytes} bytes with SHA-256 {file.Sha256} were, {found.Bytes} with {found.Sha256} are there.");
    }

    /// <summary>Measures one file of a backup.</summary>
    public static BackupFile Of(string folder, string relative, IDisk disk)
    {
        (long bytes, string sha256) = FolderCopy.Measured(Path.Combine(folder, relative), disk);
        return new BackupFile(relative, bytes, sha256);
    }
}
