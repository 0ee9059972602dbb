using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Csv;
using EdgeRuntime.Telemetry.Payloads;
using EdgeRuntime.Telemetry.Times;

namespace EdgeRuntime.Telemetry.Definition;

sealed record MqttSourceDefinition : SourceDefinition
{
    /// <summary>The word for the box's own broker in <c>host</c>.</summary>
    internal const string EmbeddedHost = "embedded";

    public override string Type => "mqtt";

    internal required MqttSessionOptions Session { get; init; }
    internal required IReadOnlyList<TopicMapping> Topics { get; init; }
    internal required int PayloadBytesMax { get; init; }
}

/// <summary>What the messages of some topics hold.</summary>
sealed record TopicMapping
{
    internal required TopicTemplate Topic { get; init; }
    internal required int Qos { get; init; }
    internal required RedeliveryRule Redelivery { get; init; }
    internal required TimeMapping? Time { get; init; }
    internal required PayloadMapping Payload { get; init; }

    /// <summary>A reader for one topic, whose names have these values.</summary>
    internal PayloadReader ReaderFor(string[] values, TagCatalogue tags)
    {
        string ValueOf(string name) => values[((List<string>)[.. Topic.Names]).IndexOf(name)];
        return Payload.ReaderFor(Time, ValueOf, tags);
    }
}

abstract record PayloadMapping
{
    internal abstract PayloadReader ReaderFor(TimeMapping? time, Func<string, string> valueOf, TagCatalogue tags);
}

sealed record JsonPayloadMapping(JsonMapping Json) : PayloadMapping
{
    internal override PayloadReader ReaderFor(TimeMapping? time, Func<string, string> valueOf, TagCatalogue tags) => new JsonPayload(Json, time, tags, valueOf);
}

sealed record PlainPayloadMapping(TagTemplate Tag, char DecimalPoint) : PayloadMapping
{
    internal override PayloadReader ReaderFor(TimeMapping? time, Func<string, string> valueOf, TagCatalogue tags) =>
        new PlainPayload(TagReference.Of(Tag, valueOf, tags), DecimalPoint);
}

/// <param name="Columns">In order: null for the time and for what is not asked for.</param>
sealed record CsvPayloadMapping(IReadOnlyList<TagTemplate?> Columns, int TimeColumn, CsvShape Shape) : PayloadMapping
{
    internal override PayloadReader ReaderFor(TimeMapping? time, Func<string, string> valueOf, TagCatalogue tags)
    {
        CsvColumn[] columns = [.. Columns.Select((c, i) => new CsvColumn(i == TimeColumn, c is null ? null : TagReference.Of(c, valueOf, tags)))];
        return new CsvPayload(new CsvRow(columns, Shape, time), time is not null);
    }
}
