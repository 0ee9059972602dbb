using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Golden.Hq;

/// <summary>
/// A whole release, frozen: serving.yaml names the digest of every other file, so one changed byte of model, golden set, rules or card shows here. A
/// change is reviewed as a change of what <c>edgehq train</c> promises. UPDATE_GOLDEN=1 rewrites the files.
/// </summary>
public sealed class ReleaseBytes
{
    const string RecipeYaml = """
        kind: Recipe
        name: golden-skid
        version: 1.0.0
        owner: reliability@example
        description: "A pump \"skid\": frozen"
        created: "2026-01-02T03:04:05Z"
        data:
          csv: "skid/*.csv"
          time: {column: t, zone: utc}
          columns:
            suction: {signal: suction_mean, unit: bar}
            flow: {signal: flow_mean, unit: l/min}
            current: {signal: current_mean, unit: A}
            mode: {signal: mode}
        pipeline: {id: skid, version: 2.1.0, sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        normal: {rows: 300}
        model: {type: t2q, variance: 0.9, limit: {method: empirical, quantile: 0.99, margin: 4}}
        seed: 7
        serving: {maxAge: PT10S}
        """;

    [Theory]
    [InlineData("serving.yaml")]
    [InlineData("rules.yaml")]
    [InlineData("MODEL_CARD.md")]
    [InlineData("profile.json")]
    public void A_release_is_the_one_that_was_frozen(string file)
    {
        string path = Path.Combine(TestData.Repository, "tests", "Golden", "Hq", file);
        string made = Encoding.UTF8.GetString(Build().Single(p => p.Path == file).Bytes);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, made);
        Assert.Equal(File.ReadAllText(path), made);
    }

    static IReadOnlyList<ReleasePart> Build()
    {
        Recipe recipe = RecipeReader.Read(SettingsDocument.Parse("recipe.yaml", Encoding.UTF8.GetBytes(RecipeYaml)));
        var table = new SignalTable(recipe.Source.Csv!.Columns, [.. Enumerable.Range(0, 400).Select(Row)], [new SignalFile("skid.csv", 400)], Digest.Of("skid"u8));
        var provenance = new Provenance(new CodeOrigin("https://git.example/skid", "0a1b2c3d", false), "edgehq 0.1.0", Digest.Of("lock"u8), "x64");
        return ReleaseBuild.Build(TrainingRun.Of(recipe, DatasetBuild.OfTable("", table, recipe.Source, recipe.Source.Csv!, new ReadyVectors(recipe.Pipeline!, table.Columns)), provenance), new OnnxRuntimeScorer());
    }

    /// <summary>Triangles and a linear congruence: whole-number arithmetic, the same on every machine.</summary>
    static SignalRow Row(int i)
    {
        double load = Math.Abs((i % 60) - 30) / 30.0;
        double Noise(int of) => ((i * 7919 + of * 104_729) % 1009 / 1009.0) - 0.5;
        return new SignalRow(
            new EventTime(1_767_225_600_000_000_000 + (i * 1_000_000_000L)),
            [2 - (0.5 * load) + (0.05 * Noise(1)), 100 + (40 * load) + (2 * Noise(2)), 8 + (3 * load) + (0.2 * Noise(3)), 1]);
    }
}
