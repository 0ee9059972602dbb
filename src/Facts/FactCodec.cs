using System.Buffers;
using EdgeRuntime.Facts.Canonical;

namespace EdgeRuntime.Facts;

/// <summary>Facts and batches ↔ their canonical bytes. Decoding then encoding gives the same bytes; the layout is drawn in FORMAT.md and frozen in tests/Golden.</summary>
public static class FactCodec
{
    const byte BatchLayout = 1;

    // Kind 1, layout 1, and the smallest body: the five empty texts of a mode change.
    const int FactBytesMin = 7;

    /// <summary>The longest redelivery key a batch may carry.</summary>
    public const int KeyBytesMax = 32;

    /// <exception cref="ArgumentException">It holds something that could not be read back: text with half a surrogate pair, an enum without a name.</exception>
    public static byte[] Encode(Fact fact)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Write(fact, new CanonicalWriter(buffer));
        return buffer.WrittenSpan.ToArray();
    }

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
        var writer = new CanonicalWriter(to);
        writer.Byte(BatchLayout);
        writer.Fixed64(batch.Ingest.UnixNanoseconds);
        writer.Text(batch.Origin);
        writer.Bytes(batch.Key.Span);
        writer.Count(batch.Samples.Count);
        for (int i = 0; i < batch.Samples.Count; i++)
        {
            Sample sample = batch.Samples[i];
            // Ingest time is stored once per batch; another one would come back changed, and a replay would see other times than live did.
            if (sample.Ingest != batch.Ingest)
                throw new ArgumentException($"Sample {i} ({sample.Tag}) was ingested at {sample.Ingest}, its batch at {batch.Ingest}.", nameof(batch));
            SampleLayout.Write(sample, writer);
        }

        writer.Count(batch.Facts.Count);
        foreach (Fact fact in batch.Facts)
            Write(fact, writer);
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
        var samples = new Sample[reader.Count(SampleLayout.BytesMin)];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = SampleLayout.Read(ref reader, ingest, tagNames);
        var facts = new Fact[reader.Count(FactBytesMin)];
        for (int i = 0; i < facts.Length; i++)
            facts[i] = ReadFact(ref reader);
        return reader.AtEnd
            ? new FactBatch { Ingest = ingest, Origin = origin, Key = key, Samples = samples, Facts = facts }
            : throw reader.Wrong("bytes follow the end of the batch");
    }

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
            FactKind.Qualification => Qualification.Read(ref from),
            _ => throw from.Wrong($"{kind} cannot be read"),
        };
    }
}
