using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;

namespace EdgeRuntime.Journal.Segments;

/// <summary>
/// Keeps the next segment ready: zeroed and flushed before it is needed, because flushing into space that a file already has costs
/// half of flushing into space it must first get, and because a full disk shows early.
/// </summary>
sealed class SegmentSupply(IDisk disk, string folder, long segmentBytes, bool inBackground, Action<string> tellShortage)
{
    readonly Ballast _ballast = new(disk, folder, segmentBytes);
    readonly Lock _gate = new();
    Task<IDiskFile>? _next;
    long _number;
    bool _isTaking;
    volatile bool _isShort;

    public JournalSpace Space => new(!_isShort, _ballast.IsReady);

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
            if (disk.FreeBytes(folder) < segmentBytes)
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

    string PathOf(string name) => Path.Combine(folder, name);
}
