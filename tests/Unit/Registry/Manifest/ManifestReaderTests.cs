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

    static ServingManifest Manifest(string text)
    {
        var document = SettingsDocument.Parse("serving.yaml", System.Text.Encoding.UTF8.GetBytes(text));
        ServingManifest manifest = ManifestReader.Read(document);
        document.ThrowIfInvalid();
        return manifest;
    }

    [Fact]
    public void The_release_of_the_tests_is_valid() => Assert.Empty(Read(new ReleaseBuilder().ServingYaml()));

    public static TheoryData<string, string, string[]> OneThingWrong => new()
    {
        { "kind: ServingConfiguration", "kind: Site", ["kind: is 'Site'; this file must be 'ServingConfiguration'."] },
        { "apiVersion: edgeruntime.dev/v1", "apiVersion: edgeruntime.dev/v2", ["apiVersion: is 'edgeruntime.dev/v2'; it must be one of edgeruntime.dev/v1."] },
        { "requires: []", "requires: [conformal-v1]", ["requires: asks for 'conformal-v1' (sets of answers with a promised share of hits), which this version does not carry out; use a newer version of the runtime."] },
        { "requires: []", "requires: [telepathy-v1]", ["requires: asks for 'telepathy-v1', which this version does not know; use a newer version of the runtime."] },
        { "name: pump-anomaly", "name: Pump", ["metadata.name: is 'Pump'; use lower-case letters and digits, with single '.', '_' or '-' between, at most 100 characters."] },
        { "version: 1.0.0, created", "version: 1.0, created", ["metadata.version: is '1.0'; it must be a semantic version such as 3.2.0."] },
        { "type: anomaly-score", "type: regression", ["task.type: is 'regression'; this version serves anomaly-score only."] },
        { "file: model.onnx", "file: other.onnx", ["model.file: is 'other.onnx', which is not one of the release's files; list it under files."] },
        { "file: model.onnx", "file: simple.onnx", ["model.file: is 'simple.onnx', which is listed with the role fallback; here a file of the role weights is needed."] },
        { "format: onnx", "format: pickle", ["model.format: is 'pickle'; it must be one of onnx."] },
        { "executionMode: sequential", "executionMode: parallel", ["model.deterministic.executionMode: is 'parallel'; this version serves sequential only."] },
        { "graphOptimization: extended", "graphOptimization: turbo", ["model.deterministic.graphOptimization: is 'turbo'; it must be one of disabled, basic, extended, all."] },
        { "threads: 1", "threads: 0", ["model.deterministic.threads: is 0; it must be from 1 to 64."] },
        { "providers: [cuda, cpu]", "providers: [abacus, cpu]", ["model.runtime.providers: has 'abacus'; it must be one of tensorrt, cuda, directml, cpu."] },
        { ">=1.31.1 <1.32", "about 1.31", ["model.runtime.version: is 'about 1.31'; it must be conditions on a version, such as '>=1.31.1 <1.32'."] },
        { "shape: [batch, 3]", "shape: [batch, 4]", ["features.columns: lists 3 features, but the model's input 'x' takes 4."] },
        { "shape: [batch, 3]", "shape: [batch, n]", ["model.inputs[0].shape: has 'n'; only the first dimension may be open, all others are whole numbers above zero."] },
        { "outputs: [{name: score", "outputs: [{name: risk", ["model.outputs: are risk; a model for anomaly scores has an output called 'score'."] },
        { "{name: b, dtype: float32, unit: mm/s}", "{name: a, dtype: float32, unit: mm/s}", ["features.columns[1].name: is 'a' a second time."] },
        { "unit: bar}", "unit: bar, nullable: true}", ["features.columns[0].nullable: needs 'missing-v1' (a model that is asked about vectors with gaps), which this version does not carry out; a gap makes the next rung of the ladder answer, so write false or leave it out."] },
        { "unit: bar}", "unit: bar, onMissing: mean}", ["features.columns[0].onMissing: needs 'missing-v1' (a model that is asked about vectors with gaps), which this version does not carry out; state it in the pipeline instead."] },
        { "maxAge: PT5S", "maxAge: PT0S", ["features.window.maxAge: must be a duration above zero."] },
        { "hysteresis: 0.5", "hysteresis: -1", ["postprocessing.threshold.hysteresis: is -1; it must be at least 0."] },
        { "minDuration: PT3S", "minDuration: -PT3S", ["postprocessing.threshold.minDuration: is '-PT3S'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D."] },
        { "threshold: {score: 4.5, ", "threshold: {", ["postprocessing.threshold.score: is missing."] },
        { "engine: rules-v1", "engine: prolog", ["postprocessing.businessRules.engine: is 'prolog'; it must be one of rules-v1."] },
        { "below: 0.6", "below: 60", ["postprocessing.lowConfidence.below: is 60; it must be from 0 to 1."] },
        { ", timeout: PT0.1S", "", ["sla.timeout: is missing."] },
        { "timeout: PT0.1S", "timeout: 100ms", ["sla.timeout: is '100ms'; it must be an ISO 8601 duration in days, hours, minutes and seconds, such as PT5S or P1D."] },
        { "{kind: previous}", "{kind: cached, maxAge: PT1S}", ["fallback[1].kind: is in the ladder a second time; every rung is asked once."] },
        { "  - {kind: previous}\n", "  - {kind: oracle}\n", ["fallback[0].kind: is 'oracle'; it must be one of previous, cached, model, rules, low-confidence."] },
        { "{kind: cached, maxAge: PT30S}", "{kind: cached}", ["fallback[1].maxAge: is missing."] },
        { "{kind: previous}", "{kind: previous, maxAge: PT1S}", ["fallback[0].maxAge: is not a known key; known here: kind."] },
        { "windowCalls: 10", "window: PT30S", ["breaker.window: needs 'breaker-window-v1' (a breaker that looks back a time instead of a number of calls), which this version does not carry out; write windowCalls, a number of calls, instead."] },
        { "minCalls: 3", "minCalls: 11", ["breaker.minCalls: asks for 11 calls in a window of 10; it would never open."] },
        { "failureRatio: 0.5", "failureRatio: 0", ["breaker.failureRatio: is 0; it would open without a failure."] },
        { "cpu: bit-exact", "cpu: exactly", ["reproducibility.golden.tolerance.cpu: is 'exactly'; it must be a number."] },
        { "cpu: bit-exact, ", "", ["reproducibility.golden.tolerance.cpu: is missing."] },
        { "rows: 2", "rows: 0", ["reproducibility.golden.rows: is 0; it must be from 1 to 100000."] },
        { "licences: {model: MIT}", "licences: {model: MIT, modell: MIT}", ["licences.modell: is not a known key; did you mean 'model'?"] },
        { "licences: {model: MIT}", "postprocesing: {}", ["postprocesing: is not a known key; did you mean 'postprocessing'?"] },
        { "licences: {model: MIT}", "preprocessing: {file: prep.onnx, scaling: in-graph}", ["preprocessing: needs 'preprocessing-v1' (a preprocessing graph beside the model's), which this version does not carry out; put it into the model's graph or use a newer version.", "preprocessing.file: is 'prep.onnx', which is not one of the release's files; list it under files."] },
        { "licences: {model: MIT}", "calibration: {inGraph: true, method: isotonic, conformal: {alpha: 0.05, split: time-blocked}}", ["postprocessing.threshold.score: is 4.5; the score is calibrated, so its threshold is a probability from 0 to 1.", "calibration.conformal: needs 'conformal-v1' (sets of answers with a promised share of hits), which this version does not carry out; leave it out or use a newer version."] },
        { "licences: {model: MIT}", "calibration: {method: isotonic, inGraph: false}", ["calibration: needs 'calibration-file-v1' (a calibration beside the model's graph), which this version does not carry out; put it into the model's graph or use a newer version."] },
        { "licences: {model: MIT}", "calibration: {method: isotonic, inGraph: true}", ["postprocessing.threshold.score: is 4.5; the score is calibrated, so its threshold is a probability from 0 to 1."] },
        { "  businessRules:", "  output: {format: json, decimals: 6}\n  businessRules:", ["postprocessing.output: needs 'output-v1' (a form of the answer that the release sets), which this version does not carry out; remove it: the site's outputs set the form of an answer."] },
        { "licences: {model: MIT}", "compatibility: {runtime: \">=99.0.0\"}", [$"compatibility.runtime: is '>=99.0.0', but this runtime is {typeof(ServingPlan).Assembly.GetName().Version!.ToString(3)}; use a release for it or another version of the runtime."] },
        { "licences: {model: MIT}", "compatibility: {featureSchema: 2}", ["compatibility.featureSchema: is 2, but features.schemaVersion is 1; they must be the same."] },
        { "licences: {model: MIT}", "routing: {allowedModes: [full, sideways]}", ["routing.allowedModes: has 'sideways'; it must be one of shadow, canary, ab, full."] },
        { "licences: {model: MIT}", "rollback: {target: {serving: abc}}", ["rollback.target.serving: is 'abc'; it must be a SHA-256: 64 lower-case hex digits."] },
        { "licences: {model: MIT}", "calibration: {method: isotonic, inGraph: true, file: rules.yaml}", ["postprocessing.threshold.score: is 4.5; the score is calibrated, so its threshold is a probability from 0 to 1.", "calibration.file: is 'rules.yaml', which is listed with the role rules; here a file of the role calibration is needed.", "calibration.file: stands beside inGraph: true; a score is calibrated once, so leave one of the two out."] },
        { "licences: {model: MIT}", "routing: {defaults: {mode: canary}}", ["routing.defaults.mode: is 'canary', which allowedModes does not allow (shadow, full)."] },
        { "licences: {model: MIT}", "routing: {defaults: {canaryWeight: 10001}}", ["routing.defaults.canaryWeight: is 10001; it must be from 0 to 10000."] },
        { "licences: {model: MIT}", "routing: {defaults: {canaryWeight: 500, maxCanaryStep: 100}}", ["routing.defaults.canaryWeight: is 500, more than maxCanaryStep, which is 100; it could not begin."] },
        { "licences: {model: MIT}", "routing: {allowedModes: [full, full]}", ["routing.allowedModes: has 'full' twice."] },
        { "latencyP99: PT0.025S, timeout", "latencyP99: PT0.25S, timeout", ["sla.latencyP99: is above the timeout; a call that slow is never waited for."] },
        { "latencyP99: PT0.025S, timeout", "latencyP50: PT0.03S, latencyP99: PT0.025S, timeout", ["sla.latencyP50: is above latencyP99; half of the calls cannot be slower than 99 of 100."] },
        { "licences: {model: MIT}", "hardware: {accelerators: [{type: cpu}]}", ["hardware.accelerators: does not list cuda, which model.runtime.providers names; say what it needs there, or do not offer it."] },
        { "licences: {model: MIT}", "hardware: {memory: {peak: 900MB}}", ["hardware.memory.peak: is '900MB'; it must be a size such as 512Mi, with Ki, Mi or Gi."] },
        { "licences: {model: MIT}", "hardware: {batch: {min: 8, max: 4}}", ["hardware.batch.min: is 8, above max, which is 4."] },
        { "licences: {model: MIT}", "hardware: {batch: {max: 4, preferred: 8}}", ["hardware.batch.preferred: is 8; it must lie between min 1 and max 4."] },
        { "licences: {model: MIT}", "rollback: {conditions: [errorRatio>0.05, mood<3]}", ["rollback.conditions: has an entry that is 'mood<3'; it must be a condition such as breakerOpen>3/PT1H, latencyP99>2x or errorRatio>0.05."] },
        { "licences: {model: MIT}", "rollback: {target: {version: 1.0.0}}", ["rollback.target.version: is '1.0.0', this release's own; it cannot go back to itself."] },
        { "licences: {model: MIT}", "monitoring: {reference: {file: golden.csv}}", ["monitoring.reference.file: is 'golden.csv', which is listed with the role golden; here a file of the role profile is needed."] },
        { "licences: {model: MIT}", "licences: {thirdParty: NOTICE.txt}", ["licences.thirdParty: is 'NOTICE.txt', which is not one of the release's files; list it under files."] },
        { "file: golden.csv, rows", "file: golden.parquet, rows", ["reproducibility.golden.file: is 'golden.parquet', which is not one of the release's files; list it under files.", "reproducibility.golden.file: needs 'golden-parquet-v1' (a golden set as Parquet), which this version does not carry out; write it as golden.csv."] },
        { "{kind: model, file: simple.onnx}", "{kind: model}", ["fallback[2].file: is missing."] },
        { "licences: {model: MIT}", "signatures: {threshold: 0}", ["signatures.threshold: is 0; it must be from 1 to 16."] },
        { "licences: {model: MIT}", "signatures: {predicateTypes: [\"https://example.com/mood/v1\"]}", ["signatures.predicateTypes: has 'https://example.com/mood/v1'; it must be one of https://sigstore.dev/cosign/sign/v1, https://slsa.dev/provenance/v1, https://in-toto.io/attestation/test-result/v0.1."] },
        { "seeds: {fit: 7}", "code: {commit: 12e34}", ["provenance.code.commit: is 12e34 without quotes, which other readers take for a number or a flag; write \"12e34\"."] },
        { "created: \"2026-01-01T00:00:00Z\"", "created: \"2026-02-30T00:00:00Z\"", ["metadata.created: is '2026-02-30T00:00:00Z'; there is no such time."] },
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
    public void One_thing_wrong_gives_one_sentence(string old, string with, string[] sentences) => Assert.Equal(sentences, Violations(old, with));

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
    public void A_list_has_an_end()
    {
        string columns = string.Concat(Enumerable.Range(0, 5000).Select(i => $"    - {{name: f{i}}}\n"));
        string text = new ReleaseBuilder().ServingYaml().Replace("  columns:\n", "  columns:\n" + columns, StringComparison.Ordinal);
        Assert.Contains("features.columns: lists 5003 entries; at most 4096 are read.", Read(text).Select(v => $"{v.Key}: {v.Rule}"));
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
    public void What_later_parts_will_act_on_is_carried_as_the_design_writes_it()
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
              reference: {file: profile.json, rows: 250000, from: 2026-03-01T00:00:00Z, to: 2026-09-01T00:00:00Z}
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
        var release = new ReleaseBuilder();
        release.Files["profile.json"] = ("profile", "{}"u8.ToArray());
        release.Files["THIRD-PARTY.txt"] = ("license", "none"u8.ToArray());
        ServingManifest manifest = Manifest(release.ServingYaml().Replace("licences: {model: MIT}", Descriptive, StringComparison.Ordinal));

        Assert.Equal([new RollbackCondition("breakerOpen", 3, false, TimeSpan.FromHours(1)), new RollbackCondition("latencyP99", 2, true, null), new RollbackCondition("errorRatio", 0.05, false, null)], manifest.Rollback.Conditions);
        Assert.Equal(("3.1.4", new string('a', 64)), (manifest.Rollback.TargetVersion, manifest.Rollback.TargetServing?.Hex));
        Assert.Equal((900L << 20, 60L << 20, new BatchSection(1, 32, 8, TimeSpan.FromMilliseconds(5))), (manifest.Hardware.MemoryPeak, manifest.Hardware.DiskSize, manifest.Hardware.Batch));
        Assert.Equal("cuda >=7.2 536870912, cpu 2 avx2|neon", string.Join(", ", manifest.Hardware.Accelerators.Select(a => $"{a.Type} {a.ComputeCapability}{a.Cores} {a.Memory}{string.Join('|', a.Isa)}")));
        Assert.Equal(("shadow", 500, 2000, "assetId"), (manifest.Routing.Mode, manifest.Routing.CanaryWeight, manifest.Routing.MaxCanaryStep, manifest.Routing.PartitionKey));
        Assert.Equal(new ShadowGate(TimeSpan.FromDays(1), 20_000, 0.03, 1.2), manifest.Gates.Shadow);
        Assert.Equal(new CanaryGate(TimeSpan.FromDays(1), 0.01, 1.1, "rollback"), manifest.Gates.Canary);
        Assert.Equal("profile.json 2026-03-01T00:00:00Z", $"{manifest.Monitoring.Reference!.File} {manifest.Monitoring.Reference.From}");
        Assert.Equal(new QualityLimits(0.02, TimeSpan.FromMinutes(1), 0.001, 0.2, 0.1), manifest.Monitoring.Quality);
        Assert.Equal(new OutcomeLimits(TimeSpan.FromDays(14), 0.7, 0.8), manifest.Monitoring.Outcome);
        Assert.Equal(new ReviewPlan("uncertainty+disagreement", 12), manifest.Monitoring.Review);
        Assert.True(manifest.Compatibility!.Replaces!.Contains("3.9.1"));
        Assert.False(manifest.Compatibility.Replaces.Contains("4.0.0"));
    }
}
