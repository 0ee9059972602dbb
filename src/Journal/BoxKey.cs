using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Journal;

/// <summary>
/// The key that a box signs its checkpoints with: ECDSA P-256, made at the first start, readable by its owner only. Its fingerprint is
/// the SHA-256 of the public key; who wrote it down at the first start can prove later that a journal is this box's.
/// </summary>
public sealed class BoxKey : ICheckpointSigner, IDisposable
{
    public const string PrivateName = "box.pem";
    public const string PublicName = "box.pub.pem";
    const string FormerPrefix = "former-";
    const string NewSuffix = ".new";
    const int FileBytesMax = 16 << 10;

    readonly ECDsa _key;

    BoxKey(ECDsa key, bool isNew)
    {
        _key = key;
        IsNew = isNew;
        PublicKey = key.ExportSubjectPublicKeyInfo();
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public Digest Fingerprint => Digest.Of(PublicKey.Span);

    /// <summary>It was made now. Then its fingerprint is to be told to people.</summary>
    public bool IsNew { get; }

    /// <summary>The key in <paramref name="folder"/>; made, durably, where there is none.</summary>
    /// <exception cref="IOException">The key cannot be read or written, or is none; one plain sentence.</exception>
    public static BoxKey OpenOrMake(string folder, IDisk disk)
    {
        disk.CreateFolder(folder);
        string path = Path.Combine(folder, PrivateName);
        if (disk.List(folder).Contains(PrivateName, StringComparer.Ordinal))
            return Read(path, disk);
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        // The public half first: a box with a private key then always has both.
        Write(Path.Combine(folder, PublicName), key.ExportSubjectPublicKeyInfoPem(), disk, isPrivate: false);
        Write(path, key.ExportPkcs8PrivateKeyPem(), disk, isPrivate: true);
        disk.SyncFolder(folder);
        return new BoxKey(key, isNew: true);
    }

    /// <summary>The fingerprint of the public key in <paramref name="folder"/>, or null where there is none.</summary>
    /// <exception cref="IOException">The file is no public key.</exception>
    public static Digest? FingerprintIn(string folder, IDisk disk)
    {
        if (!disk.List(folder).Contains(PublicName, StringComparer.Ordinal))
            return null;
        return FingerprintOf(Path.Combine(folder, PublicName), disk);
    }

    /// <summary>Fingerprints of the keys that this box signed with before it was restored without them.</summary>
    /// <exception cref="IOException">A file is no public key.</exception>
    public static IReadOnlyList<Digest> FormerIn(string folder, IDisk disk) =>
        [.. disk.List(folder).Where(name => name.StartsWith(FormerPrefix, StringComparison.Ordinal)).Select(name => FingerprintOf(Path.Combine(folder, name), disk))];

    /// <summary>Where the private key is not there any more: keeps the public one under a name of its own, so that what it signed stays provable beside a new key.</summary>
    /// <exception cref="IOException">The file is no public key.</exception>
    public static void RetirePublic(string folder, IDisk disk)
    {
        if (FingerprintIn(folder, disk) is not { } fingerprint || disk.List(folder).Contains(PrivateName, StringComparer.Ordinal))
            return;
        disk.Rename(Path.Combine(folder, PublicName), Path.Combine(folder, $"{FormerPrefix}{fingerprint.Short}.pub.pem"));
        disk.SyncFolder(folder);
    }

    /// <summary>
    /// Keeps a public key of elsewhere among the former ones in <paramref name="folder"/>, so that what it signed stays provable there. Nothing where it is the
    /// box's own, or kept already.
    /// </summary>
    /// <exception cref="IOException">The file is no public key, or the disk refuses.</exception>
    public static void KeepFormer(string publicKey, string folder, IDisk disk)
    {
        Digest fingerprint = FingerprintOf(publicKey, disk);
        if (FingerprintIn(folder, disk) == fingerprint || FormerIn(folder, disk).Contains(fingerprint))
            return;
        using var key = ECDsa.Create();
        Import(key, publicKey, disk);
        disk.CreateFolder(folder);
        string name = $"{FormerPrefix}{fingerprint.Short}.pub.pem";
        // The short form is for people; two keys that share it must both stay.
        if (disk.List(folder).Contains(name, StringComparer.Ordinal))
            name = $"{FormerPrefix}{fingerprint.Hex}.pub.pem";
        Write(Path.Combine(folder, name), key.ExportSubjectPublicKeyInfoPem(), disk, isPrivate: false);
        disk.SyncFolder(folder);
    }

    /// <summary>Paths of the public keys in <paramref name="folder"/>, its own first.</summary>
    public static IReadOnlyList<string> PublicIn(string folder, IDisk disk) =>
        [.. disk.List(folder).Where(IsPublic).Select(name => Path.Combine(folder, name))];

    /// <summary>Whether a file of this name holds a public key, the own or a former one.</summary>
    public static bool IsPublic(string path) => Path.GetFileName(path) is var name && (name == PublicName || name.StartsWith(FormerPrefix, StringComparison.Ordinal));

    static Digest FingerprintOf(string path, IDisk disk)
    {
        using var key = ECDsa.Create();
        Import(key, path, disk);
        return Digest.Of(key.ExportSubjectPublicKeyInfo());
    }

    public byte[] Sign(ReadOnlySpan<byte> bytes) => _key.SignData(bytes, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    public void Dispose() => _key.Dispose();

    static BoxKey Read(string path, IDisk disk)
    {
        ECDsa key = ECDsa.Create();
        try
        {
            Import(key, path, disk);
            return new BoxKey(key, isNew: false);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    static void Import(ECDsa key, string path, IDisk disk)
    {
        using IDiskFile file = disk.Open(path, forWriting: false);
        byte[] pem = new byte[Math.Min(file.Length, FileBytesMax)];
        int read = file.Read(0, pem);
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(pem, 0, read));
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            throw new IOException($"{path} is not the key it should be ({wrong.Message}); restore it from a backup, or move it away and let the box make a new one.", wrong);
        }
    }

    static void Write(string path, string pem, IDisk disk, bool isPrivate)
    {
        string made = path + NewSuffix;
        string folder = Path.GetDirectoryName(path)!;
        foreach (string left in disk.List(folder).Where(name => name == Path.GetFileName(path) || name == Path.GetFileName(made)))
            disk.Delete(Path.Combine(folder, left));
        using (IDiskFile file = disk.Create(made, 0))
        {
            // Before there is anything in it to read.
            if (isPrivate && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(made, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            file.Write(0, Encoding.ASCII.GetBytes(pem + "\n"));
            file.Sync();
        }

        disk.Rename(made, path);
    }
}
