namespace EdgeRuntime.Hq.Releases;

/// <summary>Several files into one folder, all of them or none: after a full disk nobody finds half of a release.</summary>
static class WholeFiles
{
    // Beside a folder that is not there yet, in one that is: that may be a disk of its own, and a move must not leave it.
    const string Unfinished = ".part";

    /// <summary>Files of another name that lie there stay. In a folder that is there already the last file is moved last.</summary>
    /// <exception cref="IOException">It could not be done. Where there was no room, what lay there is as it was.</exception>
    internal static void Write(string folder, IReadOnlyList<(string Name, byte[] Bytes)> files)
    {
        string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (File.Exists(whole))
            throw new IOException($"'{folder}' is a file; name a folder.");
        bool isThere = Directory.Exists(whole);
        string unfinished = isThere ? Path.Combine(whole, Unfinished) : whole + Unfinished;
        Remove(unfinished);
        try
        {
            Directory.CreateDirectory(unfinished);
            foreach ((string name, byte[] bytes) in files)
                File.WriteAllBytes(Path.Combine(unfinished, name), bytes);
            if (!isThere)
                Directory.Move(unfinished, whole);
            foreach ((string name, _) in isThere ? files : [])
                File.Move(Path.Combine(unfinished, name), Path.Combine(whole, name), overwrite: true);
        }
        finally
        {
            Remove(unfinished);
        }
    }

    static void Remove(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
