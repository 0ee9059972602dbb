using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Tests.Kit.Disks;

/// <summary>What was asked of a disk.</summary>
public enum DiskCall
{
    Create,
    Write,
    Sync,
    Rename,
    RenameFolder,
    Delete,
    SyncFolder,
}

/// <summary>One call that changes a disk. <see cref="Path"/> is the name at the time of the call, <see cref="File"/> the content whatever it is called.</summary>
public sealed record DiskStep(DiskCall Call, string Path, int File, long Offset = 0, byte[]? Bytes = null, string To = "");

/// <summary>
/// A disk in memory that writes down every call that changes it, so that <see cref="CrashImages"/> can make every state in which a power cut may leave it.
/// Any call can be made to fail. One thread at a time.
/// </summary>
public sealed class TraceDisk : IDisk
{
    readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
    readonly List<Growing> _files = [];
    readonly List<DiskStep> _steps = [];
    readonly HashSet<string> _locked = new(StringComparer.Ordinal);

    /// <summary>A disk with the files of an image.</summary>
    public static TraceDisk From(IReadOnlyDictionary<string, byte[]> image)
    {
        var disk = new TraceDisk();
        foreach ((string path, byte[] bytes) in image)
        {
            var file = new Growing();
            file.Write(0, bytes);
            disk._names[path] = disk._files.Count;
            disk._files.Add(file);
        }

        return disk;
    }

    /// <summary>The calls so far; a call that failed is not among them.</summary>
    public IReadOnlyList<DiskStep> Steps => _steps;

    /// <summary>Calls so far, failed ones included.</summary>
    public int Calls { get; private set; }

    /// <summary>The call, counted from 1, that fails with <see cref="FailWith"/>; 0 for none. A failed write has written its first half.</summary>
    public int FailAt { get; set; }

    /// <summary>Every call from <see cref="FailAt"/> on fails, not that one alone.</summary>
    public bool KeepsFailing { get; set; }

    /// <summary>The error's words.</summary>
    public string FailWith { get; set; } = "Input/output error (errno 5)";

    /// <summary>The call that was made to fail; null while none was.</summary>
    public DiskStep? Failed { get; private set; }

    /// <summary>The bytes of every file now.</summary>
    public Dictionary<string, byte[]> Image() => _names.ToDictionary(n => n.Key, n => _files[n.Value].Bytes(), StringComparer.Ordinal);

    public void CreateFolder(string folder)
    {
    }

    public IReadOnlyList<string> List(string folder) =>
        [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public IDiskFile Create(string path, long zeroBytes)
    {
        if (_names.ContainsKey(path))
            throw new IOException($"{path} exists.");
        Take(new DiskStep(DiskCall.Create, path, _files.Count, zeroBytes));
        var file = new Growing();
        file.Write(0, new byte[zeroBytes]);
        _names[path] = _files.Count;
        _files.Add(file);
        return new OpenFile(this, path, _files.Count - 1);
    }

    public IDiskFile Open(string path, bool forWriting) => _names.TryGetValue(path, out int file)
        ? new OpenFile(this, path, file)
        : throw new FileNotFoundException($"{path} is not there.", path);

    public void Rename(string from, string to)
    {
        Take(new DiskStep(DiskCall.Rename, from, _names[from], To: to));
        _names.Remove(from, out int file);
        _names[to] = file;
    }

    public IReadOnlyList<string> Tree(string folder) => [.. Below(folder).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    /// <summary>A folder is there as long as a file is in it.</summary>
    public bool HasFolder(string folder) => Below(folder).Length > 0;

    public void RenameFolder(string from, string to)
    {
        if (HasFolder(to) || !HasFolder(from))
            throw new IOException($"{from} cannot become {to}.");
        Take(new DiskStep(DiskCall.RenameFolder, from, -1, To: to));
        foreach (string path in Below(from))
        {
            _names.Remove(path, out int file);
            _names[to + path[from.Length..]] = file;
        }
    }

    public void CopyRights(string from, string to)
    {
    }

    /// <summary>File by file, as a real one does.</summary>
    public void DeleteFolder(string folder)
    {
        foreach (string path in Below(folder).Order(StringComparer.Ordinal))
            Delete(path);
    }

    public void DeleteEmptyFolder(string folder)
    {
        if (Below(folder).Length > 0)
            throw new IOException($"{folder} is not empty.");
    }

    public void Delete(string path)
    {
        if (!_names.TryGetValue(path, out int file))
            return;
        Take(new DiskStep(DiskCall.Delete, path, file));
        _names.Remove(path);
    }

    public void SyncFolder(string folder) => Take(new DiskStep(DiskCall.SyncFolder, folder, -1));

    /// <summary>What <see cref="FreeBytes"/> says; nothing is refused for it.</summary>
    public long Free { get; set; } = long.MaxValue;

    public long FreeBytes(string folder) => Free;

    public long UsedBytes(string folder) =>
        _names.Where(n => n.Key.StartsWith(folder, StringComparison.Ordinal)).Sum(n => (long)_files[n.Value].Length);

    public IDisposable Lock(string path)
    {
        if (!_locked.Add(path))
            throw new IOException($"{path} is already open in this simulation.");
        return new Held(() => _locked.Remove(path));
    }

    string[] Below(string folder) => [.. _names.Keys.Where(path => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))];

    void Take(DiskStep step)
    {
        if (++Calls == FailAt || (KeepsFailing && FailAt > 0 && Calls > FailAt))
        {
            Failed ??= step;
            throw new IOException($"{step.Call} of {step.Path} failed: {FailWith}.");
        }

        _steps.Add(step);
    }

    sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    sealed class OpenFile(TraceDisk disk, string path, int number) : IDiskFile
    {
        bool _poisoned;

        public long Length => disk._files[number].Length;

        public int Read(long offset, Span<byte> into) => disk._files[number].Read(offset, into);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            Refuse();
            var step = new DiskStep(DiskCall.Write, path, number, offset, bytes.ToArray());
            try
            {
                disk.Take(step);
            }
            catch (IOException)
            {
                ReadOnlySpan<byte> half = bytes[..(bytes.Length / 2)];
                disk._steps.Add(step with { Bytes = half.ToArray() });
                disk._files[number].Write(offset, half);
                throw;
            }

            disk._files[number].Write(offset, bytes);
        }

        public void Sync()
        {
            Refuse();
            try
            {
                disk.Take(new DiskStep(DiskCall.Sync, path, number));
            }
            catch (IOException)
            {
                _poisoned = true;
                throw;
            }
        }

        public void Dispose()
        {
        }

        void Refuse()
        {
            if (_poisoned)
                throw new IOException($"{path} is poisoned.");
        }
    }

    sealed class Growing
    {
        byte[] _bytes = [];

        public int Length { get; private set; }

        public byte[] Bytes() => _bytes[..Length];

        public int Read(long offset, Span<byte> into)
        {
            int count = (int)Math.Clamp(Length - offset, 0, into.Length);
            _bytes.AsSpan((int)Math.Min(offset, Length), count).CopyTo(into);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            int end = (int)offset + bytes.Length;
            if (end > _bytes.Length)
                Array.Resize(ref _bytes, Math.Max(end, _bytes.Length * 2));
            bytes.CopyTo(_bytes.AsSpan((int)offset));
            Length = Math.Max(Length, end);
        }
    }
}
