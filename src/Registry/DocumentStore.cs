using EdgeRuntime.Facts;

namespace EdgeRuntime.Registry;

/// <summary>
/// Every site document that ever answered (pipeline, rules), each in a file named by the SHA-256 of its bytes, so that a replay finds what ran
/// then. One process keeps; any number opens.
/// </summary>
public sealed class DocumentStore
{
    readonly string _folder;

    /// <param name="folder">Made when it is missing.</param>
    public DocumentStore(string folder) => _folder = folder;

    public string PathOf(Digest document) => Path.Combine(_folder, document.Hex);

    public bool Has(Digest document) => File.Exists(PathOf(document));

    /// <summary>Keeps a document and gives its digest. One that is kept already is checked, and written anew when its bytes have changed since.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public Digest Keep(ReadOnlySpan<byte> document)
    {
        var digest = Digest.Of(document);
        string final = PathOf(digest);
        if (File.Exists(final) && Digest.Of(File.ReadAllBytes(final)) == digest)
            return digest;
        Directory.CreateDirectory(_folder);
        KeptFile.Write(final + ".writing", document);
        File.Move(final + ".writing", final, overwrite: true);
        return digest;
    }

    /// <exception cref="ReleaseRefusedException">It was never kept, or is not what was kept.</exception>
    public ReadOnlyMemory<byte> Open(Digest document)
    {
        string path = PathOf(document);
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            var found = Digest.Of(bytes);
            return found == document ? bytes : throw new ReleaseRefusedException($"The document '{path}' was changed: expected {document}, found {found}.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ReleaseRefusedException($"The document {document} is not kept in '{_folder}'; copy it there, named {document.Hex}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReleaseRefusedException($"The document '{path}' cannot be read: {e.Message}", e);
        }
    }
}
