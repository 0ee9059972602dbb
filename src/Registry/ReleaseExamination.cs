using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry;

/// <summary>
/// What is wrong with a serving.yaml or a release folder, all of it, by line. Opening a release (<see cref="ReleaseFolder"/>) stops where going on would not be safe;
/// this is for the person who wrote it.
/// </summary>
public static class ReleaseExamination
{
    /// <param name="path">A serving.yaml, of which the document alone is looked at, or the folder of a release.</param>
    /// <returns>In the order of the lines; empty: nothing is wrong.</returns>
    /// <exception cref="ReleaseRefusedException">There is no serving.yaml to look at.</exception>
    public static IReadOnlyList<SettingsViolation> Of(string path)
    {
        bool isFolder = Directory.Exists(path);
        string file = isFolder ? Path.Combine(path, ReleaseFolder.ServingFile) : path;
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        byte[] bytes = ReleaseFileReader.Read(folder, Path.GetFileName(file), SettingsDocument.BytesMax);
        var document = SettingsDocument.Parse(file, bytes);
        ServingManifest manifest = ManifestReader.Read(document);
        if (isFolder)
            Files(folder, document.Root.List("files"), manifest.Files);
        try
        {
            document.ThrowIfInvalid();
            return [];
        }
        catch (SettingsException e)
        {
            return e.Violations;
        }
    }

    static void Files(string folder, IReadOnlyList<SettingsNode> entries, IReadOnlyList<ReleaseFile> files)
    {
        foreach ((SettingsNode entry, ReleaseFile file) in entries.Zip(files))
        {
            // A name that could lead elsewhere has been told; nothing is opened by it.
            if (FlatName.Refusal(file.Path) is not null)
                continue;
            try
            {
                if (entry.Has("sha256") && file.Sha256 != Digest.None)
                    ReleaseFileReader.Read(folder, file);
            }
            catch (ReleaseRefusedException e)
            {
                entry.Violate("path", e.Message);
            }
        }
    }
}
