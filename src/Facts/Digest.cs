using System.Buffers;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace EdgeRuntime.Facts;

/// <summary>A SHA-256, the name that everything citable goes by. Written <c>sha256:&lt;64 lower-case hex digits&gt;</c>.</summary>
public readonly record struct Digest
{
    const string Prefix = "sha256:";
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    // Kept by each thread: what it takes to make one is as much as hashing two hundred bytes.
    [ThreadStatic]
    static IncrementalHash? t_hash;

    // As bytes and not as text: facts are full of digests, and most are only written, read and compared.
    readonly Vector256<byte> _bytes;

    Digest(Vector256<byte> bytes) => _bytes = bytes;

    /// <summary>64 lower-case hex digits; zeros for "none".</summary>
    public string Hex => Convert.ToHexStringLower(ToBytes());

    public bool IsNone => _bytes == Vector256<byte>.Zero;

    public static Digest None => default;

    public static Digest Of(ReadOnlySpan<byte> bytes)
    {
        IncrementalHash hash = t_hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes);
        Span<byte> found = stackalloc byte[SHA256.HashSizeInBytes];
        hash.GetHashAndReset(found);
        return FromBytes(found);
    }

    public static Digest FromBytes(ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 has 32 bytes, not {sha256.Length}.", nameof(sha256));
        return new(Vector256.Create(sha256));
    }

    /// <summary>Reads <c>sha256:…</c> or the bare 64 hex digits.</summary>
    public static bool TryParse(string? text, out Digest digest)
    {
        digest = default;
        if (text is null)
            return false;
        ReadOnlySpan<char> hex = text.StartsWith(Prefix, StringComparison.Ordinal) ? text.AsSpan(Prefix.Length) : text;
        if (hex.Length != 64 || hex.ContainsAnyExcept(HexDigits))
            return false;
        digest = FromBytes(Convert.FromHexString(hex));
        return true;
    }

    public byte[] ToBytes()
    {
        byte[] bytes = new byte[SHA256.HashSizeInBytes];
        CopyTo(bytes);
        return bytes;
    }

    /// <summary>Writes the 32 bytes.</summary>
    public void CopyTo(Span<byte> to) => _bytes.CopyTo(to);

    /// <summary>The hex digits of the first bytes.</summary>
    public string HexOf(int bytes)
    {
        Span<byte> all = stackalloc byte[SHA256.HashSizeInBytes];
        CopyTo(all);
        return Convert.ToHexStringLower(all[..bytes]);
    }

    /// <summary>The first 12 hex digits, enough for a person to tell two apart.</summary>
    public string Short => HexOf(6);

    public bool Equals(Digest other) => _bytes == other._bytes;

    public override int GetHashCode() => _bytes.AsInt32()[0];

    /// <summary>Writes what <see cref="ToString"/> gives as UTF-8.</summary>
    /// <returns>How many bytes: always 71.</returns>
    public int WriteTo(Span<byte> utf8)
    {
        Span<byte> all = stackalloc byte[SHA256.HashSizeInBytes];
        CopyTo(all);
        "sha256:"u8.CopyTo(utf8);
        Convert.TryToHexStringLower(all, utf8[Prefix.Length..], out int written);
        return Prefix.Length + written;
    }

    public override string ToString() => Prefix + Hex;
}
