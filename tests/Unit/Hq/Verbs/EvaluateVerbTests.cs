using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Verbs;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Verbs;

public sealed class EvaluateVerbTests : IDisposable
{
    const int Recordings = 9, Rows = 200, EventRows = 50;

    const string Recipe = """
        kind: Recipe
        name: pump
        version: 1.2.0
        data:
          csv: "data/*.csv"
          asset: pump
          time: {column: t}
          columns:
            P: {signal: pressure, unit: bar}
            F: {signal: flow}
        labels: {column: fault, normal: ["-"], fault: cell}
        pipeline: {id: pump, version: 1.0.0, sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
        MODEL
        """;

    const string Boosting = "model: {type: boosting, trees: 15, leaves: 4, rowsPerLeaf: 10, learningRate: 0.2}\nsplit: {by: recording, folds: 2}";
    const string TSquaredQ = "normal: {labelled: true}\nmodel: {type: t2q}";

    readonly string _folder = Directory.CreateTempSubdirectory("evaluate").FullName;

    public EvaluateVerbTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        for (int n = 0; n < Recordings; n++)
            File.WriteAllText(Path.Combine(_folder, "data", $"r{n:D2}.csv"), Csv(n));
        Write(Boosting);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_model_that_looks_at_its_sensor_holds_up_beside_all_controls()
    {
        (int code, string said, string complained) = Run("--folds", "3");
        Assert.Equal("", complained);
        Assert.Equal(0, code);
        Assert.StartsWith("Holds up: no control explains the score away.\n", said, StringComparison.Ordinal);
        Assert.Contains("Events: 9 of 9 found", said, StringComparison.Ordinal);
        Assert.Contains("Shuffled labels: F1 ", said, StringComparison.Ordinal);
        Assert.Contains("Shuffled rows: F1 ", said, StringComparison.Ordinal);
        JsonElement report = Report();
        Assert.Equal("pump 1.2.0", report.GetProperty("model").GetString());
        Assert.InRange(report.GetProperty("alarms").GetProperty("f1").GetProperty("value").GetDouble(), 0.8, 1);
        Assert.Equal(3, report.GetProperty("shuffled")[0].GetProperty("repeats").GetArrayLength());
        Assert.StartsWith("<!DOCTYPE html>", File.ReadAllText(Path.Combine(_folder, "evaluation", "evaluation.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void F1_is_never_told_alone_and_left_out_controls_are_said_to_be()
    {
        (_, string said, _) = Run("--no-controls", "--folds", "3");
        string[] lines = [.. said.Split('\n').Where(l => l.Contains("F1", StringComparison.Ordinal))];
        Assert.NotEmpty(lines);
        Assert.All(lines, l => Assert.Matches("F1 .*FAR .*MAR .*false episodes per hour", l));
        Assert.Contains("Controls with shuffled labels and rows were left out.", said, StringComparison.Ordinal);
        Assert.Equal(0, Report().GetProperty("shuffled").GetArrayLength());
        // It costs little and is what an evaluation is for.
        Assert.Contains("Control on position, time and counters: F1 ", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("f1")]
    [InlineData("F1-score")]
    public void F1_alone_is_refused_before_anything_is_trained(string metric)
    {
        (int code, string said, string complained) = Run("--metric", metric);
        Assert.Equal(2, code);
        Assert.Empty(said);
        Assert.Contains("F1 is never told alone", complained, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "evaluation")));
    }

    [Fact]
    public void A_feature_that_counts_is_warned_about()
    {
        for (int n = 0; n < Recordings; n++)
        {
            string path = Path.Combine(_folder, "data", $"r{n:D2}.csv");
            File.WriteAllLines(path, File.ReadAllLines(path).Select((line, i) => i == 0 ? line + ",N" : string.Create(CultureInfo.InvariantCulture, $"{line},{i}")));
        }

        Write(Boosting, Recipe.Replace("F: {signal: flow}", "F: {signal: flow}\n    N: {signal: strokes}", StringComparison.Ordinal));
        (int code, string said, string complained) = Run("--no-controls", "--folds", "3");
        Assert.Equal("", complained);
        Assert.Equal(0, code);
        Assert.StartsWith("Doubtful:", said, StringComparison.Ordinal);
        Assert.Contains("strokes only ever rises or falls within each recording: a clock or a counter", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_every_fault_begins_at_the_same_row_the_boosted_control_finds_it()
    {
        for (int n = 0; n < Recordings; n++)
            File.WriteAllText(Path.Combine(_folder, "data", $"r{n:D2}.csv"), Csv(n, onset: 100));
        (_, string said, _) = Run("--no-controls", "--folds", "3");
        Assert.StartsWith("Doubtful:", said, StringComparison.Ordinal);
        Assert.Contains("A control that sees row number, time and counters only comes near the model", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_runs_give_the_same_bytes_and_another_seed_others()
    {
        string[] outputs = [.. ((string[])["7", "7", "8"]).Select((seed, i) => Json(Path.Combine(_folder, $"out{i}"), seed))];
        Assert.Equal(outputs[0], outputs[1]);
        Assert.NotEqual(outputs[0], outputs[2]);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "out0", "evaluation.html")), File.ReadAllBytes(Path.Combine(_folder, "out1", "evaluation.html")));

        string Json(string output, string seed)
        {
            (int code, string said, _) = Run("--no-controls", "--folds", "2", "--seed", seed, "--output", output, "--json");
            Assert.Equal(0, code);
            Assert.Equal(File.ReadAllText(Path.Combine(output, "evaluation.json")), said);
            return said;
        }
    }

    [Fact]
    public void T2Q_learns_each_recording_by_itself_from_its_own_normal_rows()
    {
        Write(TSquaredQ + "\nevaluate: {by: self, share: 0.5}");
        (int code, string said, string complained) = Run();
        Assert.Equal("", complained);
        Assert.Equal(0, code);
        Assert.Contains("Each recording by itself: learned from the first 50 % of its own normal rows, asked about what follows.", said, StringComparison.Ordinal);
        Assert.Contains("The data holds vectors, so nobody knows how far back they look", said, StringComparison.Ordinal);
        Assert.Contains("The model learns from normal rows and not from labels", said, StringComparison.Ordinal);
        Assert.Contains("Shuffled rows: F1 ", said, StringComparison.Ordinal);
        Assert.Equal(Recordings, Report().GetProperty("recordings").GetInt32());
    }

    [Fact]
    public void Named_recordings_are_asked_about_and_the_rest_is_learned_from()
    {
        Write(TSquaredQ + "\nevaluate: {heldOut: r08}");
        (int code, string said, string complained) = Run("--no-controls");
        Assert.Equal("", complained);
        Assert.Equal(0, code);
        Assert.Equal(1, Report().GetProperty("recordings").GetInt32());
        Assert.Contains("Only learned from, never asked about: r00, r01", said, StringComparison.Ordinal);
        // The files hold vectors: nobody knows what was refused before.
        Assert.Equal(JsonValueKind.Null, Report().GetProperty("validation").ValueKind);
        Assert.Contains("--folds is not for a recipe with evaluate.heldOut", Run("--folds", "3").Complained, StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_goes_before_the_recipe()
    {
        Write(TSquaredQ + "\nevaluate: {by: self, share: 0.5}");
        (int code, string said, _) = Run("--by", "recording", "--folds", "4");
        Assert.Equal(0, code);
        Assert.DoesNotContain("Each recording by itself", said, StringComparison.Ordinal);
        Assert.Equal(Recordings * Rows, Report().GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Rows_that_a_column_marks_are_the_change_points()
    {
        Write(TSquaredQ, Recipe.Replace("fault: cell", "fault: cell, changePoints: turn", StringComparison.Ordinal));
        (int code, _, string complained) = Run("--no-controls", "--folds", "2");
        Assert.Equal(2, code);
        Assert.Contains("labels.changePoints is 'turn'; none of the 9 files has it.", complained, StringComparison.Ordinal);
        string path = Path.Combine(_folder, "data", "r00.csv");
        File.WriteAllLines(path, File.ReadAllLines(path).Select((line, i) => line + (i == 0 ? ",turn" : i % 50 == 0 ? ",1" : ",0")));
        (_, string said, _) = Run("--no-controls", "--folds", "2");
        Assert.Contains("Change points (NAB, 4 points", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Boosting, "--by", "planet", "--by is 'planet'; it must be one of recording, asset, time, self.")]
    [InlineData(Boosting, "--folds", "1", "--folds is 1; it must lie between 2 and 100.")]
    [InlineData(Boosting, "--seed", "-1", "--seed is -1; it must be 0 or more.")]
    [InlineData(Boosting, "--folds", "10", "split: 10 folds need as many recordings")]
    [InlineData(Boosting, "--by", "asset", "split: 5 folds need as many assets")]
    [InlineData(Boosting, "--by", "self", "evaluate.by: self learns from normal rows alone, which is for t2q; split a classifier by recording, asset or time.")]
    [InlineData(TSquaredQ + "\nevaluate: {by: self, rows: 500}", "--no-controls", "", "no recording has enough of them")]
    [InlineData(TSquaredQ + "\nevaluate: {by: self, rows: 3}", "--no-controls", "", "Fold 1 of 9, learned from 1 recording: The normal period holds 3 whole vectors for 2 features")]
    public void What_cannot_be_evaluated_is_one_sentence_and_nothing_is_written(string model, string option, string value, string sentence)
    {
        Write(model);
        (int code, string said, string complained) = Run([option, .. value.Length > 0 ? [value] : Array.Empty<string>()]);
        Assert.Equal(2, code);
        Assert.Empty(said);
        Assert.Contains(sentence, complained, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "evaluation")));
    }

    [Fact]
    public void Without_labels_there_is_nothing_to_compare_with()
    {
        Write(TSquaredQ, Recipe.Replace("labels: {column: fault, normal: [\"-\"], fault: cell}", "", StringComparison.Ordinal));
        (int code, string said, _) = Run("--json");
        Assert.Equal(2, code);
        Assert.Contains("labels: is missing", JsonDocument.Parse(said).RootElement.GetProperty("errors")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Help_has_an_example()
    {
        (int code, string said, _) = Run("--help");
        Assert.Equal(0, code);
        Assert.Contains("edgehq evaluate --recipe pump-skid/recipe.yaml", said, StringComparison.Ordinal);
    }

    /// <summary>One pump, one leak that its pressure shows; without an onset it begins anywhere.</summary>
    static string Csv(int n, int? onset = null)
    {
        var random = new Random(n);
        int first = onset ?? 50 + (n * 37 % (Rows - EventRows - 50));
        var start = new DateTime(2026, 1, 1 + n, n * 7 % 23, 0, 0, DateTimeKind.Utc);
        var csv = new StringBuilder("t,P,F,fault\n");
        for (int i = 0; i < Rows; i++)
        {
            bool isEvent = i >= first && i < first + EventRows;
            double pressure = 10 + TinyPlant.Normal(random) + (isEvent ? 6 : 0), flow = 5 + TinyPlant.Normal(random);
            csv.Append(CultureInfo.InvariantCulture, $"{start.AddSeconds(i):yyyy-MM-dd HH:mm:ss},{pressure:R},{flow:R},{(isEvent ? "leak" : "-")}\n");
        }

        return csv.ToString();
    }

    void Write(string model, string recipe = Recipe) => File.WriteAllText(Path.Combine(_folder, "recipe.yaml"), recipe.Replace("MODEL", model, StringComparison.Ordinal));

    JsonElement Report() => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "evaluation", "evaluation.json"))).RootElement;

    (int Code, string Said, string Complained) Run(params string[] options)
    {
        var root = new RootCommand { EvaluateVerb.Create((recipe, _) => new ReadyVectors(recipe.Pipeline!, recipe.Source.Csv!.Columns)) };
        using var said = new StringWriter();
        using var complained = new StringWriter();
        string[] arguments = ["evaluate", "--recipe", Path.Combine(_folder, "recipe.yaml"), .. options];
        int code = root.Parse(arguments).Invoke(new InvocationConfiguration { Output = said, Error = complained });
        return (code, said.ToString(), complained.ToString());
    }
}
