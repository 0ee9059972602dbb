using System.Text;

namespace EdgeRuntime.Facts;

/// <summary>One string instance per tag name. Not safe for several threads; a reader owns one.</summary>
public sealed class TagNames
{
    readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _bySpan;

    public TagNames() => _bySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    internal string Of(ReadOnlySpan<byte> utf8, Encoding encoding)
    {
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        ReadOnlySpan<char> name = chars[..encoding.GetChars(utf8, chars)];
        if (_bySpan.TryGetValue(name, out string? known))
            return known;
        string made = name.ToString();
        _names.Add(made, made);
        return made;
    }
}
