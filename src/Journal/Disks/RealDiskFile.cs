using Microsoft.Win32.SafeHandles;

namespace EdgeRuntime.Journal.Disks;

sealed class RealDiskFile : IDiskFile
{
    readonly SafeFileHandle _handle;
    readonly string _path;
    readonly IFlush _flush;
    bool _poisoned;

    public RealDiskFile(string path, FileMode mode, FileAccess access, IFlush flush)
    {
        _path = path;
        _flush = flush;
        _handle = File.OpenHandle(path, mode, access, FileShare.ReadWrite | FileShare.Delete);
    }

    public long Length => RandomAccess.GetLength(_handle);

    public int Read(long offset, Span<byte> into)
    {
        int read = 0;
        while (read < into.Length)
        {
            int got = RandomAccess.Read(_handle, into[read..], offset + read);
            if (got == 0)
                break;
            read += got;
        }

        return read;
    }

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        RefuseIfPoisoned();
        RandomAccess.Write(_handle, bytes, offset);
    }

    public void Sync()
    {
        RefuseIfPoisoned();
        try
        {
            _flush.File(_handle, _path);
        }
        catch (IOException)
        {
            _poisoned = true;
            throw;
        }
    }

    public void Dispose() => _handle.Dispose();

    void RefuseIfPoisoned()
    {
        if (_poisoned)
            throw new IOException($"A flush of {_path} has failed, so nothing more is written through this handle.");
    }
}
