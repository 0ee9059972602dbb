using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EdgeRuntime.Registry.Trust;

/// <summary>
/// A sigstore bundle, version 0.3, with one DSSE envelope and one signature by a plain key. No log and no certificate is asked: what a bundle says of those is not
/// looked at, and what it is believed for is its key alone.
/// </summary>
/// <param name="Payload">The bytes that are signed, with their type.</param>
sealed record SigstoreBundle(string KeyId, string PayloadType, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Signature)
{
    internal const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    internal const int BytesMax = 1024 * 1024;

    static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Signs a payload and gives the bundle's bytes.</summary>
    internal static byte[] Sign(ECDsa key, string payloadType, ReadOnlySpan<byte> payload)
    {
        string id = SigningKey.IdOf(key.ExportSubjectPublicKeyInfo());
        byte[] signature = key.SignData(Dsse.PreAuthenticationEncoding(payloadType, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        return JsonSerializer.SerializeToUtf8Bytes(
            new
            {
                mediaType = MediaType,
                verificationMaterial = new { publicKey = new { hint = id } },
                dsseEnvelope = new
                {
                    payload = Convert.ToBase64String(payload),
                    payloadType,
                    signatures = new[] { new { sig = Convert.ToBase64String(signature), keyid = id } },
                },
            },
            Options);
    }

    /// <summary>Reads a bundle without believing it.</summary>
    /// <exception cref="SignatureRefusedException">It is not such a bundle.</exception>
    internal static SigstoreBundle Read(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > BytesMax)
            throw new SignatureRefusedException($"has {bytes.Length} bytes; at most {BytesMax} are read.");
        const string Bundle = "the bundle", Envelope = "the envelope", Material = "verificationMaterial";
        using JsonDocument document = StrictJson.Parse(bytes, Bundle);
        JsonElement root = document.RootElement;
        StrictJson.Only(root, Bundle, "mediaType", Material, "dsseEnvelope");
        string mediaType = StrictJson.Text(root, "mediaType", Bundle);
        if (mediaType != MediaType)
            throw new SignatureRefusedException($"is of the type '{mediaType}'; only {MediaType} is read.");
        JsonElement material = StrictJson.Member(root, Material, Bundle);
        StrictJson.Only(material, Material, "publicKey", "tlogEntries", "timestampVerificationData");
        JsonElement publicKey = StrictJson.Member(material, "publicKey", Material);
        StrictJson.Only(publicKey, "publicKey", "hint");
        string hint = StrictJson.Text(publicKey, "hint", "publicKey");

        JsonElement envelope = StrictJson.Member(root, "dsseEnvelope", Bundle);
        StrictJson.Only(envelope, Envelope, "payload", "payloadType", "signatures");
        JsonElement signatures = StrictJson.Member(envelope, "signatures", Envelope);
        if (signatures.ValueKind != JsonValueKind.Array || signatures.GetArrayLength() != 1)
            throw new SignatureRefusedException("holds not exactly one signature; every signer has a bundle of their own.");
        JsonElement signature = signatures[0];
        StrictJson.Only(signature, "the signature", "sig", "keyid");
        string keyId = StrictJson.Text(signature, "keyid", "the signature");
        return keyId != hint
            ? throw new SignatureRefusedException($"names two keys: '{hint}' in its hint, '{keyId}' at its signature.")
            : new SigstoreBundle(
                keyId,
                StrictJson.Text(envelope, "payloadType", Envelope),
                StrictJson.Base64(StrictJson.Text(envelope, "payload", Envelope), "the payload"),
                StrictJson.Base64(StrictJson.Text(signature, "sig", "the signature"), "the signature"));
    }

    /// <summary>Holds a bundle against a trust root: a key that it knows, in this role, today, and the signature is that key's over these bytes and this type.</summary>
    /// <param name="now">Null: when it is does not matter, because what is signed was taken once already.</param>
    /// <exception cref="SignatureRefusedException">It is not believed.</exception>
    internal static SigstoreBundle Verify(ReadOnlyMemory<byte> bytes, TrustRoot root, TrustRole role, string payloadType, Facts.EventTime? now)
    {
        SigstoreBundle bundle = Read(bytes);
        if (bundle.PayloadType != payloadType)
            throw new SignatureRefusedException($"signs a '{bundle.PayloadType}'; here a '{payloadType}' is needed.");
        TrustedKey key = root.KeyFor(bundle.KeyId, role, now);
        return SigningKey.Verifies(key.Spki.Span, Dsse.PreAuthenticationEncoding(bundle.PayloadType, bundle.Payload.Span), bundle.Signature.Span)
            ? bundle
            : throw new SignatureRefusedException($"does not hold: the signature is not the one of key {bundle.KeyId} over these bytes; one of them was changed.");
    }
}
