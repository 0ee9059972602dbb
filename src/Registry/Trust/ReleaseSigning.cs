using System.Security.Cryptography;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Registry.Trust;

/// <summary>Signs a release where it lies.</summary>
public static class ReleaseSigning
{
    /// <summary>The OCI manifest of a packed release; a registry knows the release by its SHA-256.</summary>
    public const string ManifestFile = "manifest.json";

    const int SignersMax = 16;

    /// <summary>
    /// Writes an approval of the release in <paramref name="folder"/> beside its serving.yaml, as <c>sign-N.sigstore.json</c>. The caller has looked at the release.
    /// </summary>
    /// <returns>The file's name; null: this key has approved this release already.</returns>
    /// <exception cref="ReleaseRefusedException">The folder holds no release, or as many approvals as one can have.</exception>
    public static string? Approve(string folder, ECDsa key)
    {
        var serving = Digest.Of(ReleaseFileReader.Read(folder, ReleaseFolder.ServingFile, Settings.SettingsDocument.BytesMax));
        Digest? manifest = File.Exists(Path.Combine(folder, ManifestFile)) ? Digest.Of(ReleaseFileReader.Read(folder, ManifestFile, SigstoreBundle.BytesMax)) : null;
        byte[] spki = key.ExportSubjectPublicKeyInfo();
        if (HasApproved(folder, serving, spki))
            return null;
        byte[] bundle = SigstoreBundle.Sign(key, ReleaseStatement.PayloadType, ReleaseStatement.Approval(manifest, serving));
        for (int n = 1; n <= SignersMax; n++)
        {
            string name = FormattableString.Invariant($"sign-{n}{ReleaseSignatures.Suffix}"), path = Path.Combine(folder, name);
            if (File.Exists(path))
                continue;
            KeptFile.Write(path, bundle);
            return name;
        }

        throw new ReleaseRefusedException($"The release in '{folder}' has {SignersMax} approvals; remove those of other bytes or of keys that are not used any more.");
    }

    static bool HasApproved(string folder, Digest serving, byte[] spki)
    {
        var alone = new TrustRoot
        {
            Version = 1,
            Epoch = 1,
            Expires = null,
            Keys = [new TrustedKey(SigningKey.IdOf(spki), spki, [TrustRole.Release], null, null)],
            Threshold = new Dictionary<TrustRole, int>(),
            Revoked = [],
        };
        return ReleaseSignatures.Check(ReleaseSignatures.In(folder), new Manifest.SignaturesSection(), serving, alone, now: null).Missing.Count == 0;
    }
}
