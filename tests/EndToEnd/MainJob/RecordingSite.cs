using System.Globalization;
using System.Text;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A site whose assets are recordings: each with its own signals, pipeline and release, fitted on its first 400 rows.</summary>
static class RecordingSite
{
    public static void Lay(BoxFolder box, int brokerPort, IReadOnlyList<Recording> recordings)
    {
        var site = new StringBuilder("kind: Site\nname: Recordings\nassets:\n");
        var tags = new StringBuilder("kind: Tags\ntags:\n");
        foreach (Recording recording in recordings)
        {
            site.Append(CultureInfo.InvariantCulture, $"  - id: {recording.Asset}\n    pipeline: {PipelineOf(recording)}\n    release: {recording.Asset}\n    signals:\n");
            for (int i = 0; i < recording.Columns.Length; i++)
            {
                site.Append(CultureInfo.InvariantCulture, $"      s{i}: \"{recording.Asset}.{recording.Columns[i]}\"\n");
                tags.Append(CultureInfo.InvariantCulture, $"  \"{recording.Asset}.{recording.Columns[i]}\": {{type: double}}\n");
            }

            box.With(PipelineOf(recording), Pipeline(recording));
        }

        box.With("site.yaml", site.ToString()).With("tags.yaml", tags.ToString()).With("sources.yaml", $$"""
            kind: Sources
            sources:
              - name: plant
                type: mqtt
                host: 127.0.0.1
                port: {{brokerPort}}
                clientId: edgeruntime-conformance
                topics:
                  - topic: plant/{asset}/telemetry
                    payload: json
                    time: {field: t, format: iso8601}
                    values: {each: true, ignore: [seq]}
            """);
    }

    public static string ModelOf(BoxFolder box, Recording recording) => Path.Combine(box.Registry, recording.Asset, "model.onnx");

    /// <summary>The one setting for all files: 10 s means, T² + Q at 90 % of the variance, limits 4 times the 0.99 quantile, 3 s above to begin, 0.2 below to end.</summary>
    public static async Task TrainAsync(BoxFolder box, Recording recording)
    {
        string recipe = Path.Combine(box.Site, recording.Asset + ".recipe.yaml");
        File.Copy(recording.Path, Path.Combine(box.Site, recording.Asset + ".csv"));
        var columns = new StringBuilder();
        for (int i = 0; i < recording.Columns.Length; i++)
            columns.Append(CultureInfo.InvariantCulture, $"    \"{recording.Columns[i]}\": {{signal: s{i}}}\n");
        File.WriteAllText(recipe, string.Create(CultureInfo.InvariantCulture, $$"""
            kind: Recipe
            name: {{recording.Asset}}
            version: 1.0.0
            data:
              csv: {{recording.Asset}}.csv
              delimiter: "{{recording.Delimiter}}"
              time: {column: {{recording.TimeColumn}}, format: "{{recording.TimeFormat}}", zone: naive}
              columns:
            {{columns}}
            pipeline:
              file: {{PipelineOf(recording)}}
            normal: {rows: 400}
            model:
              type: t2q
              variance: 0.9
              limit: {method: empirical, quantile: 0.99, margin: 4}
            postprocessing:
              hysteresis: 0.2
              minDuration: PT3S
              lowConfidence: {below: 0, abstain: false}
            serving: {timeout: PT10S}
            """));
        (int exit, string output, string errors) = await ProductProcess.RunAsync(TimeSpan.FromMinutes(5), "edgehq", "train", "--recipe", recipe, "--output", Path.Combine(box.Registry, recording.Asset));
        Assert.True(exit == 0, output + errors);
    }

    static string PipelineOf(Recording recording) => string.Create(CultureInfo.InvariantCulture, $"means-{recording.Columns.Length}.yaml");

    static string Pipeline(Recording recording)
    {
        var yaml = new StringBuilder();
        yaml.Append(CultureInfo.InvariantCulture, $"kind: FeaturePipeline\nid: means-{recording.Columns.Length}\nversion: 1.0.0\nvector: {{at: each-event-time}}\nlateness: PT0S\nidleAfter: PT5S\ninputs:\n");
        for (int i = 0; i < recording.Columns.Length; i++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{signal: s{i}}}\n");
        yaml.Append("features:\n");
        for (int i = 0; i < recording.Columns.Length; i++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: s{i}.mean, op: mean, of: s{i}, window: PT10S}}\n");
        return yaml.ToString();
    }
}
