using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Registry.Manifest;

public sealed class ManifestReaderTests
{
    /// <summary>Everything that is wrong with a serving.yaml after an edit, without file and line.</summary>
    static string[] Violations(string old, string with)
    {
        string text = new ReleaseBuilder().ServingYaml();
        Assert.Contains(old, text, StringComparison.Ordinal);
        return [.. Read(text.Replace(old, with, StringComparison.Ordinal)).Select(v => $"{v.Key}: {v.Rule}")];
    }

    static IReadOnlyList<SettingsViolation> Read(string text)
    {
        var document = SettingsDocument.Parse("serving.yaml", System.Text.Encoding.UTF8.GetBytes(text));
        ManifestReader.Read(document);
        try
        {
            document.ThrowIfInvalid();
            return [];
        }
        catch (SettingsException e)
        {
            return e.Violations;
        }
    }

    [Fact]
    public void The_release_of_the_tests_is_valid() => Assert.Empty(Read(new ReleaseBuilder().ServingYaml()));

    public static TheoryData<string, string, string> OneThingWrong => new()
    {
        { "kind: ServingConfiguration", "kind: Site", "kind: is 'Site'; this file must be 'ServingConfiguration'." },
        { "apiVersion: edgeruntime.dev/v1", "apiVersion: edgeruntime.dev/v2", "apiVersion: is 'edgeruntime.dev/v2'; it must be one of edgeruntime.dev/v1." },
        { "requires: []", "requires: [conformal-v1]", "requires: asks for 'conformal-v1', which this version does not know; use a newer version of the runtime." },
        { "name: pump-anomaly", "name: Pump", "metadata.name: is 'Pump'; use lower-case letters and digits, with single '.', '_' or '-' between, at most 100 characters." },
        { "version: 1.0.0, created", "version: 1.0, created", "metadata.version: is '1.0'; it must be a semantic version such as 3.2.0." },
        { "type: anomaly-score", "type: regression", "task.type: is 'regression'; it must be one of anomaly-score." },
        { "file: model.onnx", "file: other.onnx", "model.file: is 'other.onnx', which is not one of the release's files; list it under files." },
        { "file: model.onnx", "file: simple.onnx", "model.file: is 'simple.onnx', which is listed with the role fallback; here a file of the role weights is needed." },
        { "format: onnx", "format: pickle", "model.format: is 'pickle'; it must be one of onnx." },
        { "executionMode: sequential", "executionMode: parallel", "model.deterministic.executionMode: is 'parallel'; it must be one of sequential." },
        { "graphOptimization: extended", "graphOptimization: turbo", "model.deterministic.graphOptimization: is 'turbo'; it must be one of disabled, basic, extended, all." },
        { "threads: 1", "threads: 0", "model.deterministic.threads: is 0; it must be from 1 to 64." },
        { "providers: [cuda, cpu]", "providers: [abacus, cpu]", "model.runtime.providers: has 'abacus'; it must be one of tensorrt, cuda, directml, cpu." },
        { ">=1.31.1 <1.32", "about 1.31", "model.runtime.version: is 'about 1.31'; it must be conditions on a version, such as '>=1.31.1 <1.32'." },
        { "shape: [batch, 3]", "shape: [batch, 4]", "features.columns: lists 3 features, but the model's input 'x' takes 4." },
        { "shape: [batch, 3]", "shape: [batch, n]", "model.inputs[0].shape: has 'n'; only the first dimension may be open, all others are whole numbers above zero." },
        { "outputs: [{name: score", "outputs: [{name: risk", "model.outputs: are risk; a model for anomaly scores has an output called 'score'." },
        { "{name: b, dtype: float32, unit: mm/s}", "{name: a, dtype: float32, unit: mm/s}", "features.columns[1].name: is 'a' a second time." },
        { "unit: bar}", "unit: bar, nullable: true}", "features.columns[0].nullable: is true; this version asks a model only about vectors without gaps." },
        { "unit: bar}", "unit: bar, onMissing: mean}", "features.columns[0].onMissing: is not carried out by this version; a gap makes the next rung of the ladder answer. State it in the pipeline instead." },
        { "maxAge: PT5S", "maxAge: PT0S", "features.window.maxAge: must be a duration above zero." },
        { "hysteresis: 0.5", "hysteresis: -1", "postprocessing.threshold.hysteresis: is -1; it must be at least 0." },
        { "minDuration: PT3S", "minDuration: -PT3S", "postprocessing.threshold.minDuration: is '-PT3S'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D." },
        { "threshold: {score: 4.5, ", "threshold: {", "postprocessing.threshold.score: is missing." },
        { "engine: rules-v1", "engine: prolog", "postprocessing.businessRules.engine: is 'prolog'; it must be one of rules-v1." },
        { "below: 0.6", "below: 60", "postprocessing.lowConfidence.below: is 60; it must be from 0 to 1." },
        { ", timeout: PT0.1S", "", "sla.timeout: is missing." },
        { "timeout: PT0.1S", "timeout: 100ms", "sla.timeout: is '100ms'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D." },
        { "{kind: previous}", "{kind: cached, maxAge: PT1S}", "fallback[1].kind: is in the ladder a second time; every rung is asked once." },
        { "  - {kind: previous}\n", "  - {kind: oracle}\n", "fallback[0].kind: is 'oracle'; it must be one of previous, cached, model, rules, low-confidence." },
        { "{kind: cached, maxAge: PT30S}", "{kind: cached}", "fallback[1].maxAge: is missing." },
        { "{kind: previous}", "{kind: previous, maxAge: PT1S}", "fallback[0].maxAge: is not a known key; known here: kind." },
        { "windowCalls: 10", "window: PT30S", "breaker.window: is not a known key; known here: failureRatio, halfOpenCalls, minCalls, openFor, slowCall, windowCalls." },
        { "minCalls: 3", "minCalls: 11", "breaker.minCalls: asks for 11 calls in a window of 10; it would never open." },
        { "failureRatio: 0.5", "failureRatio: 0", "breaker.failureRatio: is 0; it would open without a failure." },
        { "cpu: bit-exact", "cpu: exactly", "reproducibility.golden.tolerance.cpu: is 'exactly'; it must be a number." },
        { "cpu: bit-exact, ", "", "reproducibility.golden.tolerance.cpu: is missing." },
        { "rows: 2", "rows: 0", "reproducibility.golden.rows: is 0; it must be from 1 to 100000." },
        { "licences: {model: MIT}", "licences: {model: MIT, modell: MIT}", "licences.modell: is not a known key; did you mean 'model'?" },
        { "licences: {model: MIT}", "postprocesing: {}", "postprocesing: is not a known key; did you mean 'postprocessing'?" },
        { "licences: {model: MIT}", "preprocessing: {file: rules.yaml, scaling: in-graph}", "preprocessing: is not carried out by this version, and serving without it would give other answers; put it into the model's graph or use a newer version." },
        { "licences: {model: MIT}", "calibration: {file: c.json, method: isotonic, conformal: {alpha: 0.05, split: time-blocked}}", "calibration: is not carried out by this version, and serving without it would give other answers; put it into the model's graph or use a newer version." },
        { "licences: {model: MIT}", "calibration: {method: isotonic, inGraph: false}", "calibration: is not carried out by this version, and serving without it would give other answers; put it into the model's graph or use a newer version." },
        { "licences: {model: MIT}", "calibration: {method: isotonic, inGraph: true}", "postprocessing.threshold.score: is 4.5; the score is calibrated, so its threshold is a probability from 0 to 1." },
        { "  businessRules:", "  output: {format: json, decimals: 6}\n  businessRules:", "postprocessing.output: is not carried out by this version; remove it: the site's outputs set the form of an answer." },
        { "licences: {model: MIT}", "compatibility: {runtime: \">=99.0.0\"}", $"compatibility.runtime: is '>=99.0.0', but this runtime is {typeof(ServingPlan).Assembly.GetName().Version!.ToString(3)}; use a release for it or another version of the runtime." },
        { "licences: {model: MIT}", "compatibility: {featureSchema: 2}", "compatibility.featureSchema: is 2, but features.schemaVersion is 1; they must be the same." },
        { "licences: {model: MIT}", "routing: {allowedModes: [full, sideways]}", "routing.allowedModes: has 'sideways'; it must be one of shadow, canary, ab, full." },
        { "licences: {model: MIT}", "rollback: {target: {serving: abc}}", "rollback.target.serving: is 'abc'; it must be a SHA-256: 64 lower-case hex digits." },
    };

