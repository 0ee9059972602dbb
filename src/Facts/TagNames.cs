using System.Text;

namespace EdgeRuntime.Facts;

/// <summary>
/// One string instance per tag name. A source names its tags in the same order in every message, so the name that followed last time is tried first,
/// by its bytes. Not safe for several threads; a reader owns one.
/// </summary>
public sealed class TagNames
{
    readonly Dictionary<string, Known> _names = new(StringComparer.Ordinal);
    readonly Dictionary<string, Known>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    Known _last = new("", []);

    public TagNames() => _bySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    internal string Of(ReadOnlySpan<byte> utf8, Encoding encoding)
    {
        if (_last.Following is { } following && utf8.SequenceEqual(following.Utf8))
        {
            _last = following;
            return following.Name;
        }

        return Find(utf8, encoding);
    }

    string Find(ReadOnlySpan<byte> utf8, Encoding encoding)
    {
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        ReadOnlySpan<char> name = chars[..encoding.GetChars(utf8, chars)];
        if (!_bySpan.TryGetValue(name, out Known? known))
        {
            known = new Known(name.ToString(), utf8.ToArray());
            _names.Add(known.Name, known);
        }

        _last.Following = known;
        _last = known;
        return known.Name;
    }

    sealed class Known(string name, byte[] utf8)
    {
        public string Name { get; } = name;
        public byte[] Utf8 { get; } = utf8;
        public Known? Following { get; set; }
    }
}
