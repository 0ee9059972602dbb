using System.Runtime.CompilerServices;

namespace EdgeRuntime.Facts;

/// <summary>
/// One value of one tag as the source gave it, with its three times and its raw quality. <see cref="Ingest"/> belongs to the
/// arrival batch and is stored once per batch, so it is not among a sample's own canonical bytes.
/// </summary>
/// <param name="Tag">Id of the tag as the site's tags.yaml names it.</param>
/// <param name="Event">The source's own time; where the source gives none, the box's (the mapping says so).</param>
/// <param name="Server">The time of a server in between, if there was one.</param>
public readonly record struct Sample(string Tag, EventTime Event, ServerTime? Server, IngestTime Ingest, Quality Quality, TagValue Value)
{
    // Number by number, the small ones together: 56 bytes of which there are very many, instead of the 72 that the types take side by side.
    readonly string _tag = Tag;
    readonly EventTime _event = Event;
    readonly ServerTime _server = Server.GetValueOrDefault();
    readonly IngestTime _ingest = Ingest;
    readonly long _bits = Value.Bits;
    readonly object? _reference = Value.Reference;
    readonly Quality _quality = Quality;
    readonly TagValueKind _kind = Value.Kind;
    readonly bool _hasServer = Server.HasValue;

    public string Tag { get => _tag; init => _tag = value; }

    public EventTime Event { get => _event; init => _event = value; }

    public ServerTime? Server { get => _hasServer ? _server : null; init => (_hasServer, _server) = (value.HasValue, value.GetValueOrDefault()); }

    public IngestTime Ingest { get => _ingest; init => _ingest = value; }

    public Quality Quality { get => _quality; init => _quality = value; }

    public TagValue Value { get => new(_kind, _bits, _reference); init => (_kind, _bits, _reference) = (value.Kind, value.Bits, value.Reference); }

    /// <summary><see cref="TagValue.TryNumber"/> of <see cref="Value"/>.</summary>
    public bool TryNumber(out double number)
    {
        number = BitConverter.Int64BitsToDouble(_bits);
        return _kind == TagValueKind.Double || Value.TryNumber(out number);
    }

    /// <summary>
    /// Makes a good sample without a server time out of one that is all zero, where it stays. Most samples are such, and putting them together elsewhere and
    /// copying them takes longer than reading what they say.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Fill(ref Sample zero, string tag, EventTime at, IngestTime ingest, TagValue value)
    {
        Unsafe.AsRef(in zero._tag) = tag;
        Unsafe.AsRef(in zero._event) = at;
        Unsafe.AsRef(in zero._ingest) = ingest;
        Unsafe.AsRef(in zero._bits) = value.Bits;
        Unsafe.AsRef(in zero._kind) = value.Kind;
        if (value.Reference is { } reference)
            Unsafe.AsRef(in zero._reference) = reference;
    }
}
