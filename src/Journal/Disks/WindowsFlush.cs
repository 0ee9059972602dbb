using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace EdgeRuntime.Journal.Disks;

/// <summary>FlushFileBuffers with a look at the error. Built, not run: see docs/operating/windows.md.</summary>
[SupportedOSPlatform("windows")]
sealed partial class WindowsFlush : IFlush
{
    public void File(SafeFileHandle file, string path)
    {
        if (FlushFileBuffers(file))
            return;
        int error = Marshal.GetLastPInvokeError();
        throw new IOException(
            $"Flushing {path} to disk failed: {new Win32Exception(error).Message} (error {error}). Check the disk, then start again.");
    }

    // NTFS writes names through its own log and gives an ordinary process no handle that could flush a folder.
    public void Folder(string folder)
    {
    }

    [LibraryImport("kernel32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);
}
