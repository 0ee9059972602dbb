using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Retention;

/// <summary>
/// A whole segment of zeroes, really written and durable, that lies beside the journal for the day when the disk gives no other. It is put into use
/// by a rename, which takes no room: releasing it first would let others have what it freed.
/// </summary>
sealed class Ballast
{
    public const string Name = "BALLAST";
    const string NewName = "BALLAST.new";

    readonly IDisk _disk;
    readonly string _folder;
    readonly long _bytes;
    readonly Lock _gate = new();
    volatile bool _isReady;

    public Ballast(IDisk disk, string folder, long bytes)
    {
        (_disk, _folder, _bytes) = (disk, folder, bytes);
        IReadOnlyList<string> names = disk.List(folder);
        if (names.Contains(NewName))
            disk.Delete(PathOf(NewName));
        if (!names.Contains(Name))
            return;
        using (IDiskFile file = disk.Open(PathOf(Name), forWriting: false))
            _isReady = file.Length == bytes;
        // Of another size it fits no segment of this journal.
        if (!_isReady)
            disk.Delete(PathOf(Name));
    }

    public bool IsReady => _isReady;

    /// <summary>Makes the ballast where it is missing and the disk has room for it.</summary>
    /// <returns>Whether it is there now.</returns>
    /// <exception cref="IOException">The disk refuses although it said that it has room.</exception>
    public bool TryMake()
    {
        if (_isReady)
            return true;
        if (_disk.FreeBytes(_folder) < _bytes)
            return false;
        IDiskFile file = _disk.Create(PathOf(NewName), _bytes);
        try
        {
            file.Sync();
        }
        catch
        {
            file.Dispose();
            _disk.Delete(PathOf(NewName));
            throw;
        }

        file.Dispose();
        lock (_gate)
        {
            _disk.Rename(PathOf(NewName), PathOf(Name));
            _disk.SyncFolder(_folder);
            return _isReady = true;
        }
    }

    /// <summary>Gives the ballast another name and opens it for writing; null when there is none.</summary>
    public IDiskFile? Use(string path)
    {
        lock (_gate)
        {
            if (!_isReady)
                return null;
            _isReady = false;
            _disk.Rename(PathOf(Name), path);
            return _disk.Open(path, forWriting: true);
        }
    }

    string PathOf(string name) => Path.Combine(_folder, name);
}
