using System.Text.Json;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Service.Verbs;

namespace EdgeRuntime.Service.Backup;

/// <summary>
/// A restore into a box that has data: what is to be put in the place of what, and why. As <c>DATA/restore/restore.json</c> it is the word that the swap is to
/// be made: it is written when all it speaks of is copied and proven, and removed when the swap is made or taken back. Everything lies inside the data folder, which
/// is often a volume of its own or a folder whose parent the service may not write.
/// </summary>
/// <param name="Name">Of the folder below <c>DATA/set-aside</c> that gets what the box has now.</param>
/// <param name="Backup">Where the backup lay.</param>
/// <param name="BackupDigest">SHA-256 of its <c>backup.json</c>, which names every file by its own.</param>
/// <param name="Made">When the backup was made, ISO 8601.</param>
/// <param name="LastFrame">The backup's newest frame.</param>
/// <param name="LastHash">The end of its hash chain.</param>
/// <param name="Asked">When the restore was asked for, ISO 8601.</param>
/// <param name="SegmentBytes">Of the box's journal.</param>
/// <param name="Folders">What the copy has; each takes the place of the folder of that name.</param>
sealed record RestorePlan(
    int Format, string Name, string Backup, string BackupDigest, string Made, long LastFrame, string LastHash, string Who, string Why, string Asked, long SegmentBytes, IReadOnlyList<string> Folders)
{
    public const int FormatNow = 1;

    /// <summary>Below the data folder: the copy on its way in.</summary>
    public const string Coming = "restore";

    /// <summary>Below the data folder: what restores have put aside. Nobody but people removes it.</summary>
    public const string SetAside = "set-aside";

    const string FileName = "restore.json";
    const string RefusalName = "refused.txt";
    const string Writing = ".writing";

    static readonly JsonSerializerOptions Whole = new(VerbOutput.JsonOptions) { RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true };
    static readonly JsonSerializerOptions Indented = new(VerbOutput.JsonOptions) { WriteIndented = true };

    /// <summary>Every folder of a box that a restore replaces; the others (logs, offered releases) are not the journal's.</summary>
    public static IReadOnlyList<string> Parts { get; } = [.. BoxBackup.Archives, "journal"];

    public static string ComingIn(string data) => Path.Combine(data, Coming);

    /// <summary>The proven copy.</summary>
    public static string StagedIn(string data) => Path.Combine(data, Coming, "data");

    /// <summary>Where what the box has now goes.</summary>
    public string AsideIn(string data) => Path.Combine(data, SetAside, Name);

    /// <summary>Held while the swap is made, and by a start until it has the journal: no start may begin a new journal in the middle of a swap.</summary>
    public static IDisposable Lock(string data, IDisk disk) => disk.Lock(Path.Combine(data, "LOCK"));

    /// <summary>The restore that is to be made; null: none.</summary>
    /// <exception cref="IOException">The file cannot be read, or is no such plan.</exception>
    public static RestorePlan? Read(string data, IDisk disk) => ReadIn(ComingIn(data), disk);

    /// <summary>Folders that restores have set aside, in the order of their names.</summary>
    public static IReadOnlyList<string> AsidesIn(string data) => Directory.Exists(Path.Combine(data, SetAside))
        ? [.. Directory.EnumerateDirectories(Path.Combine(data, SetAside)).Order(StringComparer.Ordinal)]
        : [];

    /// <summary>The one that made a folder below <c>DATA/set-aside</c>; null: there is none.</summary>
    public static RestorePlan? ReadAside(string aside, IDisk disk) => ReadIn(aside, disk);

    /// <summary>From now on the swap is to be made.</summary>
    public void Write(string data, IDisk disk)
    {
        ForgetRefusal(data, disk);
        WriteIn(ComingIn(data), disk);
    }

    /// <summary>Puts the same words beside what is set aside, so that it says what it is.</summary>
    public void WriteAside(string data, IDisk disk)
    {
        disk.CreateFolder(AsideIn(data));
        WriteIn(AsideIn(data), disk);
    }

    /// <summary>Only the words: whatever else lies there stays.</summary>
    public void RemoveAside(string data, IDisk disk)
    {
        foreach (string name in disk.List(AsideIn(data)).Where(n => n is FileName or FileName + Writing))
            disk.Delete(Path.Combine(AsideIn(data), name));
        if (disk.Tree(AsideIn(data)).Count == 0)
            disk.DeleteFolder(AsideIn(data));
    }

    /// <summary>It is made, or not to be made any more.</summary>
    public static void Remove(string data, IDisk disk)
    {
        disk.Delete(Path.Combine(ComingIn(data), FileName));
        disk.SyncFolder(ComingIn(data));
    }

    /// <summary>Why a restore was not made, for the one who asked for it.</summary>
    public static void Refuse(string data, string sentence, IDisk disk)
    {
        ForgetRefusal(data, disk);
        Put(Path.Combine(ComingIn(data), RefusalName), System.Text.Encoding.UTF8.GetBytes(sentence), disk);
    }

    /// <summary>The sentence of <see cref="Refuse"/>; null: it was not refused.</summary>
    public static string? RefusalIn(string data, IDisk disk) => disk.List(ComingIn(data)).Contains(RefusalName, StringComparer.Ordinal)
        ? System.Text.Encoding.UTF8.GetString(FolderCopy.BytesOf(Path.Combine(ComingIn(data), RefusalName), disk))
        : null;

    static void ForgetRefusal(string data, IDisk disk)
    {
        if (RefusalIn(data, disk) is not null)
            disk.Delete(Path.Combine(ComingIn(data), RefusalName));
    }

    static RestorePlan? ReadIn(string folder, IDisk disk)
    {
        string path = Path.Combine(folder, FileName);
        if (!disk.List(folder).Contains(FileName, StringComparer.Ordinal))
            return null;
        try
        {
            RestorePlan plan = JsonSerializer.Deserialize<RestorePlan>(FolderCopy.BytesOf(path, disk), Whole) ?? throw new JsonException("it is empty");
            // Names that lead elsewhere would move what is not the box's.
            bool sound = plan.Format == FormatNow && plan.Name.Length > 0 && Path.GetFileName(plan.Name) == plan.Name && plan.Folders.All(Parts.Contains);
            return sound ? plan : throw new JsonException("it is of another format");
        }
        catch (JsonException e)
        {
            throw new IOException($"{path} is no plan of a restore that this program can make: {e.Message} Look into it; a restore that is not wanted goes with this file, once journal/ is in its place.", e);
        }
    }

    void WriteIn(string folder, IDisk disk)
    {
        if (!disk.List(folder).Contains(FileName, StringComparer.Ordinal))
            Put(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Indented), disk);
    }

    static void Put(string path, byte[] bytes, IDisk disk)
    {
        string folder = Path.GetDirectoryName(path)!;
        disk.CreateFolder(folder);
        if (disk.List(folder).Contains(Path.GetFileName(path) + Writing, StringComparer.Ordinal))
            disk.Delete(path + Writing);
        using (IDiskFile file = disk.Create(path + Writing, 0))
        {
            file.Write(0, bytes);
            file.Sync();
        }

        disk.Rename(path + Writing, path);
        disk.SyncFolder(folder);
    }
}
