using System.Text;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Recipes;

public sealed class RecipeReaderTests
{
    internal const string Smallest = """
        kind: Recipe
        name: pump-skid
        version: 1.0.0
        data:
          csv: "*.csv"
          time: {column: t}
          columns:
            P: {signal: pressure, unit: bar}
            F: {signal: flow}
        pipeline: {id: skid, version: 1.0.0, sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        normal: {rows: 100}
        model: {type: t2q}
        """;

    [Fact]
    public void What_a_recipe_does_not_say_has_its_default()
    {
        Recipe recipe = Read(Smallest);
        Assert.Equal(new TSquaredQOptions(0.9, LimitMethod.Empirical, 0.99, 4), recipe.Model);
        Assert.Equal(new ServingChoices(), recipe.Serving);
        Assert.Equal(',', recipe.Source.Csv!.Delimiter);
        Assert.Null(recipe.Source.Csv!.Offset);
        Assert.Equal("release", recipe.Output);
        Assert.Null(recipe.Created);
    }

    [Theory]
    [InlineData("yyyy-MM-dd'T'HH:mm:ssK", true)]
    [InlineData("yyyy-MM-dd HH:mm:ss zzz", true)]
    [InlineData("o", true)]
    [InlineData("yyyy-MM-dd'T'HH:mm:ss'Z'", false)]
    [InlineData("yyyy-MM-dd 'Kz' HH:mm:ss\\K", false)]
    public void A_zone_is_not_stated_twice(string format, bool isInCells)
    {
        string Text(string zone) => Smallest.Replace("time: {column: t}", $$"""time: {column: t, format: "{{format.Replace("\\", "\\\\", StringComparison.Ordinal)}}"{{zone}}}""", StringComparison.Ordinal);
        Assert.Equal(isInCells ? TimeSpan.Zero : null, Read(Text("")).Source.Csv!.Offset);
        if (!isInCells)
            Assert.Equal(TimeSpan.FromHours(1), Read(Text(", zone: \"+01:00\"")).Source.Csv!.Offset);
        else
            Assert.Equal("data.time.zone", Assert.Throws<SettingsException>(() => Read(Text(", zone: \"+01:00\""))).Violations.Single().Key);
    }

    [Fact]
    public void Labels_assets_and_regimes_are_taken()
    {
        Recipe recipe = Read("""
            kind: Recipe
            name: rig
            version: 1.0.0
            data:
              csv: "**/*.csv"
              time: {column: t}
              columns: {P: {signal: pressure}}
              assetBy: folder
              regime: {signal: pressure, edges: [1.5, 60]}
            labels: {column: anomaly, normal: ["0.0"], unsure: ["", "?"], withoutColumn: normal, fault: cell, names: {"102": closing}, margin: PT5S}
            pipeline: {file: pipeline.yaml}
            normal: {labelled: true}
            model: {type: t2q}
            """);
        Assert.Equal("anomaly", recipe.Source.Csv!.LabelColumn);
        LabelMapping labels = recipe.Source.Labels!;
        Assert.Equal([Truth.Normal, Truth.Unknown, Truth.Event, Truth.Normal], new[] { "0.0", "?", "1", null }.Select(labels.Of));
        Assert.Equal("closing", labels.NameOf("a/b", "102"));
        Assert.Equal(AssetNaming.Folder, recipe.Source.AssetBy);
        Assert.Equal(["pressure < 1.5", "1.5 <= pressure < 60", "pressure >= 60"], new[] { 1.0, 1.5, 60 }.Select(v => recipe.Source.Regime!.Of([v])));
        Assert.True(recipe.Normal.Holds(5, default, Truth.Normal));
        Assert.False(recipe.Normal.Holds(5, default, Truth.Event));
    }

