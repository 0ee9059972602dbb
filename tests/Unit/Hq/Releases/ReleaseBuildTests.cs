using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Unit.Hq.Recipes;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Releases;

public sealed class ReleaseBuildTests
{
    [Fact]
    public void The_same_recipe_and_data_give_the_same_bytes()
    {
        IReadOnlyList<ReleasePart> first = Build(), second = Build();
        Assert.Equal(first.Select(p => (p.Path, Digest.Of(p.Bytes))), second.Select(p => (p.Path, Digest.Of(p.Bytes))));
    }

    [Fact]
    public void Another_seed_changes_the_golden_rows_and_not_the_model()
    {
        IReadOnlyList<ReleasePart> first = Build(), second = Build(seed: 2);
        Assert.Equal(Part(first, "model.onnx"), Part(second, "model.onnx"));
        Assert.NotEqual(Part(first, "golden.csv"), Part(second, "golden.csv"));
    }

    [Fact]
    public void Serving_yaml_names_every_other_file_with_its_digest_and_size()
    {
        IReadOnlyList<ReleasePart> parts = Build();
        SettingsDocument serving = SettingsDocument.Parse("serving.yaml", Part(parts, "serving.yaml"));
        Assert.Empty(serving.Violations);
        var named = serving.Root.List("files").ToDictionary(f => f.Text("path"), f => (f.Text("sha256"), f.Integer("size")));
        Assert.Equal(parts.Where(p => p.Path != "serving.yaml").ToDictionary(p => p.Path, p => (Digest.Of(p.Bytes).Hex, p.Bytes.LongLength)), named);
        Assert.True(parts.Sum(p => p.Bytes.Length) < 300_000);
    }

    [Fact]
    public void The_contract_in_serving_yaml_is_the_pipelines()
    {
        SettingsNode features = SettingsDocument.Parse("serving.yaml", Part(Build(), "serving.yaml")).Root.Section("features");
        Assert.Equal(["pressure", "flow"], features.List("columns").Select(c => c.Text("name")));
        Assert.Equal(["bar", ""], features.List("columns").Select(c => c.Text("unit")));
        Assert.Equal("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", features.Section("pipeline").Text("sha256"));
    }

    [Fact]
    public void The_golden_set_holds_the_edges_and_what_the_runtime_answers()
    {
        IReadOnlyList<ReleasePart> parts = Build();
        string[] lines = Encoding.UTF8.GetString(Part(parts, "golden.csv")).TrimEnd('\n').Split('\n');
        Assert.Equal("in:pressure,in:flow,out:score,out:t2,out:q,out:contributions[0],out:contributions[1]", lines[0]);
        Assert.True(lines.Length - 1 >= 64, $"{lines.Length - 1} rows");
        float[][] cells = [.. lines.Skip(1).Select(l => l.Split(',').Select(c => float.Parse(c, CultureInfo.InvariantCulture)).ToArray())];
        Assert.Contains(cells, c => c[0] == float.MaxValue && c[1] == float.MaxValue);
        Assert.Contains(cells, c => c[0] == 0 && c[1] == 0);
        Assert.All(cells, c => Assert.All(c, v => Assert.True(float.IsFinite(v))));
        IReadOnlyList<float[]> again = new OnnxRuntimeScorer().Score(Part(parts, "model.onnx"), TSquaredQ.OutputsOf(2), [.. cells.Select(c => c[..2])]);
        for (int i = 0; i < cells.Length; i++)
            Assert.Equal(again[i].Select(BitConverter.SingleToInt32Bits), cells[i][2..].Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void A_recipe_without_rules_gets_two_for_each_feature_that_varies()
    {
        SettingsDocument rules = SettingsDocument.Parse("rules.yaml", Part(Build(), "rules.yaml"));
        rules.Root.RequireKind("Rules");
        Assert.Equal(["pressure-high", "pressure-low", "flow-high", "flow-low"], rules.Root.List("rules").Select(r => r.Text("name")));
        SettingsNode high = rules.Root.List("rules")[0];
        Assert.Equal("pressure", high.Section("when").Text("feature"));
        Assert.True(high.Section("when").Number("above") > 10);
        Assert.Equal(TimeSpan.FromSeconds(3), high.Section("when").Duration("for"));
        Assert.EndsWith("bar, higher than in the normal period.", high.Text("say"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_about_a_feature_that_does_not_exist_is_refused()
    {
        FloorRule[] rules = [new("dry", "presure", null, 1, TimeSpan.Zero, "The pump runs dry.")];
        Assert.Equal("Rule 'dry' asks about 'presure'; the features are pressure, flow.",
            Assert.Throws<TrainingException>(() => Build(change: r => r with { Rules = rules })).Message);
    }

    [Fact]
    public void The_model_card_says_what_the_model_cannot_see()
    {
        string card = Encoding.UTF8.GetString(Part(Build(change: null, flow: _ => 7), "MODEL_CARD.md"));
        Assert.Contains("flow never moved in the normal period", card, StringComparison.Ordinal);
    }

    static byte[] Part(IReadOnlyList<ReleasePart> parts, string path) => parts.Single(p => p.Path == path).Bytes;

    static IReadOnlyList<ReleasePart> Build(int seed = 1, Func<Recipe, Recipe>? change = null, Func<float, float>? flow = null)
    {
        Recipe recipe = RecipeReader.Read(SettingsDocument.Parse("recipe.yaml", Encoding.UTF8.GetBytes(RecipeReaderTests.Smallest))) with { Seed = seed };
        recipe = change?.Invoke(recipe) ?? recipe;
        float[][] rows = TinyPlant.Rows(seed: 21, rows: 300, width: 2);
        var table = new SignalTable(
            recipe.Source.Csv!.Columns,
            [.. rows.Select((r, i) => new SignalRow(new EventTime(i * 1_000_000_000L), [r[0], flow?.Invoke(r[1]) ?? r[1]]))],
            [new SignalFile("a.csv", rows.Length)],
            Digest.Of("data"u8));
        var provenance = new Provenance(new CodeOrigin("", "abc", null), "test", Digest.None, "x64");
        return ReleaseBuild.Build(TrainingRun.Of(recipe, DatasetBuild.OfTable("", table, recipe.Source, recipe.Source.Csv!, new ReadyVectors(recipe.Pipeline!, table.Columns)), provenance), new OnnxRuntimeScorer());
    }
}
