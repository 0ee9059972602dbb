using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Verbs;
using EdgeRuntime.Tests.Unit.Hq.Recipes;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Verbs;

public sealed class TrainVerbTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("train").FullName;

    public TrainVerbTests()
    {
        File.WriteAllText(Path.Combine(_folder, "recipe.yaml"), RecipeReaderTests.Smallest);
        var csv = new StringBuilder("t,P,F\n");
        float[][] rows = TinyPlant.Rows(seed: 31, rows: 200, width: 2);
        for (int i = 0; i < rows.Length; i++)
            csv.Append(CultureInfo.InvariantCulture, $"2026-01-01 00:{i / 60:D2}:{i % 60:D2},{rows[i][0]:R},{(i == 5 ? "" : rows[i][1].ToString("R", CultureInfo.InvariantCulture))}\n");
        File.WriteAllText(Path.Combine(_folder, "data.csv"), csv.ToString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_recipe_becomes_a_release_folder()
    {
        (int code, string said, _) = Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml"));
        Assert.Equal(0, code);
        Assert.Contains("fitted on 100 normal vectors of 199 (1 with gaps left out)", said, StringComparison.Ordinal);
        Assert.Equal(["MODEL_CARD.md", "golden.csv", "model.onnx", "profile.json", "rules.yaml", "serving.yaml", "simple.onnx"],
            Directory.GetFiles(Path.Combine(_folder, "release")).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_runs_give_the_same_release()
    {
        string[] outputs = [Path.Combine(_folder, "one"), Path.Combine(_folder, "two")];
        string[] said = [.. outputs.Select(o => Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml"), "--output", o, "--json").Said)];
        Assert.Equal(Serving(said[0]), Serving(said[1]));
        foreach (string file in Directory.GetFiles(outputs[0]))
            Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(outputs[1], Path.GetFileName(file))));
    }

    [Fact]
    public void A_wrong_recipe_is_said_in_sentences_and_nothing_is_written()
    {
        File.WriteAllText(Path.Combine(_folder, "recipe.yaml"), RecipeReaderTests.Smallest.Replace("rows: 100", "rows: many", StringComparison.Ordinal));
        (int code, string said, string complained) = Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml"));
        Assert.Equal(2, code);
        Assert.Empty(said);
        Assert.Contains("normal.rows: is 'many'; it must be a whole number.", complained, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "release")));
    }

    [Fact]
    public void A_classifier_is_told_with_what_it_costs_and_never_by_F1_alone()
    {
        File.Delete(Path.Combine(_folder, "data.csv"));
        LabelledRecordings.Write(_folder);
        (int code, string said, string complained) = Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml"));
        Assert.Equal("", complained);
        Assert.Equal(0, code);
        Assert.Contains("of events in 6 recordings", said, StringComparison.Ordinal);
        Assert.Matches("Held out: F1 [^\n]+, FAR [^\n]+, MAR [^\n]+ false episodes per hour of normal; [0-9]+ of [0-9]+ events found, ECE", said);
        Assert.Contains("a0 and a1 share 30 rows, labelled differently in 10: held out together.", said, StringComparison.Ordinal);
        JsonElement held = JsonDocument.Parse(Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml"), "--json", "--replace").Said).RootElement.GetProperty("heldOut");
        Assert.All(["f1", "falseAlarmRate", "missedAlarmRate", "falseEpisodesPerHour", "ece"], key => Assert.Equal(JsonValueKind.Number, held.GetProperty(key).ValueKind));
    }

    [Fact]
    public void A_release_that_lies_there_is_left_alone_unless_it_is_to_be_replaced()
    {
        string recipe = Path.Combine(_folder, "recipe.yaml"), rules = Path.Combine(_folder, "release", "rules.yaml");
        Run("train", "--recipe", recipe);
        File.AppendAllText(rules, "# As the shift wants it.\n");
        byte[] changed = File.ReadAllBytes(rules);
        (int code, string said, string complained) = Run("train", "--recipe", recipe);
        Assert.Equal((2, ""), (code, said));
        Assert.Contains("release' is not empty. Name another folder with --output, or write over the release that lies there with --replace", complained, StringComparison.Ordinal);
        Assert.Equal(changed, File.ReadAllBytes(rules));
        Assert.Equal(0, Run("train", "--recipe", recipe, "--replace").Code);
        Assert.NotEqual(changed, File.ReadAllBytes(rules));
    }

    [Fact]
    public void A_recording_that_gives_no_vector_is_named()
    {
        File.WriteAllText(Path.Combine(_folder, "dead.csv"), "t,P,F\n2026-01-02 00:00:00,,1\n");
        Assert.Contains("Not one whole vector comes from dead.", Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml")).Said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_evaluation_is_to_be_asked_about_is_not_learned_from()
    {
        File.Delete(Path.Combine(_folder, "data.csv"));
        LabelledRecordings.Write(_folder, LabelledRecordings.Recipe + "\nevaluate: {heldOut: a5}");
        (int code, string said, _) = Run("train", "--recipe", Path.Combine(_folder, "recipe.yaml"));
        Assert.Equal(0, code);
        Assert.StartsWith("a5 is held out: 1 recording not learned from.\n", said, StringComparison.Ordinal);
        Assert.Contains("of events in 5 recordings", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_recipe_is_one_error_in_json()
    {
        (int code, string said, _) = Run("train", "--recipe", Path.Combine(_folder, "nothing.yaml"), "--json");
        Assert.Equal(2, code);
        Assert.Contains("does not exist", JsonDocument.Parse(said).RootElement.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_an_example()
    {
        (int code, string said, _) = Run("train", "--help");
        Assert.Equal(0, code);
        Assert.Contains("edgehq train --recipe pump-skid/recipe.yaml", said, StringComparison.Ordinal);
    }

    static string? Serving(string json) => JsonDocument.Parse(json).RootElement.GetProperty("serving").GetString();

    static (int Code, string Said, string Complained) Run(params string[] arguments)
    {
        var root = new RootCommand { TrainVerb.Create((recipe, _) => new ReadyVectors(recipe.Pipeline!, recipe.Source.Csv!.Columns), new OnnxRuntimeScorer()) };
        using var said = new StringWriter();
        using var complained = new StringWriter();
        int code = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = said, Error = complained });
        return (code, said.ToString(), complained.ToString());
    }
}
