using System.Text;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Telemetry.Definition;

namespace EdgeRuntime.Tests.Unit.Telemetry;

/// <summary>A site with one pump.</summary>
static class Sites
{
    internal static readonly TagCatalogue Tags = new(
    [
        new TagContract("P-101.flow", TagType.Double, "m3/h", null, null, ""),
        new TagContract("P-101.pressure", TagType.Double, "bar", null, null, ""),
        new TagContract("P-101.starts", TagType.Int64, "", null, null, ""),
        new TagContract("P-101.running", TagType.Bool, "", null, null, ""),
        new TagContract("P-101.recipe", TagType.String, "", null, null, ""),
    ]);

    internal static SourcesDefinition Sources(string yaml, string file = "sources.yaml")
    {
        SettingsDocument document = SettingsDocument.Parse(file, Encoding.UTF8.GetBytes(yaml));
        SourcesDefinition definition = SourcesDefinition.Read(document, Tags);
        document.ThrowIfInvalid();
        return definition;
    }

    internal static ArrivalReader Reader(string topics) => new((MqttSourceDefinition)Sources($$"""
        kind: Sources
        sources:
          - name: line-1
            type: mqtt
            host: broker
            topics:
        {{topics}}
        """).Sources[0], Tags);
}
