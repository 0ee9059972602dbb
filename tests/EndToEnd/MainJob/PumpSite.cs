using System.Globalization;
using System.Text;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>The demo's pump skid and its release on a box whose telemetry comes from a broker of the test.</summary>
static class PumpSite
{
    /// <summary>Signal → an ordinary value.</summary>
    public static readonly IReadOnlyDictionary<string, double> Signals = new SortedDictionary<string, double>(StringComparer.Ordinal)
    {
        ["suction_pressure"] = 1.8,
        ["discharge_pressure"] = 6.2,
        ["motor_current"] = 31,
        ["vibration_de"] = 2.1,
        ["vibration_nde"] = 1.7,
        ["bearing_temperature"] = 58,
        ["motor_temperature"] = 71,
        ["voltage"] = 400,
        ["valve_position"] = 62,
        ["flow"] = 50,
    };

    public static void Lay(BoxFolder box, int brokerPort, string moreTopics = "", string moreSources = "")
    {
        string demo = Path.Combine(TestData.Repository, "firmware-sim", "demo-site");
        foreach (string name in new[] { "site.yaml", "tags.yaml", "pipeline.yaml" })
            box.With(name, File.ReadAllText(Path.Combine(demo, name)));
        box.With("sources.yaml", $$"""
            kind: Sources
            sources:
              - name: plant
                type: mqtt
                host: 127.0.0.1
                port: {{brokerPort}}
                clientId: edgeruntime-test
                topics:
                  - topic: plant/{asset}/telemetry
                    payload: json
                    time: {field: t, format: iso8601}
                    values: {each: true, ignore: [seq]}
            {{moreTopics}}
            {{moreSources}}
            """);
        box.With("outputs.yaml", $$"""
            kind: Outputs
            outputs:
              - {name: floor, type: mqtt, host: 127.0.0.1, port: {{brokerPort}}, clientId: edgeruntime-test-floor, topic: "edgeruntime/{asset}/decision", qos: 1, retain: true}
            """);
        CopyRelease(box);
    }

    public static void CopyRelease(BoxFolder box)
    {
        string to = Path.Combine(box.Registry, "pump-skid");
        Directory.CreateDirectory(to);
        foreach (string file in Directory.EnumerateFiles(Path.Combine(TestData.Repository, "firmware-sim", "demo-release", "pump-skid")))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)), overwrite: true);
    }

    /// <summary>One scan of the skid as JSON.</summary>
    public static byte[] Message(DateTimeOffset at, double flow)
    {
        var json = new StringBuilder();
        json.Append(CultureInfo.InvariantCulture, $"{{\"t\":\"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'}\"");
        foreach ((string signal, double value) in Signals)
            json.Append(CultureInfo.InvariantCulture, $",\"{signal}\":{(signal == "flow" ? flow : value):R}");
        return Encoding.UTF8.GetBytes(json.Append('}').ToString());
    }
}
