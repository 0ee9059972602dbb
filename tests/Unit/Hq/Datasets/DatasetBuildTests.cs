using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Hq.Training;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Datasets;

public sealed class DatasetBuildTests : IDisposable
{
    static readonly CsvMapping Mapping = new("*.*", ',', "t", "yyyy-MM-dd HH:mm:ss", TimeSpan.Zero, [new("F", "flow", "l/min")]);

    readonly string _folder = Directory.CreateTempSubdirectory("dataset").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_clock_that_stood_wrong_for_a_while_does_not_freeze_the_labels_of_what_follows()
    {
        // Ten rows of a device an hour ahead, which say of an hour later what nobody can say yet, and the labels of the half hour that follows.
        Write("a.csv", Rows(0, 1800, i => i is >= 100 and < 110 ? 3600 : 0, i => i is (>= 100 and < 110) or (>= 600 and < 700) ? "1" : "0"), "t,came,F,what");
        Dataset data = DatasetBuild.Of(_folder, new DataSource { Csv = Mapping with { Files = "a.csv", ReceivedColumn = "came", LabelColumn = "what" }, Labels = new LabelMapping() }, Engine());
        Recording recording = data.Recordings.Single();
        Assert.Equal([new LabelledEvent("event", At(600), At(700))], recording.Events);
        Assert.Equal(recording.Times.Select(t => t >= At(600) && t < At(700) ? Truth.Event : Truth.Normal), recording.Truths);
        Assert.True(recording.Rows.Count > 1700, $"{recording.Rows.Count} vectors");
    }

    [Fact]
    public void An_interval_behind_the_last_vector_is_an_event_that_nobody_saw_and_one_behind_the_file_is_told()
    {
        // The sensor falls silent before the fault: rows go on without a value.
        Write("a.csv", Rows(0, 100, _ => 0, _ => "0") + string.Concat(Enumerable.Range(100, 100).Select(i => $"{Text(i)},{Text(i)},,0\n")), "t,came,F,what");
        Write("truth.csv", $"leak,{Text(150)},{Text(160)}\nleak,{Text(300)},{Text(310)}\n", "fault,from,to");
        Dataset data = DatasetBuild.Of(_folder, new DataSource { Csv = Mapping with { Files = "a.csv" }, Labels = new LabelMapping { IntervalFile = "truth.csv" } }, Engine());
        Assert.Equal(At(150), Assert.Single(data.Recordings.Single().Events).From);
        Assert.True(Assert.Single(EventOutcome.Of(data.Recordings[0], new bool[data.Recordings[0].Rows.Count])).Unseen);
        Assert.Contains("1 of 2 intervals in truth.csv reach into no recording", Assert.Single(data.Remarks), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_files_that_would_be_one_recording_are_refused()
    {
        foreach (string name in new[] { "pump.csv", "pump.txt" })
            Write(name, Rows(0, 20, _ => 0, _ => "0"), "t,came,F,what");
        Assert.Equal(
            "data.csv: pump.csv and pump.txt would both be the recording 'pump'; narrow the pattern, such as *.csv, or rename one.",
            Assert.Throws<TrainingException>(() => DatasetBuild.Of(_folder, new DataSource { Csv = Mapping }, Engine())).Message);
    }

    internal static PipelineEngine Engine(string op = "mean, of: flow, window: PT3S")
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("pipeline").FullName, "pipeline.yaml");
        File.WriteAllText(path, $$"""
            kind: FeaturePipeline
            id: rig
            version: 1.0.0
            vector: {at: each-event-time}
            lateness: PT1S
            inputs:
              - {signal: flow, unit: l/min}
            features:
              - {name: flow.mean, op: {{op}}}
            """);
        try
        {
            return PipelineEngine.Load(path);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    /// <summary>One a second: time, receipt, value and label.</summary>
    static string Rows(int first, int count, Func<int, int> ahead, Func<int, string> label)
    {
        var rows = new StringBuilder();
        for (int i = first; i < first + count; i++)
            rows.Append(CultureInfo.InvariantCulture, $"{Text(i + ahead(i))},{Text(i)},{10 + (i % 7)},{label(i)}\n");
        return rows.ToString();
    }

    static string Text(int second) => DateTime.UnixEpoch.AddYears(56).AddSeconds(second).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    static EventTime At(int second) => new((DateTime.UnixEpoch.AddYears(56).AddSeconds(second) - DateTime.UnixEpoch).Ticks * 100);

    void Write(string name, string rows, string header) => File.WriteAllText(Path.Combine(_folder, name), $"{header}\n{rows}");
}
