using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EdgeRuntime.Journal.Disks;

/// <summary>
/// Our own fdatasync and fsync with a look at errno. The framework's RandomAccess.FlushToDisk and FileStream.Flush(true) return
/// normally on Linux when the flush has failed (docs/decisions/0003), so nothing durable may go through them.
/// </summary>
sealed class PosixFlush : IFlush
{
    const int Interrupted = 4;
    const int CloseOnExec = 0x80000;

    // Asked of the main program's handle and not of "libc", so that a preloaded library can take the place of these and a test can
    // make a flush fail.
    static readonly OnDescriptor s_fdatasync = Find<OnDescriptor>("fdatasync");
    static readonly OnDescriptor s_fsync = Find<OnDescriptor>("fsync");
    static readonly OnDescriptor s_close = Find<OnDescriptor>("close");
    static readonly OnPath s_open = Find<OnPath>("open");

    public void File(SafeFileHandle file, string path)
    {
        bool held = false;
        try
        {
            file.DangerousAddRef(ref held);
            Flush(s_fdatasync, (int)file.DangerousGetHandle(), path);
        }
        finally
        {
            if (held)
                file.DangerousRelease();
        }
    }

    public void Folder(string folder)
    {
        int descriptor = s_open(folder, CloseOnExec);
        if (descriptor < 0)
            throw Failure("Opening", folder, Marshal.GetLastPInvokeError());
        try
        {
            Flush(s_fsync, descriptor, folder);
        }
        finally
        {
            _ = s_close(descriptor);
        }
    }

    static void Flush(OnDescriptor call, int descriptor, string path)
    {
        while (call(descriptor) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                throw Failure("Flushing", path, error);
        }
    }

    static IOException Failure(string doing, string path, int error) =>
        new($"{doing} {path} to disk failed: {new Win32Exception(error).Message} (errno {error}). Check the disk, then start again.");

    static T Find<T>(string name)
        where T : Delegate
    {
        if (!NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), name, out nint address))
            address = NativeLibrary.GetExport(NativeLibrary.Load("libc"), name);
        return Marshal.GetDelegateForFunctionPointer<T>(address);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl, SetLastError = true)]
    delegate int OnDescriptor(int descriptor);

    [UnmanagedFunctionPointer(CallingConvention.Cdecl, SetLastError = true)]
    delegate int OnPath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
