using EdgeRuntime.Journal.Disks;

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
    Task<IDiskFile>? _next;
    long _number;

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
