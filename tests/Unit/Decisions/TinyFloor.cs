using System.Text;
using EdgeRuntime.Decisions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Fallback.Rules;
using EdgeRuntime.Features;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Unit.Decisions;

/// <summary>
/// One asset with two signals, a score that is their weighted sum, a rule and a journal that is a list: the smallest floor on which
/// everything that decides can be seen deciding.
/// </summary>
/// <param name="more">Further keys of the pipeline document.</param>
/// <param name="features">Its features a and b, when the newest values are not what is wanted.</param>
sealed class TinyFloor(string more = "", string features = TinyFloor.NewestValues) : IPlanArchive
{
    public const string Asset = "M-1";

    /// <summary>A second machine with the same pipeline.</summary>
    public const string Other = "M-2";

    const string NewestValues = """
        features:
          - {name: a, op: last, of: a}
          - {name: b, op: last, of: b}
        """;

    const string PipelineYaml = """
        kind: FeaturePipeline
        id: tiny
        version: 1.0.0
        vector: {at: each-event-time}
        inputs:
          - {signal: a, unit: bar, maxAge: PT10S}
          - {signal: b, unit: bar, maxAge: PT10S}
        """;

    const string RulesYaml = """
        kind: Rules
        rules:
          - {name: burst, when: {feature: a, above: 50}, say: Pressure above 50 bar.}
        """;

    readonly Dictionary<Digest, ServingPlan> _releases = [];
    readonly FeaturePipelineDefinition _pipeline = FeaturePipelineDefinition.Read(Document("pipeline.yaml", $"{PipelineYaml}\n{features}\n{more}"));
    readonly RulesDefinition _rules = RulesDefinition.Read(Document("rules.yaml", RulesYaml));
    readonly SiteDefinition _site = SiteDefinition.Read(Document("site.yaml", "kind: Site\nname: test\nassets:\n  - {id: M-1, pipeline: pipeline.yaml}\n  - {id: M-2, pipeline: pipeline.yaml}\n"));

    public List<StoredBatch> Journal { get; } = [];

    public ArmLoader Arms { get; } = new(_ => "cpu", TimeProvider.System);

    /// <summary>Makes a release whose score is the output of the given model.</summary>
    public ServingPlan Release(string version, byte[] model, Func<ServingManifest, ServingManifest>? with = null)
    {
        byte[] simple = TinyOnnx.Linear([1, 0], 0);
        var manifest = new ServingManifest
        {
            Name = "tiny",
            Version = version,
            Description = "",
            TaskType = "anomaly-score",
            Files = [new("model.onnx", "weights", Digest.Of(model), model.Length), new("simple.onnx", "fallback", Digest.Of(simple), simple.Length)],
            Model = new ModelSection
            {
                File = "model.onnx",
                Architecture = "linear",
                Inputs = [new("x", "float32", ["batch", "2"])],
                Outputs = [new("score", "float32", ["batch", "1"])],
                Threads = 1,
                GraphOptimization = "extended",
                Providers = ["cpu"],
            },
            Features = new FeaturesSection("tiny", "1.0.0", _pipeline.Identity, null, [new("a", "float32", "bar"), new("b", "float32", "bar")]),
            Postprocessing = new PostprocessingSection { Threshold = 10, Hysteresis = 1, MinDuration = TimeSpan.Zero, LowConfidenceBelow = 0, Abstain = false, RulesFile = "" },
            Timeout = TimeSpan.FromSeconds(30),
            Fallback =
            [
                new(FallbackKind.Previous, null, ""),
                new(FallbackKind.Cached, TimeSpan.FromSeconds(5), ""),
                new(FallbackKind.Model, null, "simple.onnx"),
                new(FallbackKind.Rules, null, ""),
                new(FallbackKind.LowConfidence, null, ""),
            ],
            Breaker = new BreakerSection { SlowCall = TimeSpan.FromSeconds(30) },
            Golden = null,
        };
        manifest = with is null ? manifest : with(manifest);
        var serving = Digest.Of(Encoding.UTF8.GetBytes(version));
        var plan = new ServingPlan
        {
            Serving = serving,
            Manifest = manifest,
            Signed = false,
            Files = new Dictionary<string, ReadOnlyMemory<byte>> { ["model.onnx"] = model, ["simple.onnx"] = simple },
        };
        _releases[serving] = plan;
        return plan;
    }

