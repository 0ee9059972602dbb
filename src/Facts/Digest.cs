using System.Buffers;
using System.Security.Cryptography;

namespace EdgeRuntime.Facts;

/// <summary>A SHA-256, the name that everything citable goes by. Written <c>sha256:&lt;64 lower-case hex digits&gt;</c>.</summary>
public readonly record struct Digest
{
    const string Prefix = "sha256:";
    static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    readonly string? _hex;

    Digest(string hex) => _hex = hex;

    /// <summary>64 lower-case hex digits; zeros for "none".</summary>
    public string Hex => _hex ?? new string('0', 64);

    public bool IsNone => _hex is null;

    public static Digest None => default;

    public static Digest Of(ReadOnlySpan<byte> bytes) => FromBytes(SHA256.HashData(bytes));

    public static Digest FromBytes(ReadOnlySpan<byte> sha256)
    {
        if (sha256.Length != SHA256.HashSizeInBytes)
            throw new ArgumentException($"A SHA-256 has 32 bytes, not {sha256.Length}.", nameof(sha256));
        return sha256.IndexOfAnyExcept((byte)0) < 0 ? None : new(Convert.ToHexStringLower(sha256));
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

    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>The first 12 hex digits, enough for a person to tell two apart.</summary>
    public string Short => Hex[..12];

    public bool Equals(Digest other) => string.Equals(_hex, other._hex, StringComparison.Ordinal);

    public override int GetHashCode() => _hex is null ? 0 : Convert.ToInt32(_hex[..7], 16);

    public override string ToString() => Prefix + Hex;
}
