using System.Globalization;
using EdgeRuntime.Registry.Schema;

namespace EdgeRuntime.Registry.Manifest;

/// <summary>What happens with an answer and without one: <c>preprocessing</c>, <c>calibration</c>, <c>postprocessing</c>, <c>fallback</c>, <c>breaker</c>.</summary>
static class AnswerReader
{
    const string IntoTheGraph = "put it into the model's graph or use a newer version.";

    static readonly Dictionary<string, FallbackKind> Kinds = new(StringComparer.Ordinal)
    {
        ["previous"] = FallbackKind.Previous,
        ["cached"] = FallbackKind.Cached,
        ["model"] = FallbackKind.Model,
        ["rules"] = FallbackKind.Rules,
        ["low-confidence"] = FallbackKind.LowConfidence,
    };

    internal static void Preprocessing(Section root, IReadOnlyList<ReleaseFile> files)
    {
        Duty refused = Duty.RefusedFor(ServingFeatures.Preprocessing);
        if (root.OptionalInner("preprocessing", refused, "A graph that is asked before the model.") is not { } section)
            return;
        ServingFeatures.Refuse(root, "preprocessing", ServingFeatures.Preprocessing, IntoTheGraph);
        ManifestReader.File(section, "file", true, "preprocess", files, refused, "The graph, one of files with the role preprocess.");
        section.TextOr("version", "", refused, "Its version.");
        section.ChoiceOr("scaling", "in-graph", ["in-graph", "sidecar"], refused, "Where features are scaled.");
    }

    internal static CalibrationSection? Calibration(Section root, IReadOnlyList<ReleaseFile> files)
    {
        if (root.OptionalInner("calibration", Duty.Of("Decisions"), "What makes the score a probability.") is not { } section)
            return null;
        string method = section.Choice("method", ["platt", "isotonic", "temperature"], Duty.Of("Decisions"), "How.");
        bool inGraph = section.FlagOr("inGraph", false, Duty.Of("Decisions"), "The model's graph carries it out itself.");
        Duty refused = Duty.RefusedFor(ServingFeatures.CalibrationFile);
        string file = ManifestReader.File(section, "file", false, "calibration", files, refused, "Its numbers beside the graph, one of files with the role calibration.");
        if (inGraph && file.Length > 0)
            section.Violate("file", "stands beside inGraph: true; a score is calibrated once, so leave one of the two out.");
        else if (!inGraph)
            ServingFeatures.Refuse(root, "calibration", ServingFeatures.CalibrationFile, IntoTheGraph);
        Duty sets = Duty.RefusedFor(ServingFeatures.Conformal);
        if (section.OptionalInner("conformal", sets, "Sets of answers with a promised share of hits.") is { } conformal)
        {
            ServingFeatures.Refuse(section, "conformal", ServingFeatures.Conformal, "leave it out or use a newer version.");
            conformal.Number("alpha", sets, "Share of misses.", 0, 1);
            conformal.TextOr("split", "", sets, "How calibration data were kept apart.");
        }

        return new CalibrationSection(method, inGraph);
    }

    internal static PostprocessingSection Postprocessing(Section section, CalibrationSection? calibration, IReadOnlyList<ReleaseFile> files)
    {
        Duty duty = Duty.Of("Decisions");
        bool isProbability = calibration is { InGraph: true };
        Section threshold = section.Inner("threshold", duty, "When an anomaly begins and ends.");
        double score = threshold.Number("score", duty, "From here on the score means an anomaly; of a calibrated score a probability.");
        if (isProbability && score is < 0 or > 1)
            threshold.Violate("score", string.Create(CultureInfo.InvariantCulture, $"is {score}; the score is calibrated, so its threshold is a probability from 0 to 1."));
        double hysteresis = threshold.NumberOr("hysteresis", 0, duty, "How far below the threshold the score must fall before it ends.", min: 0);
        TimeSpan minDuration = threshold.DurationOr("minDuration", TimeSpan.Zero, duty, "How long the score must stay above before it begins.");
        Section? low = section.OptionalInner("lowConfidence", duty, "What is done with an unsure answer.");
        Section? rules = section.OptionalInner("businessRules", Duty.Of("Fallback"), "Rules that stand above the model.");
        rules?.Choice("engine", ["rules-v1"], Duty.Of("Fallback"), "Language of the rules.");
        RefuseOutput(section);
        return new PostprocessingSection
        {
            Threshold = score,
            Hysteresis = hysteresis,
            MinDuration = minDuration,
            LowConfidenceBelow = low?.Number("below", duty, "Answers less sure than this are of low confidence.", 0, 1) ?? 0,
            Abstain = low?.FlagOr("abstain", false, duty, "Below that the state is unknown instead of a guess.") ?? false,
            Calibration = isProbability ? calibration!.Method : "",
            RulesFile = rules is null ? "" : ManifestReader.File(rules, "file", true, "rules", files, Duty.Of("Fallback"), "The rules, one of files with the role rules."),
        };
    }

