using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Keys;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Hq.Packing;

/// <summary>Writes the list <c>files</c> of a serving.yaml anew, with the digests and sizes of what lies in the folder; every other line stays as it is.</summary>
static class FileList
{
    /// <exception cref="SettingsException">The document cannot be read.</exception>
    /// <exception cref="KeyException">It has no list of files at its left edge, or a file is not there.</exception>
    internal static byte[] Filled(string path, byte[] serving, string folder)
    {
        var document = SettingsDocument.Parse(path, serving);
        if (document.Violations.Count > 0)
            throw new SettingsException(document.Violations);
        string[] lines = Encoding.UTF8.GetString(serving).ReplaceLineEndings("\n").Split('\n');
        int from = Array.FindIndex(lines, l => l.StartsWith("files:", StringComparison.Ordinal));
        IReadOnlyList<SettingsNode> entries = document.Root.List("files");
        if (from < 0 || entries.Count == 0)
            throw new KeyException($"{path} has no list of files; write 'files:' at the left edge and below it '- {{path: model.onnx, role: weights}}' for each.");
        int to = Array.FindIndex(lines, from + 1, l => l.Length > 0 && l[0] is not (' ' or '-' or '#'));
        string[] list = [.. entries.Select(e => Entry(e, folder))];
        string text = string.Join('\n', [.. lines[..from], "files:", .. list, .. to < 0 ? [""] : lines[to..]]);
        byte[] filled = Encoding.UTF8.GetBytes(text);
        return filled;
    }

    static string Entry(SettingsNode entry, string folder)
    {
        string name = entry.Text("path"), role = entry.Text("role"), path = Path.Combine(folder, name);
        if (name.Length == 0 || Path.GetFileName(name) != name || !File.Exists(path))
            throw new KeyException($"{entry.File}:{entry.Line}: {entry.Path}.path: is '{name}', which is no file in {folder}.");
        if (new FileInfo(path).LinkTarget is not null)
            throw new KeyException($"{entry.File}:{entry.Line}: {entry.Path}.path: is '{name}', which is a link; a release holds plain files only.");
        byte[] bytes = File.ReadAllBytes(path);
        var words = new YamlText();
        words.Item(1, YamlText.Map(("path", name), ("role", new Word(role)), ("sha256", Digest.Of(bytes).Hex), ("size", bytes.LongLength)));
        return words.ToString().TrimEnd('\n');
    }
}
