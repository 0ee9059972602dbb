using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;

namespace EdgeRuntime.Journal.Segments;

/// <summary>
/// Keeps the next segment ready: zeroed and flushed before it is needed, because flushing into space that a file already has costs
/// half of flushing into space it must first get, and because a full disk shows early. Space of retired segments is used again, so that
/// in the long run no space is taken from or given back to the disk.
/// </summary>
sealed class SegmentSupply(IDisk disk, string folder, long segmentBytes, bool inBackground, Action<string> tellShortage)
{
    /// <summary>One in the making and one to come; more would only keep space that others lack.</summary>
    const int SparesMax = 2;

    static readonly byte[] s_zeroes = new byte[256 << 10];

    readonly Lock _guard = new();
    readonly Queue<string> _spares = [];
    readonly Ballast _ballast = new(disk, folder, segmentBytes);
    readonly Lock _gate = new();
    Task<IDiskFile>? _next;
    long _number;
    bool _isTaking;
    volatile bool _isShort;

    public JournalSpace Space => new(!_isShort, _ballast.IsReady);

    /// <summary>Takes what the last run left: prepared segments are removed, spares are kept for use. Before the first segment is prepared.</summary>
    public void Adopt(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (SegmentName.IsSpare(name) && _spares.Count < SparesMax)
                _spares.Enqueue(PathOf(name));
            else if (SegmentName.IsSpare(name) || SegmentName.IsNew(name))
                disk.Delete(PathOf(name));
        }
    }

    /// <summary>
    /// Takes a log that is sealed or otherwise not needed any more; when this returns it is gone under its name, durably, and its space
    /// will be used again: who has it open will see its bytes overwritten. From any thread.
    /// </summary>
    /// <exception cref="IOException">The disk refuses; the log is there still, or a spare.</exception>
    public void Recycle(long number)
    {
        string path = PathOf(SegmentName.Of(number));
        string spare = PathOf(SegmentName.OfSpare(number));
        bool keep;
        lock (_guard)
            keep = _spares.Count < SparesMax;
        if (keep)
            disk.Rename(path, spare);
        else
            disk.Delete(path);
        disk.SyncFolder(folder);
        if (!keep)
            return;
        lock (_guard)
            _spares.Enqueue(spare);
    }

    public void Prepare(long number)
    {
        lock (_gate)
        {
            _number = number;
            _isTaking = false;
            if (inBackground)
                _next = Task.Factory.StartNew(MakeAhead, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Makes what is missing as far as the disk has room: the ballast first, then the next segment.</summary>
    public void Refill()
    {
        try
        {
            if (_ballast.TryMake())
                PrepareAgain();
        }
        catch (IOException shortage)
        {
            tellShortage(shortage.Message);
        }
    }

    void PrepareAgain()
    {
        Task<IDiskFile> making;
        lock (_gate)
        {
            if (_isTaking || _next is { IsFaulted: false } || (inBackground && !_isShort))
                return;
            if (!HasSpare() && disk.FreeBytes(folder) < segmentBytes)
            {
                _isShort = true;
                return;
            }

            making = inBackground
                ? Task.Factory.StartNew(MakeAhead, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
                : Task.FromResult(MakeAhead());
            _next = making;
        }

        making.ContinueWith(_ => { }, TaskScheduler.Default).Wait();
    }

    /// <summary>Puts the prepared segment into use under its own name, durably.</summary>
    public IDiskFile Take(byte[] header)
    {
        string inUse = PathOf(SegmentName.Of(_number));
        using (IDiskFile file = Ready())
        {
            file.Write(0, header);
            file.Sync();
            disk.Rename(PathOf(SegmentName.OfNew(_number)), inUse);
        }

        disk.SyncFolder(folder);

        // Opened by its new name, which is the one that an error must tell.
        return disk.Open(inUse, forWriting: true);
    }

    /// <summary>Removes what was prepared and not used.</summary>
    public void Discard()
    {
        Task<IDiskFile>? next;
        lock (_gate)
        {
            next = _next;
            _next = null;
            _isTaking = true;
        }

        if (next is null)
            return;
        try
        {
            next.GetAwaiter().GetResult().Dispose();
            disk.Delete(PathOf(SegmentName.OfNew(_number)));
        }
        catch (IOException shortage)
        {
            // Never used and never read; the next start removes what may be left of it.
            tellShortage(shortage.Message);
        }
    }

    IDiskFile Ready()
    {
        Task<IDiskFile>? next;
        lock (_gate)
        {
            next = _next;
            _next = null;
            _isTaking = true;
        }

        if (next is null)
            return MakeOrUseBallast();
        try
        {
            return next.GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // Told when it happened; the disk may have room by now.
            return MakeOrUseBallast();
        }
    }

    IDiskFile MakeOrUseBallast()
    {
        try
        {
            IDiskFile made = Make();
            _isShort = false;
            return made;
        }
        catch (IOException)
        {
            _isShort = true;
            if (_ballast.Use(PathOf(SegmentName.OfNew(_number))) is { } ballast)
                return ballast;
            throw;
        }
    }

    IDiskFile MakeAhead()
    {
        try
        {
            IDiskFile made = Make();
            _isShort = false;
            return made;
        }
        catch (IOException shortage)
        {
            _isShort = true;
            tellShortage(shortage.Message);
            throw;
        }
    }

    IDiskFile Make()
    {
        string path = PathOf(SegmentName.OfNew(_number));
        if (Spare() is { } spare)
            return MakeOf(spare, path);
        IDiskFile file = disk.Create(path, segmentBytes);
        try
        {
            file.Sync();
            return file;
        }
        catch
        {
            file.Dispose();
            disk.Delete(path);
            throw;
        }
    }

    // The name comes last: a segment in preparation holds zeroes only, and a spare holds nothing that counts.
    IDiskFile MakeOf(string spare, string path)
    {
        IDiskFile file = disk.Open(spare, forWriting: true);
        try
        {
            for (long at = 0; at < segmentBytes; at += s_zeroes.Length)
                file.Write(at, s_zeroes.AsSpan(0, (int)Math.Min(s_zeroes.Length, segmentBytes - at)));
            file.Sync();
            disk.Rename(spare, path);
            return file;
        }
        catch (IOException)
        {
            file.Dispose();
            disk.Delete(spare);
            throw;
        }
    }

    bool HasSpare()
    {
        lock (_guard)
            return _spares.Count > 0;
    }

    string? Spare()
    {
        while (true)
        {
            string? spare;
            lock (_guard)
            {
                if (!_spares.TryDequeue(out spare))
                    return null;
            }

            // One of another length is from before a change of journal.segmentBytes.
            using (IDiskFile file = disk.Open(spare, forWriting: false))
            {
                if (file.Length == segmentBytes)
                    return spare;
            }

            disk.Delete(spare);
        }
    }

    string PathOf(string name) => Path.Combine(folder, name);
}
