using System.Globalization;

namespace EdgeRuntime.Journal.Disks;

/// <summary>The machine's own disk.</summary>
public sealed class RealDisk : IDisk
{
    const int ZeroChunkBytes = 1 << 20;

    readonly IFlush _flush;

    public RealDisk() => _flush = OperatingSystem.IsWindows() ? new WindowsFlush() : new PosixFlush();

    public void CreateFolder(string folder) => Plainly(folder, () =>
    {
        var missing = new Stack<DirectoryInfo>();
        for (DirectoryInfo? at = new(folder); at is { Exists: false }; at = at.Parent)
            missing.Push(at);
        foreach (DirectoryInfo make in missing)
        {
            make.Create();
            if (make.Parent is { } above)
                _flush.Folder(above.FullName);
        }

        return true;
    });

    public IReadOnlyList<string> List(string folder) => Plainly(folder, () =>
    {
        if (!Directory.Exists(folder))
            return [];
        string[] names = [.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    });

    public IReadOnlyList<string> Tree(string folder) => Plainly(folder, () =>
    {
        if (!Directory.Exists(folder))
            return [];
        string[] paths = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path))];
        Array.Sort(paths, StringComparer.Ordinal);
        return paths;
    });

    public bool HasFolder(string folder) => Directory.Exists(folder);

    public IDiskFile Create(string path, long zeroBytes) => Plainly(path, () =>
    {
        var file = new RealDiskFile(path, FileMode.CreateNew, FileAccess.ReadWrite, _flush);
        try
        {
            WriteZeroes(file, zeroBytes);
            return file;
        }
        catch
        {
            // A file of which half is zeroed must not keep the space that the rest of the box lacks.
            file.Dispose();
            File.Delete(path);
            throw;
        }
    });

    public IDiskFile Open(string path, bool forWriting) => Plainly(path, () =>
        new RealDiskFile(path, FileMode.Open, forWriting ? FileAccess.ReadWrite : FileAccess.Read, _flush));

    public void Rename(string from, string to) => Plainly(to, () =>
    {
        File.Move(from, to, overwrite: true);
        return true;
    });

    public void RenameFolder(string from, string to) => Plainly(to, () =>
    {
        Directory.Move(from, to);
        return true;
    });

    public void CopyRights(string from, string to) => Plainly(to, () =>
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(to, File.GetUnixFileMode(from));
        return true;
    });

    public void DeleteFolder(string folder) => Plainly(folder, () =>
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        return true;
    });

    public void DeleteEmptyFolder(string folder) => Plainly(folder, () =>
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder);
        return true;
    });

    public void Delete(string path) => Plainly(path, () =>
    {
        File.Delete(path);
        return true;
    });

    public void SyncFolder(string folder) => _flush.Folder(folder);

    public long FreeBytes(string folder) => Plainly(folder, () => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace);

    public long UsedBytes(string folder) => Plainly(folder, () => !Directory.Exists(folder)
        ? 0
        : new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(LengthOf));

    public IDisposable Lock(string path)
    {
        string holder = path + ".pid";
        FileStream taken;
        try
        {
            taken = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw Denied(path, denied);
        }
        catch (IOException refused) when (File.Exists(path))
        {
            throw new IOException(
                $"{Path.GetDirectoryName(path)} is already open in {HolderIn(holder)}; stop that process, or use another data folder.", refused);
        }

        try
        {
            File.WriteAllText(holder, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return taken;
        }
        catch (IOException full) when (IsFull(full))
        {
            // Who holds it is a courtesy to people; a box with a full disk must start all the same.
            return taken;
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            taken.Dispose();
            throw new IOException($"{holder} cannot be written: {failed.Message}", failed);
        }
    }

    /// <summary>A file may go between its being listed and looked at.</summary>
    static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }

    static string HolderIn(string holder)
    {
        try
        {
            return File.ReadAllText(holder).Trim() is { Length: > 0 } process ? $"process {process}" : "another process";
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "another process";
        }
    }

    static void WriteZeroes(RealDiskFile file, long zeroBytes)
    {
        byte[] zeroes = new byte[Math.Min(ZeroChunkBytes, zeroBytes)];
        for (long at = 0; at < zeroBytes; at += zeroes.Length)
            file.Write(at, zeroes.AsSpan(0, (int)Math.Min(zeroes.Length, zeroBytes - at)));
    }

    /// <summary>ENOSPC and EDQUOT as Unix numbers them, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.</summary>
    static bool IsFull(IOException refused) => refused.HResult is 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);

    static T Plainly<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (UnauthorizedAccessException denied)
        {
            throw Denied(path, denied);
        }
        catch (IOException full) when (IsFull(full))
        {
            throw new IOException($"The disk is full: there is no room for {path}. Free room on that disk, or give the data folder a larger one.", full);
        }
    }

    static IOException Denied(string path, UnauthorizedAccessException denied) => new(
        $"{path} cannot be used by user {Environment.UserName}: access is denied or the disk is read-only. Give this user write access, or use another data folder.",
        denied);
}
