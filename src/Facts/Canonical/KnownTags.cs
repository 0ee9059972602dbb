using System.Runtime.CompilerServices;
using System.Text;

namespace EdgeRuntime.Facts.Canonical;

/// <summary>
/// The tag names that a writer has met, cut into head (up to the last <c>.</c> or <c>/</c>) and tail and encoded, so that a name is
/// looked at once and not in every batch. Says nothing about the bytes: those follow from the batch alone.
/// </summary>
sealed class KnownTags
{
    /// <summary>More than a box has; a source that makes up names without end must not fill the memory.</summary>
    public const int Max = 1 << 17;

    static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly Dictionary<string, int> _byName = new(StringComparer.Ordinal);
    readonly Dictionary<string, NamePart> _heads = new(StringComparer.Ordinal);
    readonly Dictionary<string, NamePart> _tails = new(StringComparer.Ordinal);
    KnownTag[] _tags = new KnownTag[64];

    public int Count { get; private set; }

    public ref KnownTag this[int tag] => ref _tags[tag];

    /// <summary>The number of the tag, which is likely the one that followed <paramref name="last"/> before; adds it where it is new.</summary>
    /// <exception cref="ArgumentException">The name has half a surrogate pair.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(string name, int last)
    {
        int likely = last < 0 ? 0 : _tags[last].Next;
        string? known = _tags[likely].Name;
        return known is not null && ((object)name == known || string.Equals(name, known)) ? likely : FindOther(name, last);
    }

    int FindOther(string name, int last)
    {
        if (!_byName.TryGetValue(name, out int tag))
        {
            int cut = name.AsSpan().LastIndexOfAny('.', '/') + 1;
            NamePart head = Part(_heads, name[..cut]);
            NamePart tail = Part(_tails, name[cut..]);
            tag = Count++;
            if (tag == _tags.Length)
                Array.Resize(ref _tags, tag * 2);
            _tags[tag] = new KnownTag { Name = name, Head = head, Tail = tail };
            _byName.Add(name, tag);
        }

        if (last >= 0)
            _tags[last].Next = tag;
        return tag;
    }

    static NamePart Part(Dictionary<string, NamePart> parts, string text)
    {
        if (!parts.TryGetValue(text, out NamePart? part))
            parts.Add(text, part = new NamePart(Utf8.GetBytes(text)));
        return part;
    }
}

/// <summary>A tag name that a writer has met, and its place in the batch that is being written.</summary>
struct KnownTag
{
    public string? Name;
    public NamePart Head;
    public NamePart Tail;

    /// <summary>The tag that followed it last.</summary>
    public int Next;

    /// <summary>The batch in which <see cref="Place"/> holds.</summary>
    public long Batch;
    public int Place;
}

/// <summary>The head or the tail of names.</summary>
sealed class NamePart(byte[] utf8)
{
    public byte[] Utf8 { get; } = utf8;

    /// <summary>The batch in which <see cref="Place"/> holds.</summary>
    public long Batch { get; set; }

    public int Place { get; set; }
}
