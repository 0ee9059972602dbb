using EdgeRuntime.Facts;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>serving.yaml as data: everything about how a release is served. Its SHA-256 is the identity that every prediction cites.</summary>
public sealed record ServingManifest
{
    public required string Name { get; init; }
    public required string Version { get; init; }
    public required string Description { get; init; }
    public EventTime? Created { get; init; }
    public string Owner { get; init; } = "";
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>anomaly-score.</summary>
    public required string TaskType { get; init; }

    public TaskSection Task { get; init; } = new("anomaly-score", "", "");

    public required IReadOnlyList<ReleaseFile> Files { get; init; }
    public required ModelSection Model { get; init; }
    public required FeaturesSection Features { get; init; }

    /// <summary>Null: the score is a distance.</summary>
    public CalibrationSection? Calibration { get; init; }

    public required PostprocessingSection Postprocessing { get; init; }

    /// <summary>The longest a call may take before its answer is too late.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>The ladder below the primary model, in the order it is asked.</summary>
    public required IReadOnlyList<FallbackStep> Fallback { get; init; }

    public required BreakerSection Breaker { get; init; }
    public required GoldenSection? Golden { get; init; }

    /// <summary>What this release may be run as: shadow, canary, ab, full. A primary must be allowed <c>full</c>, a shadow <c>shadow</c>.</summary>
    public IReadOnlyList<string> AllowedModes { get; init; } = ["shadow", "full"];

    public SlaSection Sla { get; init; } = new();
    public HardwareSection Hardware { get; init; } = new();
    public RoutingSection Routing { get; init; } = new();
    public GatesSection Gates { get; init; } = new();
    public RollbackSection Rollback { get; init; } = new();
    public MonitoringSection Monitoring { get; init; } = new();
    public ProvenanceSection? Provenance { get; init; }
    public LicencesSection? Licences { get; init; }
    public CompatibilitySection? Compatibility { get; init; }
    public SignaturesSection Signatures { get; init; } = new();
}

/// <summary>One file of a release; paths are flat.</summary>
public sealed record ReleaseFile(string Path, string Role, Digest Sha256, long Size);

public sealed record TensorSpec(string Name, string DType, IReadOnlyList<string> Shape);

public sealed record ModelSection
{
    public required string File { get; init; }
    public required string Architecture { get; init; }

    /// <summary>Domain → version of the operators; empty: not stated. Whoever loads the model holds it against the file.</summary>
    public IReadOnlyDictionary<string, int> Opset { get; init; } = new Dictionary<string, int>();

    /// <summary>How many numbers were learned, in words; empty: not stated.</summary>
    public string Parameters { get; init; } = "";

    public long? Seed { get; init; }
    public required IReadOnlyList<TensorSpec> Inputs { get; init; }
    public required IReadOnlyList<TensorSpec> Outputs { get; init; }
    public required int Threads { get; init; }

    /// <summary>disabled, basic, extended, all: ONNX Runtime's levels.</summary>
    public required string GraphOptimization { get; init; }

    /// <summary>Accelerators in order of preference: tensorrt, cuda, directml, cpu.</summary>
    public required IReadOnlyList<string> Providers { get; init; }

    /// <summary>Versions of ONNX Runtime that may serve it; null: any. Whoever loads the model must ask.</summary>
    public VersionRange? RuntimeVersions { get; init; }
}

public sealed record FeaturesSection(string PipelineId, string PipelineVersion, Digest Pipeline, TimeSpan? MaxAge, IReadOnlyList<ColumnSpec> Columns)
{
    public long? SchemaVersion { get; init; }
    public TimeSpan? WindowLength { get; init; }
    public TimeSpan? WindowStep { get; init; }
}

public sealed record ColumnSpec(string Name, string DType, string Unit)
{
    public string Source { get; init; } = "";
    public string Aggregation { get; init; } = "";
    public double? Low { get; init; }
    public double? High { get; init; }
}

public sealed record PostprocessingSection
{
    public required double Threshold { get; init; }

    /// <summary>How far below the threshold the score must fall before an anomaly ends.</summary>
    public required double Hysteresis { get; init; }

    /// <summary>How long the score must stay above before an anomaly begins.</summary>
    public required TimeSpan MinDuration { get; init; }

    /// <summary>Answers less sure than this are said to be of low confidence.</summary>
    public required double LowConfidenceBelow { get; init; }

    /// <summary>True: below that the state is "unknown" instead of a guess.</summary>
    public required bool Abstain { get; init; }

    /// <summary>
    /// How the graph itself made a probability of what the model found (platt, isotonic, temperature): the score is the probability of an anomaly then. Empty: it is a
    /// distance, and says nothing about how likely anything is.
    /// </summary>
    public string Calibration { get; init; } = "";

    public bool ScoreIsProbability => Calibration.Length > 0;

    /// <summary>File with the rules of the release; empty for none.</summary>
    public required string RulesFile { get; init; }
}

public enum FallbackKind
{
    Previous,
    Cached,
    Model,
    Rules,
    LowConfidence,
}

/// <param name="MaxAge">Cached only: the oldest answer that may be repeated.</param>
/// <param name="File">Model and rules only.</param>
public sealed record FallbackStep(FallbackKind Kind, TimeSpan? MaxAge, string File)
{
    /// <summary>Model only: how fast it must be.</summary>
    public TimeSpan? LatencyP99 { get; init; }
}

public sealed record BreakerSection
{
    /// <summary>How many of the newest calls are looked at: a count, so that it works at one prediction a minute.</summary>
    public int WindowCalls { get; init; } = 20;

    /// <summary>Calls needed before it may open, so one failure at 3 a.m. does not open it.</summary>
    public int MinCalls { get; init; } = 5;

    public double FailureRatio { get; init; } = 0.5;

    /// <summary>A call slower than this counts as failed even when it made the deadline.</summary>
    public TimeSpan SlowCall { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long it stays open, by the engine's time (event time and ticks), before it probes.</summary>
    public TimeSpan OpenFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Probes that must all succeed before it closes.</summary>
    public int HalfOpenCalls { get; init; } = 3;
}

/// <param name="Tolerance">0: bit-exact on this provider (cpu).</param>
public sealed record GoldenSection(string File, int Rows, double Tolerance)
{
    /// <summary>Provider → tolerance, where the release states one besides cpu's.</summary>
    public IReadOnlyDictionary<string, double> Others { get; init; } = new Dictionary<string, double>();

    /// <summary>The tolerance on a provider; null: the release promises nothing there, so it cannot be checked.</summary>
    public double? On(string provider) => provider == "cpu" ? Tolerance : Others.TryGetValue(provider, out double tolerance) ? tolerance : null;
}
