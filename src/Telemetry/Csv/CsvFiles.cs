namespace EdgeRuntime.Telemetry.Csv;

/// <summary>The files that a path means: one, all *.csv of a folder, or those of a folder whose names match the path's last part.</summary>
static class CsvFiles
{
    /// <summary>In the order of their names; null, with a sentence, when there is none.</summary>
    internal static IReadOnlyList<string>? Find(string path, out string missing)
    {
        missing = "";
        try
        {
            string[] files = Directory.Exists(path) ? Directory.GetFiles(path, "*.csv")
                : path.AsSpan().IndexOfAny('*', '?') >= 0 ? Directory.GetFiles(Path.GetDirectoryName(path) ?? ".", Path.GetFileName(path))
                : File.Exists(path) ? [path] : [];
            Array.Sort(files, StringComparer.Ordinal);
            if (files.Length > 0)
                return files;
            missing = $"There is no file {path}; check 'path' in sources.yaml.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            missing = $"{path} cannot be looked into: {e.Message}";
        }

        return null;
    }
}
