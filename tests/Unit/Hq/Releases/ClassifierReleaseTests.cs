using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Recipes;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Registry;
using EdgeRuntime.Registry.Manifest;
using EdgeRuntime.Settings;
using EdgeRuntime.Tests.Unit.Registry;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Releases;

public sealed class ClassifierReleaseTests
{
    const string Boosting = LabelledRecordings.Recipe;

    static readonly string Logistic = Boosting.Replace("{type: boosting, trees: 20, leaves: 4, rowsPerLeaf: 10, learningRate: 0.2}", "{type: logistic}", StringComparison.Ordinal);

    [Fact]
    public void The_same_recordings_and_seed_give_the_same_bytes_and_another_seed_others()
    {
        IReadOnlyList<ReleasePart> first = Build(Boosting), second = Build(Boosting), other = Build(Boosting.Replace("seed: 3", "seed: 4", StringComparison.Ordinal));
        Assert.Equal(first.Select(p => (p.Path, Digest.Of(p.Bytes))), second.Select(p => (p.Path, Digest.Of(p.Bytes))));
        Assert.NotEqual(Part(first, "golden.csv"), Part(other, "golden.csv"));
    }

    [Theory]
    [InlineData("platt", true)]
    [InlineData("isotonic", true)]
    [InlineData("temperature", false)]
    public void The_box_takes_the_release_and_repeats_its_golden_answers(string calibration, bool boosting)
    {
        using var temp = new TempFolder();
        IReadOnlyList<ReleasePart> parts = Build((boosting ? Boosting : Logistic) + $"\ncalibration: {{method: {calibration}}}");
        ReleaseBuild.Write(temp["release"], parts);
        ServingPlan plan = ReleaseFolder.Open(temp["release"], allowUnsigned: true);
        Assert.Equal(calibration, plan.Manifest.Postprocessing.Calibration);
        Assert.InRange(plan.Manifest.Postprocessing.Threshold, 0.1, 0.9);
        var loader = new ArmLoader(_ => "cpu", TimeProvider.System);
        using ServingArm arm = loader.Load(plan, ArmRole.Primary);
        arm.CheckGolden(plan);
        using ServingArm? simple = loader.LoadSimple(plan);
        Assert.Equal(boosting, simple is not null);
        Assert.Equal(boosting, plan.Manifest.Fallback.Any(s => s.Kind == FallbackKind.Model));
    }

    [Fact]
    public void The_simple_model_gives_a_probability_too()
    {
        IReadOnlyList<ReleasePart> parts = Build(Boosting);
        float[][] rows = [[10, 5, 1], [15, 5, 1], [1e30f, -1e30f, 0], [float.MaxValue, float.MinValue, 0]];
        float[] scores = [.. new OnnxRuntimeScorer().Score(Part(parts, "simple.onnx"), [("score", 1)], rows).Select(s => s[0])];
        Assert.All(scores, s => Assert.InRange(s, 0, 1));
        Assert.True(scores[0] < 0.3 && scores[1] > 0.7, $"{scores[0]} normal, {scores[1]} leaking");
    }

    [Fact]
    public void Serving_yaml_says_how_it_was_made_and_never_F1_alone()
    {
        SettingsNode root = SettingsDocument.Parse("serving.yaml", Part(Build(Boosting), "serving.yaml")).Root;
        SettingsNode provenance = root.Section("provenance"), made = provenance.Section("hyperparameters"), evaluation = provenance.Section("evaluation");
        Assert.Equal("column fault", provenance.Section("labelPolicy").Text("id"));
        Assert.Equal((20, 4, 0.2), (made.Integer("trees"), made.Integer("leaves"), made.Number("learningRate")));
        Assert.Equal((6, 5), (made.Integer("recordings"), made.Integer("groups")));
        Assert.Equal(1200, made.Integer("normalRows") + made.Integer("eventRows"));
        Assert.Equal(3, provenance.Section("seeds").Integer("model"));
        Assert.All(["f1", "falseAlarmRate", "missedAlarmRate", "falseEpisodesPerHour", "ece", "events", "eventsFound"], key => Assert.True(evaluation.Has(key), key));
        Assert.Equal("profile.json", root.Section("monitoring").Section("reference").Text("file"));
    }

    [Fact]
    public void The_card_says_what_is_shared_what_is_found_and_what_is_not_known()
    {
        string card = Encoding.UTF8.GetString(Part(Build(Boosting), "MODEL_CARD.md"));
        Assert.Contains("- a0 and a1 share 30 rows, and people call 10 of them one thing in the one and another in the other: they were never apart.", card, StringComparison.Ordinal);
        Assert.Matches(@"\| leak \| 7 \| [0-7] \|", card);
        Assert.Contains("| a5 |  |  | 160 | 40 | 1 |", card, StringComparison.Ordinal);
        Assert.Contains("- The model does not look at mode.", card, StringComparison.Ordinal);
        Assert.Contains("edgehq evaluate", card, StringComparison.Ordinal);
    }

