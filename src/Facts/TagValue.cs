using System.Globalization;

namespace EdgeRuntime.Facts;

/// <summary>What a value is. The numbers are in the canonical bytes: never renumber.</summary>
public enum TagValueKind : byte
{
    None = 0,
    Double = 1,
    Int64 = 2,
    Bool = 3,
    String = 4,
    Blob = 5,
}

/// <summary>One typed value of a tag: double, int64, bool, string, a reference to a blob stored beside the journal, or none (the source said "no value").</summary>
public readonly struct TagValue : IEquatable<TagValue>
{
    readonly long _bits;
    readonly object? _reference;

    internal TagValue(TagValueKind kind, long bits, object? reference)
    {
        Kind = kind;
        _bits = bits;
        _reference = reference;
    }

    public TagValueKind Kind { get; }

    /// <summary>The 64 bits of a double, int64 or bool, whichever it is.</summary>
    internal long Bits => _bits;

    /// <summary>The string or the blob, where it is one.</summary>
    internal object? Reference => _reference;

    public static TagValue None => default;
    public static TagValue Of(double value) => new(TagValueKind.Double, BitConverter.DoubleToInt64Bits(value), null);
    public static TagValue Of(long value) => new(TagValueKind.Int64, value, null);
    public static TagValue Of(bool value) => new(TagValueKind.Bool, value ? 1 : 0, null);
    public static TagValue Of(string value) => new(TagValueKind.String, 0, value);
    public static TagValue Of(BlobReference value) => new(TagValueKind.Blob, 0, value);

    /// <summary>The double exactly as it came, NaN payload included. Only where <see cref="Kind"/> says so.</summary>
    public double Double => Kind == TagValueKind.Double ? BitConverter.Int64BitsToDouble(_bits) : throw Wrong(TagValueKind.Double);
    public long Int64 => Kind == TagValueKind.Int64 ? _bits : throw Wrong(TagValueKind.Int64);
    public bool Bool => Kind == TagValueKind.Bool ? _bits != 0 : throw Wrong(TagValueKind.Bool);
    public string String => Kind == TagValueKind.String ? (string)_reference! : throw Wrong(TagValueKind.String);
    public BlobReference Blob => Kind == TagValueKind.Blob ? (BlobReference)_reference! : throw Wrong(TagValueKind.Blob);

    /// <summary>The value as a number a feature can use: doubles, integers, and booleans as 0 or 1; else false.</summary>
    public bool TryNumber(out double number)
    {
        number = BitConverter.Int64BitsToDouble(_bits);
        return Kind == TagValueKind.Double || TryOtherNumber(out number);
    }

    bool TryOtherNumber(out double number)
    {
        switch (Kind)
        {
            case TagValueKind.Int64: number = _bits; return true;
            case TagValueKind.Bool: number = _bits; return true;
            default: number = double.NaN; return false;
        }
    }

    /// <summary>Bit equality: two NaNs with the same payload are the same value, 0.0 and -0.0 are not.</summary>
    public bool Equals(TagValue other) => Kind == other.Kind && _bits == other._bits && Equals(_reference, other._reference);
    public override bool Equals(object? obj) => obj is TagValue other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(Kind, _bits);
    public static bool operator ==(TagValue left, TagValue right) => left.Equals(right);
    public static bool operator !=(TagValue left, TagValue right) => !left.Equals(right);

    public override string ToString() => Kind switch
    {
        TagValueKind.Double => Double.ToString("R", CultureInfo.InvariantCulture),
        TagValueKind.Int64 => _bits.ToString(CultureInfo.InvariantCulture),
        TagValueKind.Bool => _bits != 0 ? "true" : "false",
        TagValueKind.String => String,
        TagValueKind.Blob => Blob.ToString(),
        _ => "none",
    };

    InvalidOperationException Wrong(TagValueKind asked) => new($"The value is {Kind}, not {asked}.");
}

/// <summary>A value too large for the journal (a waveform, an image): its digest and size. The bytes lie in the blob folder under the digest.</summary>
public sealed record BlobReference(Digest Digest, long Size)
{
    public override string ToString() => $"{Digest} ({Size} bytes)";
}