    [Theory]
    [InlineData("platt")]
    [InlineData("isotonic")]
    [InlineData("temperature")]
    public void A_calibration_inside_the_graph_is_served(string method)
    {
        string text = new ReleaseBuilder().ServingYaml()
            .Replace("licences: {model: MIT}", $"calibration: {{method: {method}, inGraph: true}}", StringComparison.Ordinal)
            .Replace("score: 4.5", "score: 0.6", StringComparison.Ordinal);
        Assert.Empty(Read(text));
        PostprocessingSection served = ManifestReader.Read(SettingsDocument.Parse("serving.yaml", System.Text.Encoding.UTF8.GetBytes(text))).Postprocessing;
        Assert.Equal((method, true, 0.6), (served.Calibration, served.ScoreIsProbability, served.Threshold));
    }

    [Fact]
    public void A_calibration_of_another_method_is_refused() => Assert.Contains(
        "calibration.method: is 'beta'; it must be one of platt, isotonic, temperature.", Violations("licences: {model: MIT}", "calibration: {method: beta, inGraph: true}"));

    [Theory]
    [MemberData(nameof(OneThingWrong))]
    public void One_thing_wrong_gives_one_sentence(string old, string with, string violation) => Assert.Equal([violation], Violations(old, with));

    [Theory]
    [InlineData("../model.onnx", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("sub/model.onnx", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("sub\\\\model.onnx", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("/etc/passwd", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("..", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData(".hidden", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("a:b", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("modell\\u00e4.onnx", "is not a flat file name; use letters, digits, '.', '_' and '-', without folders, and begin with a letter or a digit.")]
    [InlineData("nul.onnx", "is the name of a device on Windows; choose another.")]
    public void A_name_that_could_lead_elsewhere_is_refused(string path, string rule)
    {
        string text = new ReleaseBuilder().ServingYaml().Replace("{path: simple.onnx,", $"{{path: \"{path}\",", StringComparison.Ordinal);
        Assert.Contains(Read(text), v => v.Key == "files[3].path" && v.Rule.EndsWith(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void A_name_that_is_too_long_is_refused() =>
        Assert.Equal("has 101 characters; a file's name has from 1 to 100.", FlatName.Refusal(new string('a', 101)));

    [Fact]
    public void A_file_listed_twice_is_refused_in_any_case_of_letters() => Assert.Contains(
        "files[3].path: is 'MODEL.onnx' a second time (letters' case does not count); every file is listed once.",
        Violations("{path: simple.onnx,", "{path: MODEL.onnx,"));

    [Fact]
    public void Serving_yaml_cannot_list_itself() => Assert.Contains(
        "files[3].path: is 'serving.yaml'; a file cannot hold its own digest, so serving.yaml does not list itself.",
        Violations("{path: simple.onnx,", "{path: serving.yaml,"));

    [Fact]
    public void Sizes_beyond_the_limits_are_refused_before_a_byte_is_read()
    {
        string text = new ReleaseBuilder().ServingYaml();
        string all = System.Text.RegularExpressions.Regex.Replace(text, "size: [0-9]+", "size: 536870912");
        Assert.Equal(["files: add up to 2147483648 bytes; a release has at most 1073741824."], Read(all).Select(v => $"{v.Key}: {v.Rule}"));
        string one = new System.Text.RegularExpressions.Regex("size: [0-9]+").Replace(text, "size: 536870913", 1);
        Assert.Equal(["files[0].size: is 536870913; it must be from 1 to 536870912."], Read(one).Select(v => $"{v.Key}: {v.Rule}"));
    }

    [Fact]
    public void A_release_without_files_is_none()
    {
        string text = new ReleaseBuilder { Edit = t => t }.ServingYaml();
        string without = System.Text.RegularExpressions.Regex.Replace(text, "files:\n(  - .*\n)+", "");
        Assert.Contains(Read(without), v => v.ToString() == "serving.yaml:1: files: lists 0 files; a release has from 1 to 256 besides serving.yaml.");
    }

    [Fact]
    public void A_violation_names_file_and_line()
    {
        string text = new ReleaseBuilder().ServingYaml().Replace("licences: {model: MIT}", "licenses: {model: MIT}", StringComparison.Ordinal);
        int line = Array.FindIndex(text.Split('\n'), l => l.StartsWith("licenses", StringComparison.Ordinal)) + 1;
        Assert.Equal($"serving.yaml:{line}: licenses: is not a known key; did you mean 'licences'?", Assert.Single(Read(text)).ToString());
    }

    [Fact]
    public void Everything_wrong_is_said_at_once() => Assert.Equal(
        3,
        Violations("sla: {latencyP99: PT0.025S, timeout: PT0.1S}", "sla: {latencyP99: fast, timeout: soon, tiemout: PT1S}").Length);

    [Fact]
    public void Sections_that_only_describe_are_read_as_the_design_writes_them()
    {
        const string Descriptive = """
            hardware:
              accelerators: [{type: cuda, computeCapability: ">=7.2", memory: 512Mi}, {type: cpu, isa: [avx2, neon], cores: 2}]
              memory: {peak: 900Mi}
              disk: {size: 60Mi}
              batch: {min: 1, max: 32, preferred: 8, maxQueueDelay: PT0.005S}
            routing: {allowedModes: [shadow, canary, ab, full], partitionKey: assetId, defaults: {mode: shadow, canaryWeight: 500, maxCanaryStep: 2000}}
            gates:
              shadow:  {minDuration: PT24H, minPredictions: 20000, maxDisagreement: 0.03, maxLatencyP99Ratio: 1.2}
              canary:  {minDuration: PT24H, maxErrorRatio: 0.01, maxFalseAlarmRatio: 1.1, onBreach: rollback}
            monitoring:
              reference: {file: reference.parquet, rows: 250000, from: 2026-03-01T00:00:00Z, to: 2026-09-01T00:00:00Z}
              quality: {maxNullRatio: 0.02, maxStale: PT60S, rangeViolations: 0.001, psi: 0.2, kl: 0.1}
              behaviour: {scorePsi: 0.2, scoreKs: 0.1, confidenceShift: 0.1}
              outcome: {labelDelayMax: P14D, minPrecision: 0.7, minRecall: 0.8}
              review: {strategy: uncertainty+disagreement, budgetPerShift: 12}
            rollback:
              target: {version: 3.1.4, serving: "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}
              conditions: [breakerOpen>3/PT1H, latencyP99>2x, errorRatio>0.05]
            licences: {model: LicenseRef-Acme-Internal, code: Apache-2.0, data: LicenseRef-Acme-Plant-Data, thirdParty: THIRD-PARTY.txt}
            compatibility: {runtime: ">=0.1.0 <2.0.0", featureSchema: 1, replaces: "^3.0.0"}
            signatures: {policy: release, threshold: 1, predicateTypes: ["https://sigstore.dev/cosign/sign/v1"]}
            """;
        Assert.Empty(Violations("licences: {model: MIT}", Descriptive));
    }
}
