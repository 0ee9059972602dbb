using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

/// <summary>A disk on which one kind of file reads back with another bit than was written, every time.</summary>
sealed class RottingDisk(IDisk disk, string suffix) : IDisk
{
    public void CreateFolder(string folder) => disk.CreateFolder(folder);

    public IReadOnlyList<string> List(string folder) => disk.List(folder);

    public IDiskFile Create(string path, long zeroBytes) => disk.Create(path, zeroBytes);

    public IDiskFile Open(string path, bool forWriting) =>
        path.EndsWith(suffix, StringComparison.Ordinal) ? new Rotten(disk.Open(path, forWriting)) : disk.Open(path, forWriting);

    public IReadOnlyList<string> Tree(string folder) => disk.Tree(folder);

    public bool HasFolder(string folder) => disk.HasFolder(folder);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void RenameFolder(string from, string to) => disk.RenameFolder(from, to);

    public void CopyRights(string from, string to) => disk.CopyRights(from, to);

    public void DeleteFolder(string folder) => disk.DeleteFolder(folder);

    public void DeleteEmptyFolder(string folder) => disk.DeleteEmptyFolder(folder);

    public void Delete(string path) => disk.Delete(path);

    public void SyncFolder(string folder) => disk.SyncFolder(folder);

    public long FreeBytes(string folder) => disk.FreeBytes(folder);

    public long UsedBytes(string folder) => disk.UsedBytes(folder);

    public IDisposable Lock(string path) => disk.Lock(path);

    sealed class Rotten(IDiskFile file) : IDiskFile
    {
        const long At = 300;

        public long Length => file.Length;

        public int Read(long offset, Span<byte> into)
        {
            int read = file.Read(offset, into);
            if (offset <= At && At < offset + read)
                into[(int)(At - offset)] ^= 1;
            return read;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public void Sync() => file.Sync();

        public void Dispose() => file.Dispose();
    }
}
