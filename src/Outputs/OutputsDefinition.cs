using EdgeRuntime.Mqtt;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Outputs;

/// <summary>One way to the floor as outputs.yaml describes it.</summary>
public sealed record OutputDefinition
{
    public required string Name { get; init; }

    /// <summary>With <c>{asset}</c> and <c>{site}</c>.</summary>
    public required string Topic { get; init; }

    /// <summary>Where findings go; <c>{asset}</c> is the site for those that are about no asset. Empty: nowhere.</summary>
    public required string FindingTopic { get; init; }

    /// <summary>Retained <c>{"online":true}</c>, which the broker turns to false when the box dies. Empty: nowhere.</summary>
    public required string StatusTopic { get; init; }

    public required int Qos { get; init; }
    public required bool Retain { get; init; }

    /// <summary>An answer whose data is older is never called good; null: no limit.</summary>
    public required TimeSpan? StaleAfter { get; init; }

    internal MqttSessionOptions Session { get; init; } = new() { Host = "", ClientId = "" };
}

/// <summary>What the floor is told, and where: <c>outputs.yaml</c>.</summary>
public sealed record OutputsDefinition
{
    static readonly Dictionary<string, bool> Types = new() { ["mqtt"] = true };
    static readonly Dictionary<string, MqttProtocol> Protocols = new() { ["3.1.1"] = MqttProtocol.V311, ["5"] = MqttProtocol.V5 };

    public required IReadOnlyList<OutputDefinition> Outputs { get; init; }

    /// <summary>Reads <c>outputs.yaml</c>; call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards.</summary>
    public static OutputsDefinition Read(SettingsDocument document)
    {
        SettingsNode root = document.Root;
        root.RequireKind("Outputs");
        var outputs = new List<OutputDefinition>();
        foreach (SettingsNode node in root.List("outputs"))
        {
            string name = node.Text("name");
            if (outputs.Exists(o => o.Name == name))
                node.Violate("name", $"is '{name}' a second time; every output has a name of its own.");
            node.Choice("type", Types);
            outputs.Add(Output(node, name));
        }

        return new OutputsDefinition { Outputs = outputs };
    }

    static OutputDefinition Output(SettingsNode node, string name) => new()
    {
        Name = name,
        Topic = Topic(node, "topic", "edgeruntime/{asset}/decision"),
        FindingTopic = Topic(node, "findingTopic", "edgeruntime/{asset}/finding"),
        StatusTopic = Topic(node, "statusTopic", "edgeruntime/{site}/status"),
        Qos = node.IntegerOr("qos", 1, 0, 2),
        Retain = node.FlagOr("retain", true),
        StaleAfter = node.OptionalDuration("staleAfter"),
        Session = Session(node, name),
    };

    static MqttSessionOptions Session(SettingsNode node, string name)
    {
        MqttTlsOptions? tls = node.OptionalSection("tls") is { } section
            ? new MqttTlsOptions(PathOf(section, "ca"), PathOf(section, "certificate"), PathOf(section, "key"), section.FlagOr("allowUntrusted", false))
            : null;
        return new MqttSessionOptions
        {
            Host = node.Text("host"),
            Port = node.IntegerOr("port", tls is null ? 1883 : 8883, 1, 65535),
            Protocol = node.ChoiceOr("protocol", MqttProtocol.V5, Protocols),
            ClientId = node.TextOr("clientId", $"edgeruntime-{Environment.MachineName}-out-{name}"),
            Tls = tls,
            User = node.TextOr("user", ""),
            PasswordFile = PathOf(node, "passwordFile"),
            KeepAlive = node.DurationOr("keepAlive", TimeSpan.FromSeconds(30)),
            // It subscribes to nothing, so there is nothing for the broker to keep.
            Persistent = false,
        };
    }

    static string Topic(SettingsNode node, string key, string otherwise)
    {
        string topic = node.TextOr(key, otherwise);
        string rest = topic.Replace("{asset}", "", StringComparison.Ordinal).Replace("{site}", "", StringComparison.Ordinal);
        if (rest.AsSpan().IndexOfAny("+#{}") >= 0)
            node.Violate(key, $"is '{topic}'; a topic to send to holds no wildcard and no other name than {{asset}} and {{site}}.");
        return topic;
    }

    static string PathOf(SettingsNode node, string key) =>
        node.TextOr(key, "") is { Length: > 0 } path ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(node.File)) ?? "", path) : "";
}
