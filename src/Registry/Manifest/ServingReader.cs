using System.Globalization;
using EdgeRuntime.Settings;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>What happens with an answer and without one: <c>postprocessing</c>, <c>fallback</c>, <c>breaker</c>, <c>reproducibility</c>.</summary>
static class ServingReader
{
    static readonly Dictionary<string, string> RulesEngines = ManifestReader.Words("rules-v1");
    static readonly Dictionary<string, FallbackKind> Kinds = new(StringComparer.Ordinal)
    {
        ["previous"] = FallbackKind.Previous,
        ["cached"] = FallbackKind.Cached,
        ["model"] = FallbackKind.Model,
        ["rules"] = FallbackKind.Rules,
        ["low-confidence"] = FallbackKind.LowConfidence,
    };

    static readonly Dictionary<string, string> CalibrationMethods = ManifestReader.Words("platt", "isotonic", "temperature");

    /// <param name="calibration">The section of that name; a calibrated score is a probability, and what is compared with it must be one.</param>
    internal static PostprocessingSection Postprocessing(SettingsNode node, SettingsNode? calibration, IReadOnlyList<ReleaseFile> files)
    {
        string method = calibration is not null && UnservedSections.IsInGraph(calibration) ? calibration.Choice("method", CalibrationMethods) : "";
        SettingsNode threshold = node.Section("threshold");
        SettingsNode? lowConfidence = node.OptionalSection("lowConfidence");
        SettingsNode? rules = node.OptionalSection("businessRules");
        rules?.Choice("engine", RulesEngines);
        UnservedSections.RefuseOutput(node);
        return new PostprocessingSection
        {
            Threshold = method.Length > 0 ? Probability(threshold) : threshold.Number("score"),
            Hysteresis = threshold.NumberOr("hysteresis", 0, min: 0),
            MinDuration = threshold.DurationOr("minDuration", TimeSpan.Zero),
            LowConfidenceBelow = lowConfidence?.Number("below", 0, 1) ?? 0,
            Abstain = lowConfidence?.FlagOr("abstain", false) ?? false,
            Calibration = method,
            RulesFile = rules is null ? "" : ManifestReader.File(rules, "file", "rules", files),
        };
    }

    internal static IReadOnlyList<FallbackStep> Fallback(IReadOnlyList<SettingsNode> nodes, IReadOnlyList<ReleaseFile> files)
    {
        var steps = new List<FallbackStep>();
        foreach (SettingsNode node in nodes)
        {
            FallbackKind kind = node.Choice("kind", Kinds);
            if (steps.Exists(s => s.Kind == kind))
                node.Violate("kind", "is in the ladder a second time; every rung is asked once.");
            if (steps.Exists(s => s.Kind == FallbackKind.LowConfidence))
                node.Violate("kind", "comes after low-confidence, which always answers; put low-confidence last.");
            TimeSpan? maxAge = kind == FallbackKind.Cached ? Positive(node, "maxAge", node.Duration("maxAge")) : null;
            string file = kind switch
            {
                FallbackKind.Model => ManifestReader.File(node, "file", "fallback", files),
                FallbackKind.Rules => ManifestReader.File(node, "file", "rules", files),
                _ => "",
            };
            if (kind == FallbackKind.Model)
                node.OptionalDuration("latencyP99");
            steps.Add(new FallbackStep(kind, maxAge, file));
        }

        return steps;
    }

    internal static BreakerSection Breaker(SettingsNode? node)
    {
        var unless = new BreakerSection();
        if (node is null)
            return unless;
        int window = node.IntegerOr("windowCalls", unless.WindowCalls, 1, 10_000);
        int min = node.IntegerOr("minCalls", unless.MinCalls, 1, 10_000);
        if (min > window)
            node.Violate(node.Has("minCalls") ? "minCalls" : "windowCalls", string.Create(CultureInfo.InvariantCulture, $"asks for {min} calls in a window of {window}; it would never open."));
        double ratio = node.NumberOr("failureRatio", unless.FailureRatio, 0, 1);
        if (ratio == 0)
            node.Violate("failureRatio", "is 0; it would open without a failure.");
        return new BreakerSection
        {
            WindowCalls = window,
            MinCalls = min,
            FailureRatio = ratio,
            SlowCall = Positive(node, "slowCall", node.DurationOr("slowCall", unless.SlowCall)),
            OpenFor = Positive(node, "openFor", node.DurationOr("openFor", unless.OpenFor)),
            HalfOpenCalls = node.IntegerOr("halfOpenCalls", unless.HalfOpenCalls, 1, 10_000),
        };
    }

    internal static GoldenSection? Golden(SettingsNode? reproducibility, IReadOnlyList<ReleaseFile> files)
    {
        if (reproducibility?.OptionalSection("golden") is not { } golden)
            return null;
        SettingsNode tolerance = golden.Section("tolerance");
        var others = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (string provider in tolerance.Keys.Where(k => k is "tensorrt" or "cuda" or "directml"))
            others[provider] = Tolerance(tolerance, provider);
        return new GoldenSection(
            ManifestReader.File(golden, "file", "golden", files),
            (int)golden.Integer("rows", 1, 100_000),
            Tolerance(tolerance, "cpu")) { Others = others };
    }

    /// <summary>A duration that was given must be above zero.</summary>
    internal static TimeSpan Positive(SettingsNode node, string key, TimeSpan value)
    {
        // A text that is no duration has been reported and also reads as zero; a true zero is a P and no digit above 0.
        if (value == TimeSpan.Zero && node.OptionalText(key) is ['P', ..] text && !text.AsSpan().ContainsAnyInRange('1', '9'))
            node.Violate(key, "must be a duration above zero.");
        return value;
    }

    static double Probability(SettingsNode threshold)
    {
        double score = threshold.Number("score");
        if (score is < 0 or > 1)
            threshold.Violate("score", string.Create(CultureInfo.InvariantCulture, $"is {score}; the score is calibrated, so its threshold is a probability from 0 to 1."));
        return score;
    }

    static double Tolerance(SettingsNode tolerance, string provider) =>
        tolerance.OptionalText(provider) == "bit-exact" ? 0 : tolerance.Number(provider, 0, 1);
}
