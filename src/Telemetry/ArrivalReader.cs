using System.Text.Unicode;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Definition;
using EdgeRuntime.Telemetry.Payloads;

namespace EdgeRuntime.Telemetry;

/// <summary>One MQTT message to one batch, by the mappings of its source. Every message gives a batch, also one that cannot be read. One source owns it.</summary>
sealed class ArrivalReader(MqttSourceDefinition source, TagCatalogue tags)
{
    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    readonly Dictionary<string, KnownTopic> _topics = new(StringComparer.Ordinal);
    readonly Arrival _arrival = new();

    /// <param name="retained">The broker kept it from before; its age is not known.</param>
    internal FactBatch Read(string topic, ReadOnlySpan<byte> payload, bool retained, IngestTime ingest)
    {
        KnownTopic known = TopicOf(topic);
        _arrival.Begin($"Message on '{topic}'", ingest);
        if (payload.Length > source.PayloadBytesMax)
            _arrival.Refuse(RefusalRules.TooLarge, FormattableString.Invariant($"the payload has {payload.Length} bytes; at most {source.PayloadBytesMax} are read (maxPayload)."));
        else
            Read(payload.StartsWith(ByteOrderMark) ? payload[3..] : payload, known.Reader, retained);
        ReadOnlyMemory<byte> key = RedeliveryKey.Of(known.Redelivery, source.Name, topic, payload);
        return _arrival.ToBatch(source.Name, key, payload);
    }

    void Read(ReadOnlySpan<byte> payload, PayloadReader? reader, bool retained)
    {
        if (reader is null)
        {
            _arrival.Refuse(RefusalRules.NoMapping, "no topic in sources.yaml matches; an older subscription may still be kept by the broker.");
        }
        else if (payload.Trim(" \t\r\n"u8).IsEmpty)
        {
            _arrival.Refuse(RefusalRules.EmptyPayload, "the payload is empty.");
        }
        else if (!Utf8.IsValid(payload))
        {
            _arrival.Refuse(RefusalRules.NotUtf8, "the payload is not UTF-8; set the sender to UTF-8.");
        }
        else
        {
            reader.Read(payload, _arrival);
            // Stamping it with the time of our subscription would make an old value look fresh.
            if (retained && !reader.HasOwnTime)
                _arrival.RefuseAll(RefusalRules.RetainedWithoutTime, "the broker kept the message from before and it does not say when it happened.");
        }
    }

    KnownTopic TopicOf(string topic)
    {
        if (_topics.TryGetValue(topic, out KnownTopic? known))
            return known;
        if (_topics.Count >= TelemetryLimits.TopicsMax)
            _topics.Clear();
        known = new KnownTopic(null, RedeliveryRule.Flag);
        foreach (TopicMapping mapping in source.Topics)
        {
            if (mapping.Topic.Match(topic) is not { } values)
                continue;
            known = new KnownTopic(mapping.ReaderFor(values, tags), mapping.Redelivery);
            break;
        }

        _topics.Add(topic, known);
        return known;
    }

    sealed record KnownTopic(PayloadReader? Reader, RedeliveryRule Redelivery);
}
