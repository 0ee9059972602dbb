namespace EdgeRuntime.Journal;

/// <summary>Signs checkpoints for a box. A simulation gives a signer that repeats.</summary>
public interface ICheckpointSigner
{
    /// <summary>The ECDSA P-256 public key as SubjectPublicKeyInfo (DER).</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The DER form of the ECDSA signature over the SHA-256 of <paramref name="bytes"/>.</summary>
    byte[] Sign(ReadOnlySpan<byte> bytes);
}