    public StoredBatch Activate(ServingPlan? plan, ArmRole role = ArmRole.Primary, bool rules = true) => Store(Activations(ActivationOf(Asset, plan, role, rules)));

    /// <summary>Activates a release on each machine, in one batch as a start does.</summary>
    public StoredBatch ActivateBoth(ServingPlan first, ServingPlan other) => Store(Activations(ActivationOf(Asset, first), ActivationOf(Other, other)));

    /// <summary>The first machine is taken from the site.</summary>
    public StoredBatch End() => Store(Activations(ActivationOf(Asset, null) with { Pipeline = Digest.None, Rules = Digest.None }));

    public StoredBatch Sample(double seconds, double? a, double? b)
    {
        var samples = new List<Sample>();
        if (a is { } x)
            samples.Add(SampleBuilder.Sample("M-1.a", seconds, x));
        if (b is { } y)
            samples.Add(SampleBuilder.Sample("M-1.b", seconds, y));
        return Store(SampleBuilder.Batch("plant", seconds, [.. samples]));
    }

    /// <summary>Both machines in one batch, so that one input completes a vector of each.</summary>
    public StoredBatch SampleBoth(double seconds, double a, double b) => Store(SampleBuilder.Batch(
        "plant",
        seconds,
        SampleBuilder.Sample("M-1.a", seconds, a),
        SampleBuilder.Sample("M-1.b", seconds, b),
        SampleBuilder.Sample("M-2.a", seconds, a),
        SampleBuilder.Sample("M-2.b", seconds, b)));

    public StoredBatch Store(FactBatch batch)
    {
        var stored = new StoredBatch(Journal.Count + 1, batch);
        Journal.Add(stored);
        return stored;
    }

    /// <summary>Runs an engine over all inputs of the journal, appending what it says as the live loop does.</summary>
    public List<Decision> Live(DecisionEngine engine, IModelCalls? calls = null)
    {
        calls ??= new LiveCalls();
        var decisions = new List<Decision>();
        foreach (StoredBatch input in Journal.ToArray())
        {
            IReadOnlyList<Fact> said = engine.Take(input, calls);
            if (said.Count > 0)
                Store(new FactBatch { Ingest = input.Batch.Ingest, Origin = Origins.Engine, Facts = said });
            decisions.AddRange(said.OfType<Decision>());
        }

        return decisions;
    }

    public ServingPlan Release(Digest serving) => _releases.TryGetValue(serving, out ServingPlan? plan)
        ? plan
        : throw new PlanBrokenException(PlanPart.Model, $"The release {serving.Short} was changed.");

    /// <summary>The archive loses a release, as if its bytes had changed.</summary>
    public void Break(ServingPlan plan) => _releases.Remove(plan.Serving);

    public FeaturePipelineDefinition Pipeline(Digest identity) => _pipeline;

    public RulesDefinition Rules(Digest digest) => _rules;

    public SiteDefinition Site(Digest digest) => _site;

    static FactBatch Activations(params Activation[] activations) => new() { Ingest = SampleBuilder.IngestAt(0), Origin = Origins.Service, Facts = activations };

    Activation ActivationOf(string asset, ServingPlan? plan, ArmRole role = ArmRole.Primary, bool rules = true) => new()
    {
        Asset = asset,
        Role = role,
        Release = plan?.Title ?? "none",
        Serving = plan?.Serving ?? Digest.None,
        Pipeline = _pipeline.Identity,
        Rules = rules ? _rules.Identity : Digest.None,
        Site = Digest.None,
        Signed = false,
        Build = "test",
        Environment = "test",
        Who = "test",
        Why = "test",
    };

    static SettingsDocument Document(string name, string yaml) => SettingsDocument.Parse(name, Encoding.UTF8.GetBytes(yaml));
}
