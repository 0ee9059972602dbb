using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EdgeRuntime.Tests.Kit;

/// <summary>A small valid release as files, to be served as it is or broken on purpose. Its model is a sum of three features.</summary>
public sealed class ReleaseBuilder
{
    /// <summary>File name → role and bytes; serving.yaml is written from it.</summary>
    public SortedDictionary<string, (string Role, byte[] Bytes)> Files { get; } = new(StringComparer.Ordinal)
    {
        ["model.onnx"] = ("weights", TinyOnnx.Linear([1, 2, 3], 0)),
        ["simple.onnx"] = ("fallback", TinyOnnx.Linear([1, 1, 1], 0)),
        ["rules.yaml"] = ("rules", "kind: Rules\nrules: []\n"u8.ToArray()),
        ["golden.csv"] = ("golden", "in:a,in:b,in:c,out:score\n1,1,1,6\n0.5,0,-1,-2.5\n"u8.ToArray()),
    };

    public string Name { get; set; } = "pump-anomaly";

    public string Version { get; set; } = "1.0.0";

    /// <summary>Changes the text of serving.yaml after it was written from <see cref="Files"/>.</summary>
    public Func<string, string> Edit { get; set; } = text => text;

    /// <summary>Writes the release into a folder, which is made when it is missing; gives the folder.</summary>
    public string WriteTo(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach ((string name, (string _, byte[] bytes)) in Files)
            File.WriteAllBytes(Path.Combine(folder, name), bytes);
        File.WriteAllText(Path.Combine(folder, "serving.yaml"), ServingYaml());
        return folder;
    }

    public string ServingYaml()
    {
        var files = new StringBuilder();
        foreach ((string name, (string role, byte[] bytes)) in Files)
        {
            files.Append(CultureInfo.InvariantCulture, $"  - {{path: {name}, role: {role}, sha256: \"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\", size: {bytes.Length}}}\n");
        }

        return Edit($$"""
            apiVersion: edgeruntime.dev/v1
            kind: ServingConfiguration
            requires: []
            metadata: {name: {{Name}}, version: {{Version}}, created: "2026-01-01T00:00:00Z", owner: tests@plant.example, description: The sum of three features}
            task: {type: anomaly-score, positiveClass: anomaly, outputUnit: "1"}
            files:
            {{files}}model:
              file: model.onnx
              format: onnx
              architecture: linear
              opset: {ai.onnx: 17}
              inputs: [{name: x, dtype: float32, shape: [batch, 3]}]
              outputs: [{name: score, dtype: float32, shape: [batch, 1]}]
              deterministic: {threads: 1, executionMode: sequential, graphOptimization: extended, seed: 7}
              runtime: {engine: onnxruntime, version: ">=1.31.1 <1.32", providers: [cuda, cpu]}
            features:
              schemaVersion: 1
              pipeline: {id: pump, version: 1.0.0, sha256: "{{new string('a', 64)}}"}
              window: {length: PT60S, step: PT1S, maxAge: PT5S}
              columns:
                - {name: a, dtype: float32, unit: bar}
                - {name: b, dtype: float32, unit: mm/s}
                - {name: c, dtype: float32, unit: ""}
            postprocessing:
              threshold: {score: 4.5, hysteresis: 0.5, minDuration: PT3S}
              lowConfidence: {below: 0.6, abstain: true}
              businessRules: {file: rules.yaml, engine: rules-v1}
            sla: {latencyP99: PT0.025S, timeout: PT0.1S}
            fallback:
              - {kind: previous}
              - {kind: cached, maxAge: PT30S}
              - {kind: model, file: simple.onnx}
              - {kind: rules, file: rules.yaml}
              - {kind: low-confidence}
            breaker: {windowCalls: 10, minCalls: 3, failureRatio: 0.5, slowCall: PT0.05S, openFor: PT60S, halfOpenCalls: 2}
            reproducibility:
              golden: {file: golden.csv, rows: 2, tolerance: {cpu: bit-exact, cuda: 1.0e-5} }
            provenance:
              dataset: {uri: "file:normal.csv", digest: "sha256:{{new string('b', 64)}}"}
              seeds: {fit: 7}
            licences: {model: MIT}

            """.ReplaceLineEndings("\n"));
    }
}
