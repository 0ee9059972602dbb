using System.Security.Cryptography;

namespace EdgeRuntime.Registry.Trust;

/// <summary>ECDSA P-256 keys and the names they go by.</summary>
public static class SigningKey
{
    public const string Algorithm = "ecdsa-p256-sha256";

    const string P256 = "1.2.840.10045.3.1.7";

    /// <summary>A key's name: base64 of the SHA-256 of its SubjectPublicKeyInfo (RFC 6962's derivation).</summary>
    public static string IdOf(ReadOnlySpan<byte> spki) => Convert.ToBase64String(SHA256.HashData(spki));

    /// <summary>Why these bytes are no public key for a signature here; null when they are one. Goes on after "is".</summary>
    internal static string? WhyNot(ReadOnlySpan<byte> spki)
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(spki, out int read);
            if (read != spki.Length)
                return "followed by bytes that are no part of it";
            string? curve = key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
            return curve == P256 ? null : $"of the curve {curve}, not of P-256";
        }
        catch (CryptographicException e)
        {
            return $"no public key ({e.Message.ReplaceLineEndings(" ").TrimEnd('.')})";
        }
    }

    internal static bool Verifies(ReadOnlySpan<byte> spki, ReadOnlySpan<byte> signed, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        try
        {
            return key.VerifyData(signed, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            // Some platforms say so of bytes that are no signature at all, others say false.
            return false;
        }
    }
}
