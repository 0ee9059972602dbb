using EdgeRuntime.Facts;
using EdgeRuntime.Registry.Manifest;

namespace EdgeRuntime.Registry;

/// <summary>Reads one file of a release into memory: a plain file in this folder, of a size that was agreed before a byte was read.</summary>
static class ReleaseFileReader
{
    /// <exception cref="ReleaseRefusedException">It is not the file that the release names.</exception>
    internal static byte[] Read(string folder, ReleaseFile file)
    {
        byte[] bytes = Read(folder, file.Path, file.Size, sizeIsExact: true);
        var found = Digest.Of(bytes);
        return found == file.Sha256
            ? bytes
            : throw new ReleaseRefusedException($"The file '{Path.Combine(folder, file.Path)}' is not the one of the release: expected {file.Sha256}, found {found}.") { File = file.Path };
    }

    /// <exception cref="ReleaseRefusedException">It is missing, empty, larger or not a plain file.</exception>
    internal static byte[] Read(string folder, string name, long bytesMax) => Read(folder, name, bytesMax, sizeIsExact: false);

    static byte[] Read(string folder, string name, long size, bool sizeIsExact)
    {
        string path = Path.Combine(folder, name);
        try
        {
            var found = new FileInfo(path);
            if (!found.Exists)
                throw new ReleaseRefusedException($"The file '{path}' of the release does not exist.") { File = name };
            if (found.LinkTarget is not null)
                throw new ReleaseRefusedException($"The file '{path}' is a link; a release holds plain files only.") { File = name };
            // A pipe or a device says that it has no bytes, and reading it could wait for ever.
            if (found.Length == 0)
                throw new ReleaseRefusedException($"The file '{path}' is empty.") { File = name };
            if (sizeIsExact ? found.Length != size : found.Length > size)
                throw WrongSize(path, size, sizeIsExact, found.Length);
            return ReadExactly(path, found.Length, size, sizeIsExact);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReleaseRefusedException($"The file '{path}' cannot be read: {e.Message}", e) { File = name };
        }
    }

    /// <summary>The size was looked at before; a file that grows or shrinks under the reading is refused like one of the wrong size.</summary>
    static byte[] ReadExactly(string path, long length, long size, bool sizeIsExact)
    {
        using FileStream stream = File.OpenRead(path);
        var bytes = new byte[length];
        int read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (read < bytes.Length || stream.ReadByte() >= 0)
            throw WrongSize(path, size, sizeIsExact, stream.Length);
        return bytes;
    }

    static ReleaseRefusedException WrongSize(string path, long size, bool sizeIsExact, long found) => new(
        sizeIsExact
            ? $"The file '{path}' is not the one of the release: expected {size} bytes, found {found}."
            : $"The file '{path}' has {found} bytes; at most {size} are read.") { File = Path.GetFileName(path) };
}
