using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal.Segments;

/// <summary>
/// Keeps the next segment ready: zeroed and flushed before it is needed, because flushing into space that a file already has costs
/// half of flushing into space it must first get, and because a full disk shows early.
/// </summary>
sealed class SegmentSupply(IDisk disk, string folder, long segmentBytes, bool inBackground, Action<string> tellShortage)
{
    Task<IDiskFile>? _next;
    long _number;

    public void Prepare(long number)
    {
        _number = number;
        if (inBackground)
            _next = Task.Factory.StartNew(MakeAhead, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
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
        if (_next is not { } next)
            return;
        _next = null;
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
        Task<IDiskFile>? next = _next;
        _next = null;
        if (next is null)
            return Make();
        try
        {
            return next.GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            // Told when it happened; the disk may have room by now.
            return Make();
        }
    }

    IDiskFile MakeAhead()
    {
        try
        {
            return Make();
        }
        catch (IOException shortage)
        {
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
