namespace EdgeRuntime.Journal.Disks;

/// <summary>
/// The disk as the journal needs it, so that tests can cut the power, tear sectors and fail a flush at will. Every failure is an
/// <see cref="IOException"/> with one plain sentence; nothing fails in silence.
/// </summary>
public interface IDisk
{
    /// <summary>Creates the folder and those above it where they are missing, durably.</summary>
    void CreateFolder(string folder);

    /// <summary>Names of the files in a folder, in ordinal order; none where the folder is missing.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Every file in a folder and below it, by its path in it, in ordinal order; none where the folder is missing.</summary>
    IReadOnlyList<string> Tree(string folder);

    /// <summary>Whether there is a folder of that name.</summary>
    bool HasFolder(string folder);

    /// <summary>Makes a new file of <paramref name="zeroBytes"/> zeroes, really written, not yet durable. Fails where the file exists.</summary>
    IDiskFile Create(string path, long zeroBytes);

    /// <summary>Opens a file that exists.</summary>
    IDiskFile Open(string path, bool forWriting);

    /// <summary>Gives a file another name in the same folder, in the place of a file that has it: there is always one of the two. Durable after <see cref="SyncFolder"/>.</summary>
    void Rename(string from, string to);

    /// <summary>
    /// Gives a folder with all that is in it another name on the same volume, in one step; fails where that name is taken. Durable after <see cref="SyncFolder"/>
    /// of the folders above both names.
    /// </summary>
    void RenameFolder(string from, string to);

    /// <summary>Gives a file the access rights of another one; nothing where rights are not the file's own (Windows).</summary>
    void CopyRights(string from, string to);

    /// <summary>Removes a folder with all that is in it; nothing where it is missing. A cut leaves a part of it.</summary>
    void DeleteFolder(string folder);

    /// <summary>Removes a folder that holds nothing; nothing where it is missing, and a refusal where something lies in it.</summary>
    void DeleteEmptyFolder(string folder);

    /// <summary>Removes a file. Durable after <see cref="SyncFolder"/>.</summary>
    void Delete(string path);

    /// <summary>Makes the names in a folder durable: what was created, renamed or deleted before stays so after a power cut.</summary>
    void SyncFolder(string folder);

    /// <summary>Bytes that the volume of a folder still has for this user.</summary>
    long FreeBytes(string folder);

    /// <summary>Bytes of all files in a folder and below it; 0 where it is missing.</summary>
    long UsedBytes(string folder);

    /// <summary>Takes a lock that ends with this process at the latest. Fails, naming the process that holds it, where it is taken.</summary>
    IDisposable Lock(string path);
}
