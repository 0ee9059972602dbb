using Microsoft.Win32.SafeHandles;

namespace EdgeRuntime.Journal.Disks;

/// <summary>How one operating system makes bytes durable. The one seam that Windows code lies behind.</summary>
interface IFlush
{
    /// <exception cref="IOException">The system says that the bytes are not on the medium.</exception>
    void File(SafeFileHandle file, string path);

    /// <inheritdoc cref="File"/>
    void Folder(string folder);
}
