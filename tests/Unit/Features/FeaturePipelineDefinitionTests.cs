using System.Text;
using EdgeRuntime.Features;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Tests.Kit;
using Xunit;
using static EdgeRuntime.Tests.Unit.Features.Pipelines;

namespace EdgeRuntime.Tests.Unit.Features;

public sealed class FeaturePipelineDefinitionTests
{
    const string Good = "- {name: m, op: mean, of: x, window: PT10S}";

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "a typo in an operator", Yaml("- {name: m, op: maen, of: x, window: PT10S}"),
            "pipeline.yaml:9: features[0].op: is 'maen'; it must be one of last, lag, age, ewma, mean, std, min, max, rms, slope, rate, count, bad-ratio, kurtosis, crest, band-energy, time-in-state, difference, ratio, zscore, residual." },
        { "a band finer than the window tells", Yaml("- {name: m, op: band-energy, of: x, window: PT10S, band: [1, 1.05]}"),
            "pipeline.yaml:9: features[0].band: is 0.050000000000000044 Hz wide; a window of 10 s tells 0.1 Hz apart and no finer: widen the band or the window." },
        { "a band above half the rate", Yaml("- {name: m, op: band-energy, of: x, window: PT10S, band: [1, 60], sampleRate: 100}"),
            "pipeline.yaml:9: features[0].band: ends at 60 Hz; samples at 100 Hz show nothing above 50 Hz." },
        { "a band that is missing", Yaml("- {name: m, op: band-energy, of: x, window: PT10S}"),
            "pipeline.yaml:9: features[0].band: is missing; write the two ends in Hz: band: [10, 100]." },
        { "a spectrum of too few samples", Yaml("- {name: m, op: band-energy, of: x, window: PT5S, band: [0, 0.5], sampleRate: 1}"),
            "pipeline.yaml:9: features[0].window: holds 5 samples at 1 Hz; band-energy looks at 8 to 65536." },
        { "a state that is missing", Yaml("- {name: m, op: time-in-state, of: x, window: PT10S}"), "pipeline.yaml:9: features[0].state: is missing." },
        { "a residual without its coefficients", Yaml("- {name: m, op: last, of: x}\n- {name: e, op: residual, of: [m, m], coefficients: [1, 2]}"),
            "pipeline.yaml:10: features[1].coefficients: has 2 numbers; it needs one for each of the 1 features after the first of 'of'." },
        { "a residual of nothing", Yaml("- {name: m, op: last, of: x}\n- {name: e, op: residual, of: [m], coefficients: []}"),
            "pipeline.yaml:10: features[1].of: names 1 features; residual takes what was measured, then 1 to 63 features that it is expected from: of: [measured, first, second]." },
        { "a jump of two days", Yaml("- {name: m, op: last, of: x}", more: "clock: {jump: P2D}"),
            "pipeline.yaml:5: clock.jump: is P2D; it must be at least PT1S and at most P1D: a clock a day ahead is never believed." },
        { "a source twice", Yaml("- {name: m, op: last, of: x}", more: "sources: [{source: plc}, {source: plc}]"),
            "pipeline.yaml:5: sources[1].source: is 'plc' a second time; every source is named once." },
        { "stages somewhere else", Yaml("- {name: m, op: last, of: x}", more: "stages: disk"), "pipeline.yaml:5: stages: is 'disk'; it must be one of none, journal." },
        { "a typo in a key", Yaml("- {name: m, op: mean, of: x, windw: PT10S, window: PT1S}"),
            "pipeline.yaml:9: features[0].windw: is not a known key; did you mean 'window'?" },
        { "a window is missing", Yaml("- {name: m, op: mean, of: x}"), "pipeline.yaml:9: features[0].window: is missing." },
        { "a parameter of another operator", Yaml("- {name: m, op: last, of: x, window: PT1S}"),
            "pipeline.yaml:9: features[0].window: is not a known key; known here: name, of, op." },
        { "a window of no length", Yaml("- {name: m, op: mean, of: x, window: PT0S}"),
            "pipeline.yaml:9: features[0].window: is PT0S; it must be longer than PT0S and at most P3650D." },
        { "an unknown signal", Yaml("- {name: m, op: mean, of: flow, window: PT1S}"),
            "pipeline.yaml:9: features[0].of: is 'flow', which is not among the signals of inputs." },
        { "a feature where a signal belongs", Yaml(Good + "\n- {name: n, op: mean, of: m, window: PT1S}"),
            "pipeline.yaml:10: features[1].of: is 'm', a feature; mean takes a signal of inputs." },
        { "a signal where a feature belongs", Yaml("- {name: z, op: zscore, of: x, mean: 1, std: 2}"),
            "pipeline.yaml:9: features[0].of: is 'x', a signal; zscore takes features: add one such as {name: x.last, op: last, of: x} and name that." },
        { "a feature that does not exist", Yaml("- {name: z, op: zscore, of: y, mean: 1, std: 2}"),
            "pipeline.yaml:9: features[0].of: is 'y', which is not a feature of this document." },
        { "a duplicate name", Yaml(Good + "\n" + Good), "pipeline.yaml:10: features[1].name: is 'm' a second time; every feature has a name of its own." },
        { "a signal twice", Yaml(Good, inputs: "- {signal: x}\n- {signal: x}"), "pipeline.yaml:8: inputs[1].signal: is 'x' a second time; every signal is named once." },
        { "a cycle", Yaml("- {name: a, op: zscore, of: b, mean: 0, std: 1}\n- {name: b, op: difference, of: [a, a]}"),
            "pipeline.yaml:9: features: make a cycle: a needs b needs a; a feature can only be made of others that do not need it." },
        { "a profile without spread", Yaml(Good + "\n- {name: z, op: zscore, of: m, mean: 1, std: 0}"),
            "pipeline.yaml:10: features[1].std: is 0; a z-score divides by it, so it must be more than 0." },
        { "two units in a difference", Yaml("- {name: a, op: last, of: x}\n- {name: b, op: last, of: y}\n- {name: d, op: difference, of: [a, b]}",
                inputs: "- {signal: x, unit: bar}\n- {signal: y, unit: kPa}"),
            "pipeline.yaml:12: features[2].of: subtracts 'b' in 'kPa' from 'a' in 'bar'; a difference needs one unit." },
        { "a difference of three", Yaml(Good + "\n- {name: d, op: difference, of: [m, m, m]}"),
            "pipeline.yaml:10: features[1].of: names 3 features; difference takes two: of: [first, second]." },
        { "no grid and no event times", Yaml(Good, "{columns: [m]}"),
            "pipeline.yaml:4: vector.every: is one of two: 'every: PT1S' for a regular grid, or 'at: each-event-time'; say exactly one of them." },
        { "a grid that is too fine", Yaml(Good, "{every: PT0.0001S}"),
            "pipeline.yaml:4: vector.every: is PT0.0001S; it must be at least PT0.001S and at most P3650D." },
        { "a column that is no feature", Yaml(Good, "{every: PT1S, columns: [m, q]}"),
            "pipeline.yaml:4: vector.columns: names 'q', which is not a feature of this document; name one of features, or leave columns out for all of them." },
        { "a range upside down", Yaml(Good, inputs: "- {signal: x, range: [9, 1]}"),
            "pipeline.yaml:7: inputs[0].range: must be a pair of numbers [low, high] with low not above high." },
        { "a rate of nothing", Yaml(Good, inputs: "- {signal: x, rate: 0}"), "pipeline.yaml:7: inputs[0].rate: is 0; it must be more than 0 units per second." },
        { "a name that cannot be a column", Yaml("- {name: 'a b', op: last, of: x}"),
            "pipeline.yaml:9: features[0].name: is 'a b'; a name has 1 to 64 letters, digits, '.', '_' or '-'." },
        { "another document", Yaml(Good).Replace("kind: FeaturePipeline", "kind: Tags", StringComparison.Ordinal), "pipeline.yaml:1: kind: is 'Tags'; this file must be 'FeaturePipeline'." },
        { "no features", Yaml("").Replace("features:", "features: []", StringComparison.Ordinal), "pipeline.yaml:8: features: has 0 features; a pipeline computes 1 to 1024." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_document_that_is_wrong_says_where_and_what_to_do(string what, string yaml, string sentence)
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read(yaml));
        Assert.True(refused.Violations.Count == 1, $"{what}: {refused.Message}");
        Assert.Equal(sentence, refused.Violations[0].ToString());
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once()
    {
        SettingsException refused = Assert.Throws<SettingsException>(() => Read(Yaml(
            "- {name: m, op: mean, of: x}\n- {name: m, op: nothing, of: y}", "{every: soon}", "- {signal: x, stuck: 5}", "latenes: PT1S")));
        Assert.Equal(
            ["features[0].window", "features[1].name", "features[1].op", "inputs[0].stuck", "latenes", "vector.every"],
            refused.Violations.Select(v => v.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_does_not_change_a_vector_does_not_change_the_identity()
    {
        FeaturePipelineDefinition one = Read("""
            kind: FeaturePipeline
            id: p
            version: 1.0.0
            vector: {every: PT60S}
            inputs:
              - {signal: x, unit: bar, range: [0, 10], maxAge: PT1M}
            features:
              - {name: m, op: mean, of: x, window: PT10S}
              - {name: z, op: zscore, of: m, mean: 42.0, std: 1.5}
            """);
        FeaturePipelineDefinition other = Read("""
            # the same, written by somebody else
            version: "1.0.0"
            features:
              - op: mean
                of: "x"
                window: PT10.0S   # ten seconds
                name: m
              - {std: 1.50, mean: 4.2e1, of: m, op: zscore, name: z}
            inputs: [{range: [-0, 1e1], unit: bar, signal: x, maxAge: PT60S}]
            lateness: PT0S
            idleAfter: PT5S
            vector: {columns: [m, z], every: PT1M}
            id: p
            kind: FeaturePipeline
            """, "elsewhere/other.yaml");
        Assert.Equal(one.CanonicalForm, other.CanonicalForm);
        Assert.Equal(one.Identity, other.Identity);
    }

    public static TheoryData<string, string> Changes => new()
    {
        { "id: p", "id: q" },
        { "version: 1.0.0", "version: 1.0.1" },
        { "every: PT1S", "every: PT2S" },
        { "every: PT1S", "at: each-event-time" },
        { "columns: [m, z, w]", "columns: [z, m, w]" },
        { "lateness: PT1S", "lateness: PT1.1S" },
        { "idleAfter: PT9S", "idleAfter: PT8S" },
        { "signal: x,", "signal: y," },
        { "unit: bar", "unit: kPa" },
        { "range: [0, 10]", "range: [0, 10.000001]" },
        { "stuck: PT6S", "stuck: PT7S" },
        { "rate: 5", "rate: 6" },
        { "maxAge: PT3S", "maxAge: PT4S" },
        { "maxAge: PT3S", "" },
        { "name: w", "name: v" },
        { "op: mean", "op: min" },
        { "window: PT10S", "window: PT11S" },
        { "mean: 42.0", "mean: 42.1" },
        { "std: 1.5", "std: 1.6" },
        { "timeConstant: PT2S", "timeConstant: PT3S" },
        { "jump: PT5M", "jump: PT6M" },
        { "hold: PT30S", "hold: PT31S" },
        { "lateness: PT3S}", "lateness: PT4S}" },
        { "source: plc", "source: other" },
        { "within: PT1H", "within: PT2H" },
        { "stages: journal", "stages: none" },
        { "band: [1, 2]", "band: [1, 2.5]" },
        { "sampleRate: 10", "sampleRate: 11" },
        { "state: true", "state: false" },
        { "coefficients: [0.5]", "coefficients: [0.6]" },
        { "intercept: 3", "intercept: 4" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Every_parameter_changes_the_identity(string from, string to)
    {
        const string Yaml = """
            kind: FeaturePipeline
            id: p
            version: 1.0.0
            vector: {every: PT1S, columns: [m, z, w]}
            lateness: PT1S
            idleAfter: PT9S
            clock: {jump: PT5M, hold: PT30S}
            sources: [{source: plc, lateness: PT3S}]
            corrections: {within: PT1H}
            stages: journal
            inputs:
              - {signal: x, unit: bar, range: [0, 10], stuck: PT6S, rate: 5, maxAge: PT3S}
            features:
              - {name: m, op: mean, of: x, window: PT10S}
              - {name: z, op: zscore, of: m, mean: 42.0, std: 1.5}
              - {name: w, op: ewma, of: x, timeConstant: PT2S}
              - {name: b, op: band-energy, of: x, window: PT10S, band: [1, 2], sampleRate: 10}
              - {name: o, op: time-in-state, of: x, window: PT10S, state: true}
              - {name: e, op: residual, of: [m, w], coefficients: [0.5], intercept: 3}
            """;
        Assert.Contains(from, Yaml, StringComparison.Ordinal);
        string changed = Yaml.Replace(from, to, StringComparison.Ordinal);
        if (to == "signal: y,")
            changed = changed.Replace("of: x", "of: y", StringComparison.Ordinal);
        if (to == "name: v")
            changed = changed.Replace("z, w]", "z, v]", StringComparison.Ordinal).Replace("[m, w]", "[m, v]", StringComparison.Ordinal);
        Assert.NotEqual(Read(Yaml).Identity, Read(changed).Identity);
    }

    [Fact]
    public void A_stage_has_another_version_exactly_when_it_or_what_it_rests_on_changed()
    {
        const string Features = "- {name: m, op: mean, of: x, window: PT10S}\n- {name: d, op: difference, of: [m, m]}";
        string[] Versions(string yaml) => [.. Read(yaml).Stages.Select(s => s.Name + s.Version)];
        string[] one = Versions(Yaml(Features));
        Assert.Equal(["validation", "base", "derived", "vector"], Read(Yaml(Features)).Stages.Select(s => s.Name));
        Assert.Equal(["validation", "base", "vector"], Read(Yaml("- {name: m, op: mean, of: x, window: PT10S}")).Stages.Select(s => s.Name));
        Assert.Equal(4, one.Intersect(Versions(Yaml(Features).Replace("id: test", "id: other", StringComparison.Ordinal))).Count());
        Assert.Equal(3, one.Intersect(Versions(Yaml(Features, "{at: each-event-time, columns: [d, m]}"))).Count());
        Assert.Equal(2, one.Intersect(Versions(Yaml(Features.Replace("difference", "ratio", StringComparison.Ordinal)))).Count());
        Assert.Single(one.Intersect(Versions(Yaml(Features.Replace("PT10S", "PT11S", StringComparison.Ordinal)))));
        Assert.Empty(one.Intersect(Versions(Yaml(Features, inputs: "- {signal: x, range: [0, 1]}"))));
    }

    [Fact]
    public void A_rule_for_a_source_that_the_site_does_not_have_is_said()
    {
        FeaturePipelineDefinition definition = Read(Yaml("- {name: m, op: last, of: x}", more: "sources: [{source: plc-1}, {source: plv-2}]"));
        Assert.Equal("pipeline.yaml:1: sources: names 'plv-2', which is not a source of this site; the sources are plc-1, plc-2.", Assert.Single(definition.CheckSources(["plc-1", "plc-2"])).ToString());
    }

    [Fact]
    public void The_columns_say_the_models_contract_with_units()
    {
        FeaturePipelineDefinition definition = Read(Yaml(
            """
            - {name: m, op: mean, of: p, window: PT1S}
            - {name: s, op: slope, of: p, window: PT1S}
            - {name: n, op: count, of: p, window: PT1S}
            - {name: a, op: age, of: p}
            - {name: q, op: ratio, of: [m, f]}
            - {name: one, op: ratio, of: [m, m]}
            - {name: d, op: difference, of: [m, m]}
            - {name: f, op: last, of: flow}
            - {name: b, op: band-energy, of: p, window: PT10S, band: [0, 1]}
            - {name: bf, op: band-energy, of: flow, window: PT10S, band: [0, 1]}
            - {name: on, op: time-in-state, of: p, window: PT10S, state: 1}
            - {name: k, op: kurtosis, of: p, window: PT10S}
            - {name: e, op: residual, of: [m, f], coefficients: [2]}
            """, inputs: "- {signal: p, unit: bar}\n- {signal: flow, unit: m3/h}"));
        Assert.Equal(["m bar", "s bar/s", "n 1", "a s", "q bar/m3/h", "one 1", "d bar", "f m3/h", "b bar²", "bf (m3/h)²", "on s", "k 1", "e bar"], definition.Columns.Select(c => $"{c.Name} {c.Unit}"));
        Assert.All(definition.Columns, c => Assert.Equal("float32", c.DType));
    }

    [Fact]
    public void A_pipeline_that_does_not_fit_the_tags_says_which_and_why()
    {
        FeaturePipelineDefinition definition = Read(Yaml("- {name: m, op: last, of: a}",
            inputs: "- {signal: a, unit: bar}\n- {signal: b, unit: bar}\n- {signal: c}\n- {signal: d}\n- {signal: e, unit: bar}\n- {signal: on}"));
        var tags = new TagCatalogue(
        [
            new("skid.a", TagType.Double, "bar", null, null, ""),
            new("skid.b", TagType.Double, "kPa", null, null, ""),
            new("skid.c", TagType.String, "", null, null, ""),
            new("skid.on", TagType.Bool, "", null, null, ""),
        ]);
        Assert.Equal(
        [
            "pipeline.yaml:8: inputs[1].signal: is 'b' in 'bar', but tag 'skid.b' of asset 'skid' is in 'kPa'; units are never converted, make them the same.",
            "pipeline.yaml:9: inputs[2].signal: is 'c', but tag 'skid.c' of asset 'skid' holds text; a feature needs a double, int64 or bool.",
            "pipeline.yaml:10: inputs[3].signal: is 'd', but tag 'skid.d' of asset 'skid' is not in the tag catalogue; add the tag or map the signal to one that exists.",
            "pipeline.yaml:11: inputs[4].signal: is 'e', which is tag 'skid.a' of asset 'skid' like signal 'a'; give each signal a tag of its own.",
        ], definition.Check(AssetCalled("skid", ("e", "skid.a")), tags).Select(v => v.ToString()));
    }

    [Fact]
    public void The_demos_pipeline_can_be_read()
    {
        string path = Path.Combine(TestData.Repository, "firmware-sim", "demo-site", "pipeline.yaml");
        FeaturePipelineDefinition definition = Read(File.ReadAllText(path), path);
        Assert.Equal((10, 15), (definition.Inputs.Count, definition.Columns.Count));
        Assert.Equal("bar", definition.Columns.Single(c => c.Name == "differential_pressure").Unit);
    }

    [Fact]
    public void A_document_that_is_no_yaml_at_all_is_refused_in_one_sentence()
    {
        SettingsDocument document = SettingsDocument.Parse("p.yaml", Encoding.UTF8.GetBytes("kind: [FeaturePipeline"));
        FeaturePipelineDefinition.Read(document);
        Assert.Contains(Assert.Throws<SettingsException>(document.ThrowIfInvalid).Violations, v => v.Rule.StartsWith("This is not valid YAML", StringComparison.Ordinal));
    }
}