    static void RefuseOutput(Section postprocessing)
    {
        Duty refused = Duty.RefusedFor(ServingFeatures.Output);
        if (postprocessing.OptionalInner("output", refused, "The form of an answer; the site's outputs.yaml sets it.") is not { } output)
            return;
        ServingFeatures.Refuse(postprocessing, "output", ServingFeatures.Output, "remove it: the site's outputs set the form of an answer.");
        output.TextOr("format", "", refused, "Format of a message.");
        output.TextOr("schema", "", refused, "Name of its schema.");
        output.Texts("fields", refused, "What it holds.");
        output.OptionalInteger("decimals", refused, "Digits of its numbers.", 0, 17);
        output.OptionalInner("opcua", refused, "Where it goes by OPC UA.")?.TextOr("node", "", refused, "Node id.");
        if (output.OptionalInner("mqtt", refused, "Where it goes by MQTT.") is not { } mqtt)
            return;
        mqtt.TextOr("topic", "", refused, "Topic.");
        mqtt.OptionalInteger("qos", refused, "Quality of service.", 0, 2);
    }

    internal static IReadOnlyList<FallbackStep> Fallback(Section root, IReadOnlyList<ReleaseFile> files)
    {
        var steps = new List<FallbackStep>();
        root.Kinds("fallback", Duty.Of("Fallback"), "The ladder below the model, in the order it is asked.", "kind", "Which rung it is.", Kinds, (kind, rung) =>
        {
            if (steps.Exists(s => s.Kind == kind))
                rung.Violate("kind", "is in the ladder a second time; every rung is asked once.");
            if (steps.Exists(s => s.Kind == FallbackKind.LowConfidence))
                rung.Violate("kind", "comes after low-confidence, which always answers; put low-confidence last.");
            TimeSpan? maxAge = kind == FallbackKind.Cached ? rung.Duration("maxAge", Duty.Of("Fallback"), "The oldest answer that may be repeated.") : null;
            string file = kind switch
            {
                FallbackKind.Model => ManifestReader.File(rung, "file", true, "fallback", files, Duty.Of("Gateway"), "The small model, one of files with the role fallback."),
                FallbackKind.Rules => ManifestReader.File(rung, "file", true, "rules", files, Duty.Of("Fallback"), "The rules, one of files with the role rules."),
                _ => "",
            };
            TimeSpan? latency = kind == FallbackKind.Model ? rung.OptionalDuration("latencyP99", Duty.CarriedFor("Promotion"), "How fast the small model must be.", aboveZero: true) : null;
            var step = new FallbackStep(kind, maxAge, file) { LatencyP99 = latency };
            steps.Add(step);
            return step;
        });
        return steps;
    }

    internal static BreakerSection Breaker(Section root)
    {
        var unless = new BreakerSection();
        Duty duty = Duty.Of("Fallback");
        if (root.OptionalInner("breaker", duty, "When a failing model is not asked any more.") is not { } section)
            return unless;
        int window = section.IntegerOr("windowCalls", unless.WindowCalls, duty, "How many of the newest calls are looked at; 20 unless given.", 1, 10_000);
        if (section.OptionalDuration("window", Duty.RefusedFor(ServingFeatures.BreakerWindow), "How far back calls are looked at.") is not null)
            ServingFeatures.Refuse(section, "window", ServingFeatures.BreakerWindow, "write windowCalls, a number of calls, instead.");
        int min = section.IntegerOr("minCalls", unless.MinCalls, duty, "Calls needed before it may open; 5 unless given.", 1, 10_000);
        if (min > window)
            section.Violate(section.Has("minCalls") ? "minCalls" : "windowCalls", string.Create(CultureInfo.InvariantCulture, $"asks for {min} calls in a window of {window}; it would never open."));
        double ratio = section.NumberOr("failureRatio", unless.FailureRatio, duty, "Share of failures from which on it opens; 0.5 unless given.", 0, 1);
        if (ratio == 0)
            section.Violate("failureRatio", "is 0; it would open without a failure.");
        return new BreakerSection
        {
            WindowCalls = window,
            MinCalls = min,
            FailureRatio = ratio,
            SlowCall = section.DurationOr("slowCall", unless.SlowCall, duty, "A slower call counts as failed; 100 ms unless given.", aboveZero: true),
            OpenFor = section.DurationOr("openFor", unless.OpenFor, duty, "How long it stays open before it probes; 60 s unless given.", aboveZero: true),
            HalfOpenCalls = section.IntegerOr("halfOpenCalls", unless.HalfOpenCalls, duty, "Probes that must all succeed; 3 unless given.", 1, 10_000),
        };
    }
}
