using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Payloads;
using EdgeRuntime.Telemetry.Times;

namespace EdgeRuntime.Telemetry.Definition;

/// <summary>A source of <c>type: mqtt</c>.</summary>
static class MqttSourceReader
{
    static readonly Dictionary<string, MqttProtocol> Protocols = new() { ["3.1.1"] = MqttProtocol.V311, ["5"] = MqttProtocol.V5 };

    static readonly Dictionary<string, RedeliveryRule> RedeliveryRules = new()
    {
        ["content"] = RedeliveryRule.Content,
        ["flag"] = RedeliveryRule.Flag,
        ["none"] = RedeliveryRule.None,
    };

    static readonly Dictionary<string, Func<SettingsNode, TopicTemplate, TimeMapping?, TagCatalogue, PayloadMapping>> Payloads = new()
    {
        ["json"] = Json,
        ["plain"] = Plain,
        ["csv"] = Csv,
    };

    internal static SourceDefinition Read(SettingsNode node, string name, TagCatalogue tags)
    {
        MqttSessionOptions session = Session(node, name);
        var topics = new List<TopicMapping>();
        foreach (SettingsNode topic in node.List("topics"))
        {
            if (Topic(topic, tags) is { } mapping)
                topics.Add(mapping);
        }

        if (topics.Count == 0)
            node.Violate("topics", "must hold at least one topic.");
        return new MqttSourceDefinition
        {
            Name = name,
            Session = session,
            Topics = topics,
            PayloadBytesMax = node.IntegerOr("maxPayload", TelemetryLimits.PayloadBytesMax, 1, 256 * 1024 * 1024),
        };
    }

    static MqttSessionOptions Session(SettingsNode node, string name)
    {
        MqttTlsOptions? tls = Tls(node);
        return new MqttSessionOptions
        {
            Host = node.Text("host"),
            Port = node.IntegerOr("port", tls is null ? 1883 : 8883, 1, 65535),
            Protocol = node.ChoiceOr("protocol", MqttProtocol.V5, Protocols),
            // Two boxes with one id would take the session from each other for ever.
            ClientId = node.TextOr("clientId", $"edgeruntime-{Environment.MachineName}-{name}"),
            Tls = tls,
            User = node.TextOr("user", ""),
            PasswordFile = SiteFile.Of(node, node.TextOr("passwordFile", "")),
            KeepAlive = node.DurationOr("keepAlive", TimeSpan.FromSeconds(30)),
            ReceiveMaximum = (ushort)node.IntegerOr("receiveMaximum", 1000, 1, ushort.MaxValue),
            Persistent = node.FlagOr("persistent", true),
            SessionExpiry = node.DurationOr("sessionExpiry", TimeSpan.FromDays(30)),
        };
    }

    static MqttTlsOptions? Tls(SettingsNode node) => node.OptionalSection("tls") is { } tls
        ? new MqttTlsOptions(
            SiteFile.Of(tls, tls.TextOr("ca", "")),
            SiteFile.Of(tls, tls.TextOr("certificate", "")),
            SiteFile.Of(tls, tls.TextOr("key", "")),
            tls.FlagOr("allowUntrusted", false))
        : null;

    static TopicMapping? Topic(SettingsNode node, TagCatalogue tags)
    {
        string text = node.Text("topic");
        TopicTemplate? topic = TopicTemplate.Parse(text, out string rule);
        if (topic is null && node.Has("topic"))
            node.Violate("topic", $"is '{text}' and {rule}");
        // Read on with any topic, so that everything that is wrong is said at once.
        topic ??= TopicTemplate.Parse("+", out _)!;
        var payload = node.Choice("payload", Payloads);
        bool timed = payload != Plain;
        TimeMapping? time = timed ? TimeReader.Read(node, payload == Csv ? "column" : "field") : null;
        RedeliveryRule redelivery = node.ChoiceOr("redelivery", time is null ? RedeliveryRule.Flag : RedeliveryRule.Content, RedeliveryRules);
        if (redelivery == RedeliveryRule.Content && time is null)
            node.Violate("redelivery", "is 'content', but the payload has no time of its own: two equal values would be taken for one; use flag or none.");
        return new TopicMapping
        {
            Topic = topic,
            Qos = node.IntegerOr("qos", 1, 0, 2),
            Redelivery = redelivery,
            Time = time,
            Payload = payload(node, topic, time, tags),
        };
    }

    static JsonPayloadMapping Json(SettingsNode node, TopicTemplate topic, TimeMapping? time, TagCatalogue tags)
    {
        SettingsNode values = node.Section("values");
        bool each = values.FlagOr("each", false);
        var fields = new Dictionary<string, JsonField>(StringComparer.Ordinal);
        if (values.OptionalSection("fields") is { } map)
        {
            foreach (string path in map.Keys)
                fields[path] = Field(map.Section(path), topic, tags);
        }

        if (node.Has("values") && each == fields.Count > 0)
            values.Violate(each ? "each" : "fields", "must be said one way: either 'each: true' or 'fields' with at least one field.");
        string eachTag = values.TextOr("tag", "{asset}.{field}");
        return new JsonPayloadMapping(new JsonMapping
        {
            Each = each ? TagKey.Template(values, "tag", eachTag, [.. topic.Names, "field"], tags) : null,
            Fields = fields,
            Ignore = values.Texts("ignore"),
        });
    }

    static JsonField Field(SettingsNode node, TopicTemplate topic, TagCatalogue tags)
    {
        TagTemplate tag = TagKey.Template(node, "tag", node.Text("tag"), topic.Names, tags);
        string unit = node.TextOr("unit", "");
        if (unit.Length > 0 && tag.IsFixed && tags.Find(tag.Text) is { } contract && contract.Unit != unit)
            node.Violate("unit", $"is '{unit}', but the tag {contract.Id} is in '{contract.Unit}'; nothing is converted.");
        return new JsonField(tag, node.TextOr("unitField", ""), node.TextOr("quality", ""));
    }

    static PlainPayloadMapping Plain(SettingsNode node, TopicTemplate topic, TimeMapping? time, TagCatalogue tags) =>
        new(TagKey.Template(node, "tag", node.TextOr("tag", "{asset}.{signal}"), topic.Names, tags), CsvKeys.DecimalPoint(node));

    static CsvPayloadMapping Csv(SettingsNode node, TopicTemplate topic, TimeMapping? time, TagCatalogue tags)
    {
        IReadOnlyList<string> columns = node.Texts("columns");
        if (columns.Count == 0)
            node.Violate("columns", "must list the columns in order: a tag each, the name of the time column, or '-' for what is not asked for.");
        int timeColumn = time is null ? -1 : ((List<string>)[.. columns]).IndexOf(time.Field);
        if (time is not null && timeColumn < 0)
            node.Violate("columns", $"do not hold the time column '{time.Field}'.");
        TagTemplate?[] templates = [.. columns.Select((c, i) => i == timeColumn || c == "-" ? null : TagKey.Template(node, "columns", c, topic.Names, tags))];
        return new CsvPayloadMapping(templates, timeColumn, CsvKeys.Shape(node));
    }
}