    [Fact]
    public void A_journal_needs_an_asset_and_labels_come_from_one_place()
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Read("""
            kind: Recipe
            name: rig
            version: 1.0.0
            data: {journal: box}
            labels: {column: a, journal: true}
            pipeline: {file: pipeline.yaml}
            normal: {rows: 100, labelled: true}
            model: {type: t2q}
            """));
        Assert.Equal(["data.asset", "labels.column", "labels.column", "normal.labelled"], wrong.Violations.Select(v => v.Key));
    }

    [Fact]
    public void Every_key_is_taken()
    {
        Recipe recipe = Read("""
            kind: Recipe
            name: pump-skid
            version: 1.2.3-rc.1
            owner: reliability
            description: A pump
            created: "2026-01-02T03:04:05Z"
            data:
              csv: "data/*.csv"
              delimiter: ";"
              time: {column: t, format: "dd.MM.yyyy HH:mm:ss", zone: "-03:30"}
              columns: {P: {signal: pressure}}
            pipeline: {file: pipeline.yaml}
            normal: {from: "2026-01-01T00:00:00Z", to: "2026-01-01T01:00:00Z"}
            model: {type: t2q, variance: 0.8, limit: {method: theory, quantile: 0.999, margin: 1.5}}
            seed: 42
            output: out
            postprocessing: {hysteresis: 0.1, minDuration: PT5S, lowConfidence: {below: 0.3, abstain: true}}
            serving: {maxAge: PT9S, cachedMaxAge: PT20S, timeout: PT0.05S}
            rules:
              - {name: dry, when: {feature: pressure, below: 0.5, for: PT2S}, state: anomaly, say: "The pump runs dry."}
            code: {repo: "https://git.example/skid", commit: "0a1b", dirty: true}
            """);
        Assert.Equal(new TSquaredQOptions(0.8, LimitMethod.Theory, 0.999, 1.5), recipe.Model);
        Assert.Equal(TimeSpan.FromHours(-3.5), recipe.Source.Csv!.Offset);
        Assert.Equal("pipeline.yaml", recipe.PipelineFile);
        Assert.Equal("2026-01-02T03:04:05Z", recipe.Created.ToString());
        Assert.True(recipe.Normal.Holds(500, new(recipe.Normal.From!.Value.UnixNanoseconds), Truth.Unknown));
        Assert.False(recipe.Normal.Holds(0, recipe.Normal.To!.Value, Truth.Unknown));
        Assert.Equal(new FloorRule("dry", "pressure", null, 0.5, TimeSpan.FromSeconds(2), "The pump runs dry."), Assert.Single(recipe.Rules));
        Assert.Equal(new CodeOrigin("https://git.example/skid", "0a1b", true), recipe.Code);
        Assert.Equal(TimeSpan.FromSeconds(9), recipe.Serving.MaxAge);
        Assert.True(recipe.Serving.Abstain);
    }

    [Fact]
    public void A_classifier_is_taken_with_everything_that_is_chosen_for_it()
    {
        Recipe recipe = Read(Classifier("boosting, trees: 80, leaves: 7, rowsPerLeaf: 40, learningRate: 0.1, featureFraction: 0.5, rowFraction: 0.9, leafMax: 5, eventWeight: 2, balanceRecordings: false, recordingFraction: 0.7, members: 5, rowStep: 3")
            + "\ncalibration: {method: isotonic}\nsplit: {by: time, folds: 5, reach: PT20M}\nalarms: {farMax: 0.05, episodesPerHourMax: 2}\nseed: 9");
        ClassifierOptions options = recipe.Classifier!;
        Assert.Equal(
            new BoostingOptions { Trees = 80, Leaves = 7, RowsPerLeaf = 40, LearningRate = 0.1, FeatureFraction = 0.5, RowFraction = 0.9, LeafMax = 5, EventWeight = 2, BalanceGroups = false, GroupFraction = 0.7, Members = 5, Seed = 9 },
            options.Boosting);
        Assert.Equal((CalibrationMethod.Isotonic, 3, new AlarmLimits(0.05, 2)), (options.Calibration, options.RowStep, options.Limits));
        Assert.Equal(new SplitChoice(SplitBy.Time, 5, TimeSpan.FromMinutes(20)), recipe.Split);
        Assert.True(recipe.Normal.Labelled);
        Assert.Equal(new LogisticOptions(3, 2, false), Read(Classifier("logistic, ridge: 3, eventWeight: 2, balanceRecordings: false")).Classifier!.Logistic);
        Assert.Null(Read(Classifier("logistic")).Classifier!.Boosting);
    }

    [Theory]
    [InlineData("normal: {rows: 100}", "normal: is for a model of type t2q")]
    [InlineData("split: {by: asset, reach: PT1M}", "split.reach: is for by: time")]
    [InlineData("split: {by: time}", "split.reach: is missing")]
    [InlineData("split: {folds: 1}", "split.folds: is 1")]
    [InlineData("calibration: {method: beta}", "calibration.method: is 'beta'; it must be one of platt, isotonic, temperature.")]
    [InlineData("alarms: {far: 0.1}", "alarms.far: is not a known key")]
    [InlineData("postprocessing: {hysteresis: 0.1}", "postprocessing.hysteresis: is chosen on the data")]
    public void What_does_not_go_with_a_classifier_is_refused_once(string line, string sentence)
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Read(Classifier("logistic") + "\n" + line));
        Assert.Contains(sentence, Assert.Single(wrong.Violations).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("calibration: {method: platt}", "calibration: is for a model of type boosting or logistic")]
    [InlineData("split: {folds: 3}", "split: is for a model of type boosting or logistic")]
    [InlineData("alarms: {farMax: 0.1}", "alarms: is for a model of type boosting or logistic")]
    public void What_does_not_go_with_t2q_is_refused_once(string line, string sentence)
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Read(Smallest + "\n" + line));
        Assert.Contains(sentence, Assert.Single(wrong.Violations).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_classifier_needs_labels_and_takes_no_option_of_another_model()
    {
        SettingsException wrong = Assert.Throws<SettingsException>(() => Read(Classifier("boosting, ridge: 1").Replace("labels: {column: anomaly}\n", "", StringComparison.Ordinal)));
        Assert.Equal(["labels", "model.ridge"], wrong.Violations.Select(v => v.Key).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bosting, trees: 40, leaves: 8")]
    [InlineData("logistics, ridge: 1")]
    public void A_misspelt_type_is_one_violation_whatever_stands_beside_it(string model) =>
        Assert.Equal("model.type", Assert.Single(Assert.Throws<SettingsException>(() => Read(Classifier(model) + "\nsplit: {folds: 3}")).Violations).Key);

    static string Classifier(string model) => Smallest.Replace("normal: {rows: 100}", "labels: {column: anomaly}", StringComparison.Ordinal).Replace("{type: t2q}", $"{{type: {model}}}", StringComparison.Ordinal);

    [Theory]
    [InlineData("version: 1.0.0", "version: 1.0", "version: is '1.0'; it must be a version such as 1.0.0")]
    [InlineData("name: pump-skid", "name: Pump Skid", "name: is 'Pump Skid'; it must be lower-case")]
    [InlineData("normal: {rows: 100}", "normal: {}", "normal.rows: is missing; say rows: N")]
    [InlineData("normal: {rows: 100}", "normal: {rows: 100, to: \"2026-01-01T00:00:00Z\"}", "exclude each other")]
    [InlineData("normal: {rows: 100}", "normal: {from: yesterday}", "normal.from: is 'yesterday'; it must be a time such as")]
    [InlineData("model: {type: t2q}", "model: {type: gan}", "model.type: is 'gan'; it must be one of t2q")]
    [InlineData("model: {type: t2q}", "model: {variance: 1.5}", "model.variance: is 1.5")]
    [InlineData("model: {type: t2q}", "model: {varience: 0.9}", "did you mean 'variance'?")]
    [InlineData("sha256: \"0123", "sha256: \"012X", "it must be 64 lower-case hex digits")]
    [InlineData("time: {column: t}", "time: {column: t, zone: CET}", "data.time.zone: is 'CET'")]
    [InlineData("{signal: flow}", "{signal: pressure}", "a second time")]
    [InlineData("model: {type: t2q}", "postprocessing: {minDuration: -PT1S}\nmodel: {type: t2q}", "it must be an ISO 8601 duration")]
    public void A_wrong_value_is_named_with_key_and_rule(string was, string becomes, string sentence)
    {
        Assert.Contains(was, Smallest, StringComparison.Ordinal);
        SettingsException wrong = Assert.Throws<SettingsException>(() => Read(Smallest.Replace(was, becomes, StringComparison.Ordinal)));
        Assert.Contains(sentence, wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Everything_that_is_wrong_is_said_at_once() =>
        Assert.True(Assert.Throws<SettingsException>(() => Read("kind: Recipe\nname: A\ncolour: red\n")).Violations.Count >= 5);

    [Fact]
    public void A_rule_has_one_limit() =>
        Assert.Contains("exactly one", Assert.Throws<SettingsException>(() => Read(Smallest + "\nrules:\n  - {name: a, when: {feature: flow, above: 1, below: 0}, state: anomaly, say: b}")).Message, StringComparison.Ordinal);

    static Recipe Read(string yaml) => RecipeReader.Read(SettingsDocument.Parse("recipe.yaml", Encoding.UTF8.GetBytes(yaml)));
}
