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
    readonly string _tag = Tag;
    readonly EventTime _event = Event;
    readonly IngestTime _ingest = Ingest;
    readonly TagValue _value = Value;

    public string Tag { get => _tag; init => _tag = value; }

    public EventTime Event { get => _event; init => _event = value; }

    public IngestTime Ingest { get => _ingest; init => _ingest = value; }

    public TagValue Value { get => _value; init => _value = value; }

    /// <summary><see cref="TagValue.TryNumber"/> of <see cref="Value"/>, without a copy of it.</summary>
    public bool TryNumber(out double number) => _value.TryNumber(out number);

    /// <summary>
    /// Makes a good sample without a server time out of one that is all zero, where it stays. Most samples are such, and putting 72 bytes together elsewhere and
    /// copying them takes longer than reading what they say.
    /// </summary>
    internal static void Fill(ref Sample zero, string tag, EventTime at, IngestTime ingest, in TagValue value)
    {
        Unsafe.AsRef(in zero._tag) = tag;
        Unsafe.AsRef(in zero._event) = at;
        Unsafe.AsRef(in zero._ingest) = ingest;
        Unsafe.AsRef(in zero._value) = value;
    }
}
