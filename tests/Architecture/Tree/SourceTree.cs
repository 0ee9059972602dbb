using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Architecture.Tree;

/// <summary>One file of the repository: its path below the root with slashes, and its text (empty for what is not text).</summary>
sealed record SourceFile(string Path, string Text, long Bytes)
{
    public string Extension => System.IO.Path.GetExtension(Path);
}

/// <summary>Every file that belongs to the project. What git ignores at the top (build output, a site's data, an editor's folders) does not.</summary>
static class SourceTree
{
    static readonly string[] Ignored = [".git", "artifacts", "TestResults", "data", ".vs", ".idea"];
    static readonly string[] Binary = [".onnx", ".png", ".bin", ".ico", ".woff2"];

    public static IReadOnlyList<SourceFile> Files { get; } = [.. Read().OrderBy(f => f.Path, StringComparer.Ordinal)];

    public static IEnumerable<string> TopLevel =>
        new DirectoryInfo(TestData.Repository).EnumerateFileSystemInfos().Select(e => e.Name).Except(Ignored).Where(n => !n.EndsWith(".user", StringComparison.Ordinal));

    public static string Text(string path) => File.ReadAllText(Path.Combine(TestData.Repository, path));

    public static bool Exists(string path) => Path.Exists(Path.Combine(TestData.Repository, path));

    /// <summary>Folders directly below <paramref name="path"/>.</summary>
    public static IReadOnlyList<string> Folders(string path) =>
        [.. Directory.EnumerateDirectories(Path.Combine(TestData.Repository, path)).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

    static IEnumerable<SourceFile> Read()
    {
        foreach (string top in TopLevel.Select(n => Path.Combine(TestData.Repository, n)))
        {
            foreach (string file in Directory.Exists(top) ? Directory.EnumerateFiles(top, "*", SearchOption.AllDirectories) : [top])
            {
                string path = Path.GetRelativePath(TestData.Repository, file).Replace('\\', '/');
                bool isText = !Binary.Contains(Path.GetExtension(path));
                yield return new SourceFile(path, isText ? File.ReadAllText(file) : "", new FileInfo(file).Length);
            }
        }
    }
}
