using System.Buffers;
using System.Runtime.InteropServices;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Facts and batches ↔ their canonical bytes. Decoding then encoding gives the same bytes; the layout is drawn in FORMAT.md and frozen in tests/Golden.</summary>
public static class FactCodec
{
    const byte BatchLayout = 2;

    static readonly Spares<ColumnWriter> s_writers = new();
    static readonly Spares<ColumnReader> s_readers = new();

    // Kind 1, layout 1, and the smallest body: the five empty texts of a mode change.
    const int FactBytesMin = 7;

    /// <summary>The longest redelivery key a batch may carry.</summary>
    public const int KeyBytesMax = 32;

    /// <summary>The most samples that a batch may carry.</summary>
    public const int SamplesMax = 1 << 20;

    /// <exception cref="ArgumentException">It holds something that could not be read back: text with half a surrogate pair, an enum without a name.</exception>
    public static byte[] Encode(Fact fact)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(fact, new CanonicalWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Appends the canonical form of the fact to <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentException">It holds something that could not be read back: text with half a surrogate pair, an enum without a name.</exception>
    public static void Encode(Fact fact, ArrayBufferWriter<byte> to) => Write(fact, new CanonicalWriter(to));

    /// <exception cref="FactFormatException">The bytes are not one whole fact.</exception>
    public static Fact Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new CanonicalReader(bytes);
        Fact fact = ReadFact(ref reader);
        return reader.AtEnd ? fact : throw reader.Wrong("bytes follow the end of the fact");
    }

    /// <summary>Appends the canonical form of the batch to <paramref name="to"/>.</summary>
    /// <exception cref="ArgumentException">It holds something that could not be read back: text with half a surrogate pair, an enum without a name.</exception>
    public static void Encode(FactBatch batch, ArrayBufferWriter<byte> to)
    {
        if (batch.Key.Length > KeyBytesMax)
            throw new ArgumentException($"A key has at most {KeyBytesMax} bytes, not {batch.Key.Length}.", nameof(batch));
        if (batch.Samples.Count > SamplesMax)
            throw new ArgumentException($"A batch has at most {SamplesMax} samples, not {batch.Samples.Count}; send it in parts.", nameof(batch));
        var writer = new CanonicalWriter(to);
        writer.Byte(BatchLayout);
        writer.Fixed64(batch.Ingest.UnixNanoseconds);
        writer.Text(batch.Origin);
        writer.Bytes(batch.Key.Span);
        ColumnWriter columns = s_writers.Rent();
        to.Write(columns.Write(SpanOf(batch.Samples), batch.Ingest));
        if (columns.WorthKeeping)
            s_writers.Return(columns);
        writer.Count(batch.Facts.Count);
        for (int i = 0; i < batch.Facts.Count; i++)
            Write(batch.Facts[i], writer);
    }

    /// <param name="tagNames">Gives one string instance per tag name, so that a long read does not allocate a name per sample; may be null.</param>
    /// <exception cref="FactFormatException">The bytes are not one whole batch.</exception>
    public static FactBatch DecodeBatch(ReadOnlySpan<byte> bytes, TagNames? tagNames = null)
    {
        var reader = new CanonicalReader(bytes);
        byte layout = reader.Byte();
        if (layout != BatchLayout)
            throw reader.Wrong($"batch layout {layout} is not known to this version");
        var ingest = new IngestTime(reader.Fixed64());
        string origin = reader.Text();
        byte[] key = reader.Bytes().ToArray();
        if (key.Length > KeyBytesMax)
            throw reader.Wrong($"a key has at most {KeyBytesMax} bytes");
        Sample[] samples = ReadSamples(ref reader, ingest, tagNames);
        var facts = new Fact[reader.Count(FactBytesMin)];
        for (int i = 0; i < facts.Length; i++)
            facts[i] = ReadFact(ref reader);
        return reader.AtEnd
            ? new FactBatch { Ingest = ingest, Origin = origin, Key = key, Samples = samples, Facts = facts }
            : throw reader.Wrong("bytes follow the end of the batch");
    }

    /// <summary>Whether the batch in <paramref name="bytes"/> is of this origin, without a look at the rest of it.</summary>
    /// <exception cref="FactFormatException">The bytes do not begin as a batch does.</exception>
    public static bool IsOf(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> originUtf8)
    {
        var reader = new CanonicalReader(bytes);
        byte layout = reader.Byte();
        if (layout != BatchLayout)
            throw reader.Wrong($"batch layout {layout} is not known to this version");
        reader.Fixed64();
        return reader.Bytes().SequenceEqual(originUtf8);
    }

    static Sample[] ReadSamples(ref CanonicalReader from, IngestTime ingest, TagNames? tagNames)
    {
        // Engine batches have none.
        if (from.Rest is [0, ..])
        {
            from.Byte();
            return [];
        }

        Spares<ColumnReader> readers = tagNames?.Readers ?? s_readers;
        ColumnReader columns = readers.Rent();
        Sample[] samples = columns.Read(ref from, ingest, tagNames);
        if (columns.WorthKeeping)
            readers.Return(columns);
        return samples;
    }

    static ReadOnlySpan<Sample> SpanOf(IReadOnlyList<Sample> samples) => samples switch
    {
        Sample[] array => array,
        List<Sample> list => CollectionsMarshal.AsSpan(list),
        _ => samples.ToArray(),
    };

    static void Write(Fact fact, CanonicalWriter to)
    {
        to.Byte((byte)fact.Kind);
        to.Byte(fact.Layout);
        fact.WriteBody(to);
    }

    static Fact ReadFact(ref CanonicalReader from)
    {
        var kind = from.Named<FactKind>();
        byte layout = from.Byte();
        if (layout != 1)
            throw from.Wrong($"layout {layout} of {kind} is not known to this version");
        return kind switch
        {
            FactKind.Tick => Tick.Read(ref from),
            FactKind.Validated => Validated.Read(ref from),
            FactKind.FeatureVector => FeatureVector.Read(ref from),
            FactKind.Prediction => Prediction.Read(ref from),
            FactKind.Decision => Decision.Read(ref from),
            FactKind.Activation => Activation.Read(ref from),
            FactKind.ModeChange => ModeChange.Read(ref from),
            FactKind.Refusal => Refusal.Read(ref from),
            FactKind.Gap => Gap.Read(ref from),
            FactKind.Finding => Finding.Read(ref from),
            FactKind.Label => Label.Read(ref from),
            FactKind.Audit => Audit.Read(ref from),
            FactKind.FeatureStage => FeatureStage.Read(ref from),
            FactKind.Correction => Correction.Read(ref from),
            FactKind.EngineState => EngineState.Read(ref from),
            FactKind.ClockOffset => ClockOffset.Read(ref from),
            FactKind.Qualification => Qualification.Read(ref from),
            _ => throw from.Wrong($"{kind} cannot be read"),
        };
    }
}
