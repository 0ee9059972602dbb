using System.Diagnostics;
using EdgeRuntime.Hq.Training;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Training;

public sealed class BoostingFitTests(ITestOutputHelper output)
{
    static readonly BoostingOptions Drawn = TinyFaults.Quick with { FeatureFraction = 0.6, RowFraction = 0.7, Members = 2, Seed = 9 };

    [Fact]
    public void The_trees_say_what_FastTree_itself_says()
    {
        LabelledRows rows = TinyFaults.Labelled(7, 3000, 6);
        BoostedTrees own = BoostingFit.Fit(rows, TinyFaults.Quick with { EventWeight = 2 });

        var context = new MLContext(1);
        var schema = SchemaDefinition.Create(typeof(Example));
        schema[nameof(Example.Row)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows.Width);
        IDataView view = context.Data.LoadFromEnumerable(rows.Rows.Select((row, i) => new Example { Row = row, Event = rows.IsEvent[i], Weight = rows.IsEvent[i] ? 2 : 1 }), schema);
        var trained = context.BinaryClassification.Trainers.FastTree(new FastTreeBinaryTrainer.Options
        {
            FeatureColumnName = "Row", LabelColumnName = "Event", ExampleWeightColumnName = "Weight",
            NumberOfTrees = 40, NumberOfLeaves = 8, MinimumExampleCountPerLeaf = 20, LearningRate = 0.1, NumberOfThreads = 2, Seed = 1, FeatureSelectionSeed = 1,
        }).Fit(view);
        float[] theirs = [.. trained.Transform(view).GetColumn<float>("Probability")];
        double worst = rows.Rows.Select((row, i) => Math.Abs(Logistic.Of(own.LogOdds(row)) - theirs[i])).Max();
        output.WriteLine($"largest difference {worst:E2} over {theirs.Length} rows");
        Assert.True(worst <= 1e-6, $"largest difference {worst:E3}");
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_seed_others()
    {
        string first = Bytes(Drawn), again = Bytes(Drawn);
        Assert.Equal(first, again);
        Assert.NotEqual(first, Bytes(Drawn with { Seed = 10 }));
    }

    /// <summary>What <see cref="Another_process_gives_the_same_bytes"/> starts; alone it checks nothing.</summary>
    [Fact]
    public void Says_its_bytes_to_a_file_when_asked()
    {
        if (Environment.GetEnvironmentVariable("BOOSTING_BYTES_TO") is { Length: > 0 } file)
            File.WriteAllText(file, Bytes(Drawn));
    }

    [Fact]
    public void Another_process_gives_the_same_bytes()
    {
        string file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():n}.txt");
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
                start.ArgumentList.Add(typeof(BoostingFitTests).Assembly.Location);
            foreach (string argument in (string[])["-method", $"*.{nameof(Says_its_bytes_to_a_file_when_asked)}"])
                start.ArgumentList.Add(argument);
            start.Environment["BOOSTING_BYTES_TO"] = file;
            // Another number of processors is what a second machine would show.
            start.Environment["DOTNET_PROCESSOR_COUNT"] = Environment.ProcessorCount == 1 ? "2" : "1";
            using Process process = Process.Start(start)!;
            string said = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.True(File.Exists(file), said);
            Assert.Equal(Bytes(Drawn), File.ReadAllText(file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Progress_is_told_for_every_tree_and_ends_at_one()
    {
        var told = new Told();
        BoostingFit.Fit(TinyFaults.Labelled(3, 500, 3), TinyFaults.Quick with { Members = 2 }, told);
        Assert.Equal((2 * TinyFaults.Quick.Trees) + 1, told.Shares.Count);
        Assert.Equal(told.Shares.Order(), told.Shares);
        Assert.Equal(1, told.Shares[^1]);
    }

    [Fact]
    public void Members_are_averaged()
    {
        LabelledRows rows = TinyFaults.Labelled(3, 1000, 4);
        BoostedTrees two = BoostingFit.Fit(rows, Drawn), first = BoostingFit.Fit(rows, Drawn with { Members = 1 }), second = BoostingFit.Fit(rows, Drawn with { Members = 1, Seed = 10 });
        foreach (float[] row in rows.Rows.Take(50))
            Assert.Equal((first.LogOdds(row) + second.LogOdds(row)) / 2, two.LogOdds(row), 1e-5);
    }

    [Fact]
    public void An_event_that_counts_more_is_said_more_often()
    {
        LabelledRows rows = TinyFaults.Labelled(3, 1000, 4);
        BoostedTrees plain = BoostingFit.Fit(rows, TinyFaults.Quick), heavy = BoostingFit.Fit(rows, TinyFaults.Quick with { EventWeight = 5 });
        Assert.True(rows.Rows.Average(row => heavy.LogOdds(row)) > rows.Rows.Average(row => plain.LogOdds(row)) + 0.5);
    }

    [Fact]
    public void Every_recording_counts_the_same_however_long_it_is()
    {
        var rows = new LabelledRows([[1], [2], [3], [4]], [true, false, true, false], [7, 7, 7, 9]);
        Assert.Equal([2 * 2 / 3.0, 2 / 3.0, 2 * 2 / 3.0, 2], rows.Weights(balanced: true, eventWeight: 2));
        Assert.Equal([2, 1, 2, 1], rows.Weights(balanced: false, eventWeight: 2));
    }

    [Fact]
    public void A_member_is_fitted_on_whole_recordings_of_both_kinds()
    {
        int[] groups = [.. Enumerable.Range(0, 100).Select(i => i / 10)];
        // Only the last recording has events: every draw has it.
        var rows = new LabelledRows([.. groups.Select(g => new float[] { g })], [.. groups.Select(g => g == 9)], groups);
        for (int seed = 1; seed < 20; seed++)
        {
            int[] drawn = rows.Draw(0.3, seed);
            Assert.Contains(95, drawn);
            Assert.All(drawn.GroupBy(i => groups[i]), g => Assert.Equal(10, g.Count()));
            Assert.Equal(drawn, rows.Draw(0.3, seed));
        }

        Assert.NotEqual(rows.Draw(0.3, 1), rows.Draw(0.3, 2));
    }

    [Fact]
    public void Rows_of_one_kind_are_refused_with_what_to_do()
    {
        LabelledRows rows = TinyFaults.Labelled(3, 100, 2);
        var refused = Assert.Throws<TrainingException>(() => BoostingFit.Fit(rows with { IsEvent = [.. rows.IsEvent.Select(_ => false)] }, TinyFaults.Quick));
        Assert.Contains("All 100 rows to train on are normal; a classifier learns from both", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_with_a_gap_is_refused()
    {
        LabelledRows rows = TinyFaults.Labelled(3, 100, 2);
        rows.Rows[17][1] = float.NaN;
        Assert.Contains("Row 17 holds NaN in feature 1", Assert.Throws<TrainingException>(() => BoostingFit.Fit(rows, TinyFaults.Quick)).Message, StringComparison.Ordinal);
    }

    static string Bytes(BoostingOptions options) =>
        EdgeRuntime.Facts.Digest.Of(new CalibratedClassifier(BoostingFit.Fit(TinyFaults.Labelled(7, 3000, 6), options), new TemperatureCalibration(1)).Write("1.0.0", [])).Hex;

    sealed class Told : IProgress<double>
    {
        public List<double> Shares { get; } = [];

        public void Report(double value) => Shares.Add(value);
    }

    sealed class Example
    {
        public float[] Row { get; set; } = [];
        public bool Event { get; set; }
        public float Weight { get; set; }
    }
}
