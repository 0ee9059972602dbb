using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Tests.Kit.Disks;

/// <summary>The power went, or the process was killed, in the middle of an operation.</summary>
public sealed class PowerCutException() : Exception("The simulated power was cut.");

/// <summary>
/// A disk in memory that behaves as badly as real ones may. Writes reach the medium in sectors of 512 bytes, in any order, and only a
/// flush makes sure of them; names reach it in order, and only a flush of the folder makes sure of them; a failed flush drops what it
/// likes and calls the rest clean. Repeats exactly for a seed. One folder; not for several threads.
/// </summary>
public sealed class SimDisk(Random random) : IDisk
{
    const int SectorBytes = 512;

    readonly List<Action<Dictionary<string, Content>>> _namesPending = [];
    Dictionary<string, Content> _names = new(StringComparer.Ordinal);
    Dictionary<string, Content> _namesDurable = new(StringComparer.Ordinal);
    bool _dead;
    bool _locked;

    /// <summary>Operations so far in this life.</summary>
    public int Operations { get; private set; }

    /// <summary>The operation, counted from 1, in which the power goes; 0 for none.</summary>
    public int CutAt { get; set; }

    /// <summary>Share of flushes that fail with EIO.</summary>
    public double SyncFails { get; set; }

    /// <summary>Bytes that all files together may have.</summary>
    public long BytesMax { get; set; } = long.MaxValue;

    /// <summary>A planted fault of the disk: flushes say yes and do nothing.</summary>
    public bool LiesAboutSync { get; set; }

    /// <summary>A planted fault of the software below: a flush that fails looks like one that did not, as the framework's does.</summary>
    public bool SwallowsSyncErrors { get; set; }

    /// <summary>Ends the life. Without power, what was not flushed is there or not, sector by sector; a killed process leaves everything to the system.</summary>
    public void Restart(bool powerCut)
    {
        if (powerCut)
        {
            foreach (Content content in _names.Values.Concat(_namesDurable.Values).Distinct())
                content.CutPower(random);
            int kept = random.Next(_namesPending.Count + 1);
            foreach (Action<Dictionary<string, Content>> rename in _namesPending.Take(kept))
                rename(_namesDurable);
            _namesPending.Clear();
            _names = new(_namesDurable, StringComparer.Ordinal);
        }

        _dead = false;
        _locked = false;
        Operations = 0;
        CutAt = 0;
    }

    /// <summary>Flips one bit that is on the medium.</summary>
    public void Rot(string path, long offset, int bit) => _names[path].Flip(offset, bit);

    /// <summary>Puts a file on the medium, as if an earlier life had left it there; false where there is one of that name.</summary>
    public bool Plant(string path, byte[] bytes)
    {
        if (_names.ContainsKey(path))
            return false;
        var content = new Content();
        content.Write(0, bytes);
        content.Sync();
        _names[path] = content;
        _namesDurable[path] = content;
        return true;
    }

    public byte[] BytesOf(string path) => _names[path].Bytes();

    public void CreateFolder(string folder)
    {
    }

