using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;

namespace EdgeRuntime.Tests.Unit.Features;

/// <summary>Pipelines, journals and vectors in few words.</summary>
static class Pipelines
{
    public const string Source = "plc";

    public static readonly AssetDefinition Asset = AssetCalled("a");

    public static AssetDefinition AssetCalled(string id, params (string Signal, string Tag)[] signals) => new()
    {
        Id = id,
        Name = id,
        Area = "",
        Pipeline = "pipeline.yaml",
        Release = "",
        Shadows = [],
        Rules = "",
        Signals = signals.ToDictionary(s => s.Signal, s => s.Tag, StringComparer.Ordinal),
    };

    public static FeaturePipelineDefinition Read(string yaml, string file = "pipeline.yaml")
    {
        SettingsDocument document = SettingsDocument.Parse(file, Encoding.UTF8.GetBytes(yaml));
        FeaturePipelineDefinition definition = FeaturePipelineDefinition.Read(document);
        document.ThrowIfInvalid();
        return definition;
    }

    /// <summary>A document with the given middle; <c>x</c> is tag <c>a.x</c>.</summary>
    public static string Yaml(string features, string vector = "{at: each-event-time}", string inputs = "- {signal: x}", string more = "") =>
        $"""
        kind: FeaturePipeline
        id: test
        version: 1.0.0
        vector: {vector}
        {more}
        inputs:
        {Indented(inputs)}
        features:
        {Indented(features)}
        """;

    /// <summary>Numbers the batches as a journal would.</summary>
    public static IReadOnlyList<StoredBatch> Stored(params IEnumerable<FactBatch> batches) =>
        [.. batches.Select((batch, i) => new StoredBatch(i + 1, batch))];

    public static List<Fact> Run(FeaturePipelineDefinition definition, IEnumerable<StoredBatch> journal, AssetDefinition? asset = null)
    {
        var pipeline = new FeaturePipeline(definition, asset ?? Asset);
        var output = new List<Fact>();
        foreach (StoredBatch batch in journal)
            pipeline.Take(batch, output);
        return output;
    }

    public static List<FeatureVector> Vectors(string yaml, params IEnumerable<FactBatch> batches) =>
        [.. Run(Read(yaml), Stored(batches)).OfType<FeatureVector>()];

    /// <summary>Facts as their canonical bytes, so that two runs can be compared bit for bit.</summary>
    public static IReadOnlyList<string> Bytes(IEnumerable<Fact> facts) => [.. facts.Select(f => Convert.ToHexString(FactCodec.Encode(f)))];

    static string Indented(string lines) => string.Join('\n', lines.Split('\n').Select(line => "  " + line));
}
