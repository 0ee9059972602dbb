using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Tests.Kit.Disks;

/// <summary>A disk that does as it is told until a test says otherwise. Each fault is asked before the operation, with the path.</summary>
public sealed class FaultyDisk(IDisk disk) : IDisk
{
    /// <summary>Throws to make a flush of a file fail.</summary>
    public Action<string> OnSync { get; set; } = static _ => { };

    /// <summary>Throws to make a write fail.</summary>
    public Action<string> OnWrite { get; set; } = static _ => { };

    /// <summary>Throws to make the making of a file fail.</summary>
    public Action<string> OnCreate { get; set; } = static _ => { };

    /// <summary>Throws to make a flush of a folder fail.</summary>
    public Action<string> OnSyncFolder { get; set; } = static _ => { };

    public void CreateFolder(string folder) => disk.CreateFolder(folder);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public IDiskFile Create(string path, long zeroBytes)
    {
        OnCreate(path);
        return new FaultyFile(this, disk.Create(path, zeroBytes), path);
    }

    public IDiskFile Open(string path, bool forWriting) => new FaultyFile(this, disk.Open(path, forWriting), path);

    public IReadOnlyList<string> Tree(string folder) => disk.Tree(folder);

    public bool HasFolder(string folder) => disk.HasFolder(folder);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void RenameFolder(string from, string to) => disk.RenameFolder(from, to);

    public void CopyRights(string from, string to) => disk.CopyRights(from, to);

    public void DeleteFolder(string folder) => disk.DeleteFolder(folder);

    public void DeleteEmptyFolder(string folder) => disk.DeleteEmptyFolder(folder);

    public void Delete(string path) => disk.Delete(path);

    public void SyncFolder(string folder)
    {
        OnSyncFolder(folder);
        disk.SyncFolder(folder);
    }

    public long FreeBytes(string folder) => disk.FreeBytes(folder);

    public long UsedBytes(string folder) => disk.UsedBytes(folder);

    public IDisposable Lock(string path) => disk.Lock(path);

    sealed class FaultyFile(FaultyDisk faults, IDiskFile file, string path) : IDiskFile
    {
        public long Length => file.Length;

        public int Read(long offset, Span<byte> into) => file.Read(offset, into);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            faults.OnWrite(path);
            file.Write(offset, bytes);
        }

        public void Sync()
        {
            faults.OnSync(path);
            file.Sync();
        }

        public void Dispose() => file.Dispose();
    }
}
