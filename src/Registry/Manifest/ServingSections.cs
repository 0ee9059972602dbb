using System.Globalization;
using System.Xml;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Registry.Manifest;

/// <param name="Type">anomaly-score.</param>
public sealed record TaskSection(string Type, string PositiveClass, string OutputUnit);

/// <param name="Method">platt, isotonic, temperature.</param>
/// <param name="InGraph">The model's graph carries it out itself.</param>
public sealed record CalibrationSection(string Method, bool InGraph);

public sealed record SlaSection
{
    /// <summary>The longest a call may take before its answer is too late.</summary>
    public TimeSpan Timeout { get; init; }

    public TimeSpan? LatencyP99 { get; init; }
    public TimeSpan? LatencyP50 { get; init; }

    /// <summary>Calls a second.</summary>
    public double? ThroughputMin { get; init; }

    /// <summary>Share of questions that the model itself answers, from 0 to 1.</summary>
    public double? Availability { get; init; }

    /// <summary>The longest that loading and the first calls may take.</summary>
    public TimeSpan? WarmUp { get; init; }
}

public sealed record HardwareSection
{
    public IReadOnlyList<AcceleratorNeed> Accelerators { get; init; } = [];

    /// <summary>Bytes.</summary>
    public long? MemoryPeak { get; init; }

    /// <summary>Bytes.</summary>
    public long? DiskSize { get; init; }

    public BatchSection? Batch { get; init; }
}

/// <param name="Type">tensorrt, cuda, directml, cpu.</param>
/// <param name="Memory">Bytes.</param>
/// <param name="Isa">One of these instruction sets; empty: any.</param>
public sealed record AcceleratorNeed(string Type, VersionRange? ComputeCapability, string FeatureLevel, long? Memory, IReadOnlyList<string> Isa, int? Cores);

public sealed record BatchSection(int Min, int Max, int Preferred, TimeSpan? MaxQueueDelay);

public sealed record RoutingSection
{
    public IReadOnlyList<string> AllowedModes { get; init; } = [];
    public string PartitionKey { get; init; } = "assetId";
    public string? Mode { get; init; }

    /// <summary>Basis points: 1 of 10000.</summary>
    public int? CanaryWeight { get; init; }

    /// <summary>Basis points.</summary>
    public int? MaxCanaryStep { get; init; }
}

public sealed record GatesSection
{
    public ShadowGate? Shadow { get; init; }
    public CanaryGate? Canary { get; init; }
}

/// <param name="MaxDisagreement">Share of answers, from 0 to 1.</param>
public sealed record ShadowGate(TimeSpan? MinDuration, long? MinPredictions, double? MaxDisagreement, double? MaxLatencyP99Ratio);

/// <param name="MaxErrorRatio">Share of calls, from 0 to 1.</param>
/// <param name="OnBreach">rollback, pause.</param>
public sealed record CanaryGate(TimeSpan? MinDuration, double? MaxErrorRatio, double? MaxFalseAlarmRatio, string OnBreach);

public sealed record RollbackSection
{
    /// <summary>Empty: the release that ran before.</summary>
    public string TargetVersion { get; init; } = "";

    public Digest? TargetServing { get; init; }
    public IReadOnlyList<RollbackCondition> Conditions { get; init; } = [];
}

/// <summary>When a release goes back by itself: <c>breakerOpen&gt;3/PT1H</c>, <c>latencyP99&gt;2x</c>, <c>errorRatio&gt;0.05</c>.</summary>
/// <param name="Measure">breakerOpen, latencyP99, errorRatio, disagreement, rejectionRatio, lowConfidenceRatio.</param>
/// <param name="Relative">The limit is a multiple of what the previous model does.</param>
/// <param name="Within">Counted over this time; null: over what the measure itself looks at.</param>
public sealed record RollbackCondition(string Measure, double Above, bool Relative, TimeSpan? Within)
{
    /// <summary>Takes what <see cref="Schema.TextForms.Rollback"/> lets through.</summary>
    internal static RollbackCondition Parse(string text)
    {
        string[] sides = text.Split('>', 2);
        string[] limit = sides[1].Split('/', 2);
        return new RollbackCondition(
            sides[0],
            double.Parse(limit[0].TrimEnd('x'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture),
            limit[0].EndsWith('x'),
            limit.Length > 1 ? XmlConvert.ToTimeSpan(limit[1]) : null);
    }
}

public sealed record MonitoringSection
{
    public ReferencePeriod? Reference { get; init; }
    public QualityLimits? Quality { get; init; }
    public BehaviourLimits? Behaviour { get; init; }
    public OutcomeLimits? Outcome { get; init; }
    public ReviewPlan? Review { get; init; }
}

public sealed record ReferencePeriod(string File, long? Rows, EventTime? From, EventTime? To);

public sealed record QualityLimits(double? MaxNullRatio, TimeSpan? MaxStale, double? RangeViolations, double? Psi, double? Kl);

public sealed record BehaviourLimits(double? ScorePsi, double? ScoreKs, double? ConfidenceShift);

public sealed record OutcomeLimits(TimeSpan? LabelDelayMax, double? MinPrecision, double? MinRecall);

/// <param name="Strategy">Joined with '+': uncertainty, disagreement, diversity, audit.</param>
public sealed record ReviewPlan(string Strategy, int? BudgetPerShift);

/// <summary>Where a release comes from; nothing here changes an answer.</summary>
public sealed record ProvenanceSection
{
    public string DatasetUri { get; init; } = "";
    public Digest? Dataset { get; init; }
    public string LabelPolicy { get; init; } = "";
    public Digest? LabelPolicySha256 { get; init; }
    public string Repository { get; init; } = "";
    public string Commit { get; init; } = "";
    public bool Dirty { get; init; }
    public string Image { get; init; } = "";
    public Digest? Lock { get; init; }
    public string Python { get; init; } = "";
    public long? Packages { get; init; }
    public string Hardware { get; init; } = "";
    public IReadOnlyDictionary<string, string> Seeds { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, string> Hyperparameters { get; init; } = new Dictionary<string, string>();
    public Digest? Parent { get; init; }
    public IReadOnlyDictionary<string, string> Evaluation { get; init; } = new Dictionary<string, string>();
}

public sealed record LicencesSection(string Model, string Code, string Data, string ThirdParty);

/// <param name="Replaces">Versions that it may follow; null: any.</param>
public sealed record CompatibilitySection(VersionRange? Runtime, long? FeatureSchema, VersionRange? Replaces);

/// <summary>What the release asks of its signatures; a trust root asks for at least as much.</summary>
public sealed record SignaturesSection
{
    public string Policy { get; init; } = "release";

    /// <summary>Keys that must have signed the approval.</summary>
    public int Threshold { get; init; } = 1;

    public IReadOnlyList<string> PredicateTypes { get; init; } = [Trust.Predicates.Approval];
}
