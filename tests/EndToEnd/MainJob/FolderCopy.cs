namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A copy of a folder that a test may spoil; deleted at the end.</summary>
sealed class FolderCopy : IDisposable
{
    public FolderCopy(string from)
    {
        Folder = Directory.CreateTempSubdirectory("edgeruntime-copy-").FullName;
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string to = Path.Combine(Folder, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
    }

    public string Folder { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
