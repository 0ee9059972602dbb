using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Definition;

namespace EdgeRuntime.Telemetry;

/// <summary>One source as sources.yaml describes it.</summary>
public abstract record SourceDefinition
{
    /// <summary>Unique in the site; <see cref="FactBatch.Origin"/> of what the source brings.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of what sources.yaml says of it: another one is another source, though it has the same name.</summary>
    public Digest Identity { get; init; }

    /// <summary>As in sources.yaml: <c>mqtt</c>, <c>csv</c>.</summary>
    public abstract string Type { get; }
}

/// <summary>The sources of a site: <c>sources.yaml</c>.</summary>
public sealed record SourcesDefinition
{
    static readonly Dictionary<string, Func<SettingsNode, string, TagCatalogue, SourceDefinition>> Readers = new()
    {
        ["mqtt"] = MqttSourceReader.Read,
        ["csv"] = CsvSourceReader.Read,
    };

    public required IReadOnlyList<SourceDefinition> Sources { get; init; }

    /// <summary>Reads <c>sources.yaml</c>; call <see cref="SettingsDocument.ThrowIfInvalid"/> afterwards.</summary>
    public static SourcesDefinition Read(SettingsDocument document, TagCatalogue tags)
    {
        SettingsNode root = document.Root;
        root.RequireKind("Sources");
        var sources = new List<SourceDefinition>();
        foreach (SettingsNode node in root.List("sources"))
        {
            string name = node.Text("name");
            if (Origins.IsReserved(name))
                node.Violate("name", $"is '{name}', which the runtime uses itself; choose another name.");
            if (sources.Exists(s => s.Name == name))
                node.Violate("name", $"is '{name}' a second time; every source has a name of its own.");
            sources.Add(node.Choice("type", Readers)(node, name, tags) with { Identity = Digest.Of(Encoding.UTF8.GetBytes(node.Words())) });
        }

        return new SourcesDefinition { Sources = sources };
    }
}
