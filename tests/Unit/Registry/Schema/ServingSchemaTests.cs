using System.Globalization;
using System.Text.Json.Nodes;
using EdgeRuntime.Registry.Schema;
using EdgeRuntime.Tests.Kit;
using Json.Schema;
using Xunit;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace EdgeRuntime.Tests.Unit.Registry.Schema;

/// <summary>The schema is held against a validator that is not ours.</summary>
public sealed class ServingSchemaTests
{
    static readonly JsonSchema Schema = JsonSchema.FromText(ServingSchema.Json());

    static readonly string Sample = Path.Combine(TestData.Repository, "..", "shared", "design", "registry-samples", "serving.yaml");

    [Fact]
    public void The_schema_that_is_shipped_is_the_one_that_the_reader_gives() => GoldenFile.CheckText("docs/operating/serving.schema.json", ServingSchema.Json());

    [Fact]
    public void The_reference_that_is_shipped_is_the_one_that_the_reader_gives() => GoldenFile.CheckText(
        "docs/operating/serving-keys.md",
        $"# The keys of serving.yaml\n\nWritten by the reader itself; a test holds this page against it. In a list, `[]` stands for every entry, `[](word)` for the entries of that kind.\n\n{ServingSchema.Table()}");

    [Fact]
    public void Releases_of_today_have_the_form()
    {
        Assert.Empty(Wrong(new ReleaseBuilder().ServingYaml()));
        foreach (string folder in (string[])["tests/Golden/Registry/release-v1", "tests/Golden/Hq"])
            Assert.Empty(Wrong(File.ReadAllText(Path.Combine(TestData.Repository, folder, "serving.yaml"))));
    }

    [Fact]
    public void The_sample_of_the_design_has_the_form()
    {
        Assert.SkipUnless(File.Exists(Sample), "The design's samples are not beside the repository.");
        Assert.Empty(Wrong(Filled()));
    }

    [Fact]
    public void Of_the_sample_the_reader_refuses_by_line_what_it_does_not_carry_out_and_nothing_else()
    {
        Assert.SkipUnless(File.Exists(Sample), "The design's samples are not beside the repository.");
        using var temp = new TempFolder();
        File.WriteAllText(temp["serving.yaml"], Filled());
        string[] said = [.. EdgeRuntime.Registry.ReleaseExamination.Of(temp["serving.yaml"]).Select(v => $"{v.Line} {v.Key}: {v.Rule}")];
        string[] needs = [.. said.Where(s => s.Contains("which this version does not carry out", StringComparison.Ordinal)).Select(s => s[..s.IndexOf(" (", StringComparison.Ordinal)])];
        Assert.Equal(
            [
                "3 requires: asks for 'conformal-v1'", "3 requires: asks for 'segments-v1'", "38 features.columns[0].onMissing: needs 'missing-v1'",
                "39 features.columns[1].nullable: needs 'missing-v1'", "39 features.columns[1].onMissing: needs 'missing-v1'", "40 preprocessing: needs 'preprocessing-v1'",
                "41 calibration: needs 'calibration-file-v1'", "41 calibration.conformal: needs 'conformal-v1'", "46 postprocessing.output: needs 'output-v1'",
                "59 breaker.window: needs 'breaker-window-v1'", "77 reproducibility.golden.file: needs 'golden-parquet-v1'",
            ],
            needs);
        // One input of the shape [batch, features] is what is served; and the product is younger than the sample thinks.
        Assert.Equal(["features.columns", "compatibility.runtime"], said.Except(said.Where(s => needs.Any(n => s.StartsWith(n, StringComparison.Ordinal)))).Select(s => s.Split(' ')[1].TrimEnd(':')));
    }

    public static TheoryData<string, string> OutOfForm => new()
    {
        { "licences: {model: MIT}", "licenses: {model: MIT}" },
        { "licences: {model: MIT}", "licences: {modell: MIT}" },
        { "version: 1.0.0, created", "version: 1.0, created" },
        { "version: 1.0.0, created", "version: one, created" },
        { "threads: 1", "threads: 0" },
        { "threads: 1", "threads: many" },
        { "timeout: PT0.1S", "timeout: 100ms" },
        { "below: 0.6", "below: 60" },
        { "{kind: previous}", "{kind: oracle}" },
        { "{kind: cached, maxAge: PT30S}", "{kind: cached}" },
        { "{kind: previous}", "{kind: previous, maxAge: PT1S}" },
        { "path: model.onnx", "path: ../model.onnx" },
        { "path: model.onnx", "path: /etc/passwd" },
        { "cpu: bit-exact", "cpu: exactly" },
        { "providers: [cuda, cpu]", "providers: [abacus]" },
        { "licences: {model: MIT}", "routing: {defaults: {canaryWeight: 10001}}" },
        { "licences: {model: MIT}", "rollback: {conditions: [mood<3]}" },
        { "unit: bar}", "unit: bar, range: [1]}" },
        { "apiVersion: edgeruntime.dev/v1\n", "" },
    };

    /// <summary>Reader and schema agree on what is out of form.</summary>
    [Theory]
    [MemberData(nameof(OutOfForm))]
    public void What_is_out_of_form_is_refused_by_both(string old, string with)
    {
        string text = new ReleaseBuilder().ServingYaml();
        Assert.Contains(old, text, StringComparison.Ordinal);
        text = text.Replace(old, with, StringComparison.Ordinal);
        Assert.NotEmpty(Wrong(text));
        using var temp = new TempFolder();
        File.WriteAllText(temp["serving.yaml"], text);
        Assert.NotEmpty(EdgeRuntime.Registry.ReleaseExamination.Of(temp["serving.yaml"]));
    }

    /// <summary>The sample's places to fill in, filled in.</summary>
    static string Filled()
    {
        string text = System.Text.RegularExpressions.Regex.Replace(File.ReadAllText(Sample), "(sha256:)?<[^>\"]*>", m => (m.Value.StartsWith("sha256:", StringComparison.Ordinal) ? "sha256:" : "") + new string('a', 64));
        return text.Replace("size: 0}", "size: 1}", StringComparison.Ordinal);
    }

    static List<string> Wrong(string yaml)
    {
        EvaluationResults results = Schema.Evaluate(Json(yaml), new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid ? [] : [.. results.Details.Where(d => d.Errors is not null).SelectMany(d => d.Errors!.Select(e => $"{d.InstanceLocation}: {e.Value}"))];
    }

    /// <summary>YAML's core schema: what is quoted is text.</summary>
    static JsonNode? Json(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return Json(stream.Documents[0].RootNode);
    }

    static JsonNode? Json(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, Json(c.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "null" or "~" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain } plain when long.TryParse(plain.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole) => whole,
        YamlScalarNode { Style: ScalarStyle.Plain } plain when double.TryParse(plain.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) => number,
        YamlScalarNode text => text.Value,
        _ => throw new InvalidOperationException(),
    };
}
