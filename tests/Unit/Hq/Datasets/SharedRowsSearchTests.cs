using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class SharedRowsSearchTests
{
    [Fact]
    public void An_overlap_is_found_with_its_contradictions_whatever_the_times_say()
    {
        SignalRow[] first = [.. Noise(1, 100).Select((v, i) => Row(i, v, i >= 80 ? "1" : "0"))];
        SignalRow[] second = [.. Noise(1, 100)[70..].Concat(Noise(2, 50)).Select((v, i) => Row(i + 5000, v, "0"))];
        SharedRows shared = Assert.Single(SharedRowsSearch.Find([first, second], ["a", "b"], new LabelMapping()));
        Assert.Equal(new SharedRows("a", "b", 30, 20), shared);
    }

    [Fact]
    public void Machines_that_stand_still_share_nothing_and_a_few_equal_rows_are_chance()
    {
        SignalRow[] still = [.. Enumerable.Range(0, 50).Select(i => Row(i, [0, 0], "0"))];
        SignalRow[] other = [.. Noise(1, 30).Concat(Noise(3, SharedRowsSearch.RunRows - 1)).Concat(Enumerable.Repeat(new double[] { 0, 0 }, 30)).Select((v, i) => Row(i, v, "0"))];
        SignalRow[] third = [.. Noise(4, 30).Concat(Noise(3, SharedRowsSearch.RunRows - 1)).Concat(Noise(5, 20)).Select((v, i) => Row(i, v, "0"))];
        Assert.Empty(SharedRowsSearch.Find([still, other, third], ["a", "b", "c"], new LabelMapping()));
    }

    /// <summary>10,000 rounds in each of three recordings: every place with every place would be 300 million pairs.</summary>
    [Fact]
    public void Machines_that_go_round_and_round_share_every_row_and_take_no_square_of_it()
    {
        double[][] round = Noise(6, 8);
        SignalRow[] Turning(string label) => [.. Enumerable.Range(0, 80_000).Select(i => Row(i, round[i % 8], label))];
        Assert.Equal(
            [new SharedRows("a", "b", 80_000, 0), new SharedRows("a", "c", 80_000, 80_000), new SharedRows("b", "c", 80_000, 80_000)],
            SharedRowsSearch.Find([Turning("0"), Turning("0"), Turning("1")], ["a", "b", "c"], new LabelMapping()));
    }

    [Fact]
    public void Recordings_that_share_rows_through_others_are_one_group() =>
        Assert.Equal([0, 1, 0, 2, 0], SharedRowsSearch.Groups(["a", "b", "c", "d", "e"], [new SharedRows("c", "e", 9, 0), new SharedRows("a", "e", 9, 0)]));

    [Fact]
    public void The_overlaps_of_SKAB_are_found_as_they_are_known()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        string[] signals = ["Accelerometer1RMS", "Accelerometer2RMS", "Current", "Pressure", "Temperature", "Thermocouple", "Voltage", "Volume Flow RateRMS"];
        var mapping = new CsvMapping("**/*.csv", ';', "datetime", "yyyy-MM-dd HH:mm:ss", null, [.. signals.Select(s => new CsvColumn(s, s, ""))]) { LabelColumn = "anomaly" };
        SignalTable table = CsvFiles.Read(Path.Combine(TestData.Folder, "skab"), mapping);
        var rows = new List<IReadOnlyList<SignalRow>>();
        int next = 0;
        foreach (SignalFile file in table.Files)
        {
            rows.Add([.. table.Rows.Skip(next).Take(file.Rows)]);
            next += file.Rows;
        }

        IReadOnlyList<SharedRows> shared = SharedRowsSearch.Find(rows, [.. table.Files.Select(f => f.Name)], new LabelMapping { WithoutColumn = Truth.Unknown });

        // shared/data/README.md counts the same.
        Assert.Equal(
            [
                new("anomaly-free/anomaly-free.csv", "other/5.csv", 572, 0),
                new("other/12.csv", "other/13.csv", 349, 178),
                new("other/2.csv", "other/3.csv", 120, 0),
                new SharedRows("other/3.csv", "other/4.csv", 228, 57),
            ],
            shared);
    }

    static SignalRow Row(int second, double[] values, string label) => new(new EventTime(second * 1_000_000_000L), values) { Label = label };

    static double[][] Noise(int seed, int rows)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => new[] { random.NextDouble(), random.NextDouble() })];
    }
}