    [Fact]
    public void The_profile_is_of_normal_rows_only_and_its_shares_are_whole()
    {
        JsonElement profile = JsonDocument.Parse(Part(Build(Boosting), "profile.json")).RootElement;
        Assert.Equal(950, profile.GetProperty("rows").GetInt32());
        foreach (JsonElement feature in profile.GetProperty("features").EnumerateArray().Append(profile.GetProperty("score")))
        {
            double[] edges = [.. feature.GetProperty("edges").EnumerateArray().Select(e => e.GetDouble())];
            double[] shares = [.. feature.GetProperty("shares").EnumerateArray().Select(e => e.GetDouble())];
            Assert.Equal(edges.Length + 1, shares.Length);
            Assert.Equal(edges.Distinct().Order(), edges);
            Assert.Equal(1, shares.Sum(), 9);
        }

        Assert.Equal([1], profile.GetProperty("features")[2].GetProperty("edges").EnumerateArray().Select(e => e.GetDouble()));
        // A leak lifts the pressure to 14; were its rows among them, a sixth would lie above 13.
        Assert.True(profile.GetProperty("features")[0].GetProperty("edges")[8].GetDouble() < 12);
    }

    [Fact]
    public void By_time_only_what_came_later_is_asked_about()
    {
        TrainedRelease release = Train(Boosting.Replace("split: {folds: 3}", "split: {by: time, folds: 2, reach: PT20S}", StringComparison.Ordinal));
        IReadOnlyList<OutOfFold> said = release.Classifier!.Fitted.OutOfFold;
        Assert.Equal([0, 0, 200, 200, 200, 200], said.Select(s => s.Probabilities.Count));
        Assert.Equal(4, release.Classifier.Quality.Events);
    }

    [Fact]
    public void Labels_without_one_event_are_refused() =>
        Assert.Contains("0 an event; a classifier learns from both", Assert.Throws<TrainingException>(() => Train(Boosting.Replace("fault: cell", "normal: [\"0\", leak]", StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    static byte[] Part(IReadOnlyList<ReleasePart> parts, string path) => parts.Single(p => p.Path == path).Bytes;

    [Theory]
    [InlineData("{folds: 3}", 7, 8)]
    [InlineData("{by: time, folds: 3, reach: PT0S}", 5, 6)]
    public void An_event_without_a_vector_counts_as_missed_as_an_evaluation_counts_it(string split, int events, int withUnseen)
    {
        string yaml = Boosting.Replace("{folds: 3}", split, StringComparison.Ordinal);
        HeldOutQuality without = Train(yaml).Classifier!.Quality, with = Train(yaml, WithUnseen).Classifier!.Quality;
        Assert.Equal((events, withUnseen, without.Found), (without.Events, with.Events, with.Found));
    }

    [Fact]
    public void What_was_held_out_is_not_counted_as_learned_from_and_is_named()
    {
        TrainedRelease release = Train(Boosting + "\nevaluate: {heldOut: a5}", data => data.Only([.. data.Recordings.SkipLast(1)]));
        Dictionary<string, byte[]> parts = ReleaseBuild.Build(release, new OnnxRuntimeScorer()).ToDictionary(p => p.Path, p => p.Bytes);
        string card = Encoding.UTF8.GetString(parts[ReleaseBuild.Card]);
        Assert.Contains("Made from a0.csv, a1.csv, a2.csv, a3.csv, a4.csv: 1000 rows", card, StringComparison.Ordinal);
        Assert.Contains("Recordings that match a5 are held out", card, StringComparison.Ordinal);
        Assert.Contains("heldOut: \"a5\"", Encoding.UTF8.GetString(parts[ReleaseBuild.Serving]), StringComparison.Ordinal);
        Assert.DoesNotContain("heldOut", Encoding.UTF8.GetString(Part(Build(Boosting), ReleaseBuild.Serving)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_is_dated_by_the_latest_vector_of_all_recordings()
    {
        TrainedRelease release = Train(Boosting, data => data with { Recordings = [.. data.Recordings.Reverse()], Groups = [.. data.Groups.Reverse()] });
        Assert.Equal("2026-01-06T00:03:19Z", release.Created.ToString());
    }

    static Dataset WithUnseen(Dataset data)
    {
        Recording last = data.Recordings[^1];
        long behind = last.Times[^1].UnixNanoseconds + 1;
        return data with { Recordings = [.. data.Recordings.SkipLast(1), last with { Events = [.. last.Events, new LabelledEvent("leak", new EventTime(behind), new EventTime(behind + 1))] }] };
    }

    static IReadOnlyList<ReleasePart> Build(string yaml) => ReleaseBuild.Build(Train(yaml), new OnnxRuntimeScorer());

    static TrainedRelease Train(string yaml, Func<Dataset, Dataset>? changed = null)
    {
        using var temp = new TempFolder();
        LabelledRecordings.Write(temp.Path, yaml);
        Recipe recipe = RecipeReader.Read(SettingsDocument.Load(temp["recipe.yaml"]));
        Dataset data = DatasetBuild.Of(temp.Path, recipe.Source, new ReadyVectors(recipe.Pipeline!, recipe.Source.Csv!.Columns));
        return TrainingRun.Of(recipe, changed?.Invoke(data) ?? data, LabelledRecordings.Provenance);
    }
}
