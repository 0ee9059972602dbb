using System.Security.Cryptography;
using System.Text;
using EdgeRuntime.Registry.Trust;

namespace EdgeRuntime.Hq.Keys;

/// <summary>
/// A signing key as two files: <c>NAME.pem</c>, the private half as PKCS#8 (encrypted by PBES2 with AES-256 unless asked otherwise, as openssl reads it), and
/// <c>NAME.pub</c>, the public one.
/// </summary>
static class KeyFile
{
    internal const string PrivateSuffix = ".pem", PublicSuffix = ".pub";

    // What OWASP asks for of PBKDF2 with SHA-256; a key is opened by hand.
    const int Iterations = 600_000;
    const int BytesMax = 64 * 1024;

    static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, Iterations);

    /// <summary>Makes a key and writes both halves; gives its public half.</summary>
    /// <param name="password">Null: the private half is written as it is.</param>
    /// <exception cref="KeyException">There are such files already.</exception>
    /// <exception cref="IOException">They cannot be written.</exception>
    internal static byte[] Make(string path, string? password)
    {
        foreach (string file in (string[])[path + PrivateSuffix, path + PublicSuffix])
        {
            if (File.Exists(file))
                throw new KeyException($"{file} exists already; a key is never written over. Choose another name.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Write(path + PrivateSuffix, password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, Encryption), isPrivate: true);
        Write(path + PublicSuffix, key.ExportSubjectPublicKeyInfoPem(), isPrivate: false);
        return key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>Opens a private key, of ours or of openssl.</summary>
    /// <exception cref="KeyException">It is none, is encrypted otherwise, or is of another curve.</exception>
    internal static ECDsa Open(string path, string? password)
    {
        if (!File.Exists(path))
            throw new KeyException($"The key {path} does not exist.");
        if (new FileInfo(path).Length > BytesMax)
            throw new KeyException($"{path} is no key: it is larger than {BytesMax} bytes.");
        string pem = File.ReadAllText(path);
        bool isEncrypted = pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (isEncrypted && password is null)
            throw new KeyException($"{path} is encrypted; give its password by --password-file or in {Passwords.Variable}.");
        var key = ECDsa.Create();
        try
        {
            if (isEncrypted)
                key.ImportFromEncryptedPem(pem, password);
            else
                key.ImportFromPem(pem);
            // Fails for a public half.
            key.ExportPkcs8PrivateKey();
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new KeyException($"{path} cannot be opened as a private key{(isEncrypted ? " with that password" : "")}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.", e);
        }

        if (key.KeySize == 256 && key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value)
            return key;
        key.Dispose();
        throw new KeyException($"{path} is a key of another curve; signatures here are {SigningKey.Algorithm}.");
    }

    static void Write(string path, string pem, bool isPrivate)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        // Before there is anything in it to read.
        if (isPrivate && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var file = new FileStream(path, options);
        file.Write(Encoding.ASCII.GetBytes(pem + "\n"));
    }
}
