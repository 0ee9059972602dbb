using System.Text;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>
/// One string instance per tag name. A source names its tags in the same order in every message, so the name that followed last time is tried first,
/// by its bytes. Not safe for several threads; a reader owns one.
/// </summary>
public sealed class TagNames
{
    readonly Dictionary<string, Known> _names = new(StringComparer.Ordinal);
    readonly Dictionary<string, Known>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    Known? _last;

    public TagNames() => _bySpan = _names.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The reader that has met these names.</summary>
    internal Spares<ColumnReader> Readers { get; } = new();

    internal string Of(ReadOnlySpan<byte> utf8, Encoding encoding)
    {
        // Tags come in the same order again and again.
        if (_last?.Next is not { } likely || !utf8.SequenceEqual(likely.Utf8))
            likely = Find(utf8, encoding);
        _last?.Next = likely;
        _last = likely;
        return likely.Name;
    }

    Known Find(ReadOnlySpan<byte> utf8, Encoding encoding)
    {
        Span<char> chars = utf8.Length <= 256 ? stackalloc char[utf8.Length] : new char[utf8.Length];
        ReadOnlySpan<char> name = chars[..encoding.GetChars(utf8, chars)];
        if (_bySpan.TryGetValue(name, out Known? known))
            return known;
        known = new Known(name.ToString(), utf8.ToArray());
        _names.Add(known.Name, known);
        return known;
    }

    sealed class Known(string name, byte[] utf8)
    {
        public string Name { get; } = name;

        public byte[] Utf8 { get; } = utf8;

        /// <summary>What came after it last.</summary>
        public Known? Next { get; set; }
    }
}