    public IReadOnlyList<string> List(string folder) =>
        [.. _names.Keys.Where(path => Path.GetDirectoryName(path) == folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public IDiskFile Create(string path, long zeroBytes)
    {
        bool cut = Begin();
        if (_names.ContainsKey(path))
            throw new IOException($"{path} exists.");
        var content = new Content();
        Name(names => names[path] = content);
        content.Write(0, new byte[cut ? random.NextInt64(zeroBytes) : Math.Min(zeroBytes, Room())]);
        if (cut)
            Die();
        if (content.Length < zeroBytes)
        {
            Name(names => names.Remove(path));
            throw new IOException($"There is no room for {path}.");
        }

        return new OpenFile(this, content, path);
    }

    public IDiskFile Open(string path, bool forWriting) => _names.TryGetValue(path, out Content? content)
        ? new OpenFile(this, content, path)
        : throw new FileNotFoundException($"{path} is not there.", path);

    public void Rename(string from, string to)
    {
        bool cut = Begin();
        Content content = _names[from];
        if (!cut || random.Next(2) == 0)
        {
            Name(names =>
            {
                names.Remove(from);
                names[to] = content;
            });
        }

        if (cut)
            Die();
    }

    public IReadOnlyList<string> Tree(string folder) => [.. Below(folder).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    public bool HasFolder(string folder) => Below(folder).Length > 0;

    public void RenameFolder(string from, string to)
    {
        foreach (string path in Below(from))
            Rename(path, to + path[from.Length..]);
    }

    public void CopyRights(string from, string to)
    {
    }

    public void DeleteFolder(string folder)
    {
        foreach (string path in Below(folder))
            Delete(path);
    }

    public void DeleteEmptyFolder(string folder)
    {
        if (Below(folder).Length > 0)
            throw new IOException($"{folder} is not empty.");
    }

    public void Delete(string path)
    {
        bool cut = Begin();
        Name(names => names.Remove(path));
        if (cut)
            Die();
    }

    public void SyncFolder(string folder)
    {
        if (Begin())
            Die();
        if (LiesAboutSync)
            return;
        foreach (Action<Dictionary<string, Content>> pending in _namesPending)
            pending(_namesDurable);
        _namesPending.Clear();
    }

    public long FreeBytes(string folder) => Room();

    public long UsedBytes(string folder) =>
        _names.Where(name => name.Key.StartsWith(folder, StringComparison.Ordinal)).Select(name => name.Value).Distinct().Sum(content => content.Length);

    public IDisposable Lock(string path)
    {
        if (_locked)
            throw new IOException($"{path} is already open in this simulation.");
        _locked = true;
        return new Held(() => _locked = false);
    }

    string[] Below(string folder) => [.. _names.Keys.Where(path => path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))];

    long Room() => Math.Max(0, BytesMax - _names.Values.Distinct().Sum(content => content.Length));

    void Name(Action<Dictionary<string, Content>> change)
    {
        change(_names);
        _namesPending.Add(change);
    }

    // True when the power goes during this operation.
    bool Begin()
    {
        if (_dead)
            throw new PowerCutException();
        return ++Operations == CutAt;
    }

    void Die()
    {
        _dead = true;
        throw new PowerCutException();
    }

    sealed class Held(Action release) : IDisposable
    {
        public void Dispose() => release();
    }

    sealed class OpenFile(SimDisk disk, Content content, string path) : IDiskFile
    {
        bool _poisoned;

        public long Length => content.Length;

        public int Read(long offset, Span<byte> into) => content.Read(offset, into);

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            bool cut = disk.Begin();
            if (_poisoned)
                throw new IOException($"{path} is poisoned.");
            ReadOnlySpan<byte> fits = bytes[..(int)Math.Min(bytes.Length, Math.Max(0, content.Length - offset) + disk.Room())];
            content.Write(offset, cut ? fits[..disk.Random(fits.Length)] : fits);
            if (cut)
                disk.Die();
            if (fits.Length < bytes.Length)
                throw new IOException($"There is no room for {path}.");
        }

        public void Sync()
        {
            bool cut = disk.Begin();
            if (_poisoned)
                throw new IOException($"{path} is poisoned.");
            if (cut)
            {
                content.SyncSome(disk.NextRandom);
                disk.Die();
            }

            if (disk.NextRandom.NextDouble() < disk.SyncFails)
            {
                content.FailSync(disk.NextRandom);
                if (disk.SwallowsSyncErrors)
                    return;
                _poisoned = true;
                throw new IOException($"Flushing {path} to disk failed: Input/output error (errno 5).");
            }

            if (!disk.LiesAboutSync)
                content.Sync();
        }

        public void Dispose()
        {
        }
    }

    Random NextRandom => random;

    int Random(int below) => below == 0 ? 0 : random.Next(below);

    /// <summary>What the system believes, what is on the medium, and which sectors the system still means to write.</summary>
    sealed class Content
    {
        readonly SortedSet<int> _dirty = [];
        byte[] _current = [];
        byte[] _durable = [];
        int _length;
        int _durableLength;

        public long Length => _length;

        public byte[] Bytes() => _current[.._length];

        public int Read(long offset, Span<byte> into)
        {
            int bytes = (int)Math.Clamp(_length - offset, 0, into.Length);
            _current.AsSpan((int)offset, bytes).CopyTo(into);
            return bytes;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            int end = (int)offset + bytes.Length;
            if (end > _current.Length)
            {
                int room = (end + SectorBytes - 1) / SectorBytes * SectorBytes;
                Array.Resize(ref _current, room);
                Array.Resize(ref _durable, room);
            }

            bytes.CopyTo(_current.AsSpan((int)offset));
            _length = Math.Max(_length, end);
            for (int sector = (int)offset / SectorBytes; sector * SectorBytes < end; sector++)
                _dirty.Add(sector);
        }

        public void Sync()
        {
            foreach (int sector in _dirty)
                Persist(sector);
            _dirty.Clear();
            _durableLength = _length;
        }

        public void SyncSome(Random random)
        {
            foreach (int sector in _dirty.ToArray())
            {
                if (random.Next(2) == 0)
                    continue;
                Persist(sector);
                _dirty.Remove(sector);
            }
        }

        // As Linux does: after the error every page counts as clean, written or not.
        public void FailSync(Random random)
        {
            SyncSome(random);
            _dirty.Clear();
        }

        public void CutPower(Random random)
        {
            SyncSome(random);
            if (random.Next(2) == 0)
                _durableLength = _length;
            _dirty.Clear();
            _durable.CopyTo(_current, 0);
            _length = _durableLength;
        }

        public void Flip(long offset, int bit)
        {
            _current[offset] ^= (byte)(1 << bit);
            _durable[offset] = _current[offset];
        }

        void Persist(int sector) =>
            _current.AsSpan(sector * SectorBytes, SectorBytes).CopyTo(_durable.AsSpan(sector * SectorBytes));
    }
}
