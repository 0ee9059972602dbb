using System.Globalization;
using System.Text;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Benchmarks.Replay;

/// <summary>
/// One asset with 200 tags at 10 Hz, one message each 100 ms: the last value of every tag, means and deviations over 1 to 5 s of every fourth, and a small
/// network asked for each.
/// </summary>
sealed class BusyPlant : IPlanArchive
{
    public const int Tags = 200;
    public const double Seconds = 0.1;

    const string Asset = "L-1";
    const int Windowed = 4;

    readonly FeaturePipelineDefinition _pipeline = FeaturePipelineDefinition.Read(Document("pipeline.yaml", PipelineYaml()));
    readonly SiteDefinition _site = SiteDefinition.Read(Document("site.yaml", $"kind: Site\nname: bench\nassets:\n  - {{id: {Asset}, pipeline: pipeline.yaml}}\n"));
    readonly ServingPlan _plan;

    public BusyPlant()
    {
        byte[] model = TinyOnnx.Perceptron(7, _pipeline.Columns.Count, 32, 16, 1);
        _plan = new ServingPlan
        {
            Serving = Digest.Of("bench"u8),
            Signed = false,
            Files = new Dictionary<string, ReadOnlyMemory<byte>> { ["model.onnx"] = model },
            Manifest = new ServingManifest
            {
                Name = "bench",
                Version = "1.0.0",
                Description = "",
                TaskType = "score",
                Files = [new("model.onnx", "weights", Digest.Of(model), model.Length)],
                Model = new ModelSection
                {
                    File = "model.onnx",
                    Architecture = "mlp",
                    Inputs = [new("x", "float32", ["batch", _pipeline.Columns.Count.ToString(CultureInfo.InvariantCulture)])],
                    Outputs = [new("score", "float32", ["batch", "1"])],
                    Threads = 1,
                    GraphOptimization = "extended",
                    Providers = ["cpu"],
                },
                Features = new FeaturesSection("bench", "1.0.0", _pipeline.Identity, null, [.. _pipeline.Columns.Select(c => new ColumnSpec(c.Name, c.DType, c.Unit))]),
                Postprocessing = new PostprocessingSection { Threshold = 1000, Hysteresis = 1, MinDuration = TimeSpan.FromSeconds(3), LowConfidenceBelow = 0, Abstain = false, RulesFile = "" },
                Timeout = TimeSpan.FromSeconds(30),
                Fallback = [new(FallbackKind.LowConfidence, null, "")],
                Breaker = new BreakerSection { SlowCall = TimeSpan.FromSeconds(30) },
                Golden = null,
            },
        };
    }

    public ArmLoader Arms { get; } = new(_ => "cpu", TimeProvider.System);

    public FactBatch Activate() => new()
    {
        Ingest = At(0),
        Origin = Origins.Service,
        Facts =
        [
            new Activation
            {
                Asset = Asset,
                Role = ArmRole.Primary,
                Release = _plan.Title,
                Serving = _plan.Serving,
                Pipeline = _pipeline.Identity,
                Rules = Digest.None,
                Site = Digest.None,
                Signed = false,
                Build = "bench",
                Environment = "bench",
                Who = "bench",
                Why = "bench",
            },
        ],
    };

    /// <summary>One message of each 100 ms: values of two decimals that wander.</summary>
    public static IEnumerable<FactBatch> Messages(int count)
    {
        var random = new Random(1);
        int[] values = [.. Enumerable.Range(0, Tags).Select(_ => random.Next(1000, 9000))];
        string[] names = [.. Enumerable.Range(0, Tags).Select(TagOf)];
        for (int message = 1; message <= count; message++)
        {
            IngestTime ingest = At((message * Seconds) + 0.02);
            var samples = new Sample[Tags];
            for (int tag = 0; tag < Tags; tag++)
            {
                values[tag] += random.Next(-20, 21);
                samples[tag] = new Sample(names[tag], new EventTime((long)(message * Seconds * 1e9)), null, ingest, Quality.Good, TagValue.Of(values[tag] / 100.0));
            }

            yield return new FactBatch { Ingest = ingest, Origin = "plc", Samples = samples };
        }
    }

    public ServingPlan Release(Digest serving) => _plan;

    public FeaturePipelineDefinition Pipeline(Digest identity) => _pipeline;

    public RulesDefinition Rules(Digest digest) => RulesDefinition.None;

    public SiteDefinition Site(Digest digest) => _site;

    static IngestTime At(double seconds) => new(1_700_000_000_000_000_000 + (long)(seconds * 1e9));

    static string TagOf(int tag) => string.Create(CultureInfo.InvariantCulture, $"{Asset}.t{tag:000}");

    static string PipelineYaml()
    {
        var yaml = new StringBuilder("kind: FeaturePipeline\nid: bench\nversion: 1.0.0\nvector: {every: PT0.1S}\ninputs:\n");
        for (int tag = 0; tag < Tags; tag++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{signal: t{tag:000}, unit: bar, range: [0, 1000], maxAge: PT10S}}\n");
        yaml.Append("features:\n");
        for (int tag = 0; tag < Tags; tag++)
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: t{tag:000}, op: last, of: t{tag:000}}}\n");
        for (int tag = 0; tag < Tags; tag += Windowed)
        {
            int window = 1 + (tag / Windowed % 5);
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: t{tag:000}.mean, op: mean, of: t{tag:000}, window: PT{window}S}}\n  - {{name: t{tag:000}.std, op: std, of: t{tag:000}, window: PT{window}S}}\n");
        }

        return yaml.ToString();
    }

    static SettingsDocument Document(string name, string yaml) => SettingsDocument.Parse(name, Encoding.UTF8.GetBytes(yaml));
}
