using System.Text.Json;
using System.Text;
using EdgeRuntime.FirmwareSim.CsvReplay;
using EdgeRuntime.FirmwareSim.Wire;
using EdgeRuntime.FirmwareSim;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.CsvReplay;

public sealed class ReplayRunTests
{
    public static TheoryData<string, string> SharedFiles
    {
        get
        {
            var files = new TheoryData<string, string>();
            foreach (string format in (string[])["skab", "3w", "nab"])
            {
                string? folder = TestData.Folder is null ? null : Path.Combine(TestData.Folder, format);
                foreach (string file in folder is null ? (IEnumerable<string>)[""] : Directory.EnumerateFiles(folder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                    files.Add(format, file.Length == 0 ? "" : Path.GetRelativePath(TestData.Folder!, file));
            }

            return files;
        }
    }

    [Theory]
    [MemberData(nameof(SharedFiles))]
    public async Task Every_row_of_a_real_file_leaves_with_its_time_and_its_very_digits(string format, string file)
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        string path = Path.Combine(TestData.Folder!, file);
        var wire = new ListedWire();
        ReplayRun run = await RunAsync(wire, path, format);

        // Read again in the plainest way there is, sharing no line of code with the replay.
        char delimiter = format == "skab" ? ';' : ',';
        string[] lines = File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] header = lines[0].Split(delimiter);
        List<string> sent = [.. wire.Messages.Where(m => m.Topic == "plant/x/telemetry").Select(m => Encoding.UTF8.GetString(m.Payload.Span))];
        Assert.Equal(lines.Length - 1, sent.Count);
        long values = 0;
        for (int i = 1; i < lines.Length; i++)
        {
            string[] cells = lines[i].Split(delimiter);
            string time = cells[0].Replace(' ', 'T');
            time = time.Contains('.', StringComparison.Ordinal) ? time.TrimEnd('0').TrimEnd('.') : time;
            var expected = new StringBuilder("{\"t\":\"" + time + "Z\"");
            for (int c = 1; c < cells.Length; c++)
            {
                if (header[c] is "anomaly" or "changepoint" or "class" || cells[c].Length == 0)
                    continue;
                expected.Append(",\"" + header[c] + "\":" + cells[c]);
                values++;
            }

            Assert.Equal(expected.Append('}').ToString(), sent[i - 1]);
        }

        Assert.Equal((lines.Length - 1, values, 0L), (run.Rows, run.Values, run.RowsRefused));
    }

    [Theory]
    [InlineData("skab/valve1/0.csv", "skab")]
    [InlineData("3w/2/WELL-00011_20140515110134.csv", "3w")]
    public async Task Labels_travel_on_the_truth_topic_whenever_they_change(string file, string format)
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        string path = Path.Combine(TestData.Folder!, file);
        var wire = new ListedWire();
        await RunAsync(wire, path, format);

        string[] labels = format == "skab" ? ["anomaly", "changepoint"] : ["class"];
        string[] lines = File.ReadAllText(path).Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var rows = lines.Skip(1).Select(l => l.Split(format == "skab" ? ';' : ',')[^labels.Length..]).ToList();
        int changes = 1 + rows.Zip(rows.Skip(1)).Count(p => !p.First.SequenceEqual(p.Second));
        List<WireMessage> truth = [.. wire.Messages.Where(m => m.Topic == "plant/x/truth")];
        Assert.Equal(changes, truth.Count);
        Assert.All(truth, m => Assert.True(m.Retain));
        foreach (WireMessage message in truth)
        {
            using JsonDocument json = JsonDocument.Parse(message.Payload);
            Assert.Equal(["t", .. labels], json.RootElement.EnumerateObject().Select(p => p.Name));
        }
    }

    [Fact]
    public async Task By_tag_sends_one_message_for_each_value_and_none_for_an_empty_cell()
    {
        var wire = new ListedWire();
        ReplayRun run = await RunAsync(wire, Write("timestamp,a b,c\n2026-01-01 00:00:00,1.50,\n2026-01-01 00:00:01,,\n2026-01-01 00:00:02,2,3\n"), "nab", byTag: true);
        Assert.Equal(
            [
                """plant/x/a b {"t":"2026-01-01T00:00:00Z","v":1.50}""",
                """plant/x/a b {"t":"2026-01-01T00:00:02Z","v":2}""",
                """plant/x/c {"t":"2026-01-01T00:00:02Z","v":3}""",
            ],
            wire.Messages.Select(m => m.Topic + " " + Encoding.UTF8.GetString(m.Payload.Span)));
        Assert.Equal((3L, 3L, 3L), (run.Rows, run.Messages, run.Values));
    }

    [Fact]
    public async Task A_row_without_any_value_is_still_sent()
    {
        var wire = new ListedWire();
        await RunAsync(wire, Write("timestamp,a\n2026-01-01 00:00:00,\n"), "nab");
        Assert.Equal("""{"t":"2026-01-01T00:00:00Z"}""", Encoding.UTF8.GetString(Assert.Single(wire.Messages).Payload.Span));
    }

    [Fact]
    public async Task Duplicates_are_a_seeded_share_late_flagged_and_equal_to_their_first()
    {
        string path = Write("timestamp,a\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => FormattableString.Invariant($"2026-01-01 {i / 3600:00}:{i / 60 % 60:00}:{i % 60:00},{i}\n"))));
        var wire = new ListedWire();
        ReplayRun run = await RunAsync(wire, path, "nab", duplicate: 0.1);
        List<string> first = [.. wire.Messages.Where(m => !m.Dup).Select(m => Encoding.UTF8.GetString(m.Payload.Span))];
        List<string> again = [.. wire.Messages.Where(m => m.Dup).Select(m => Encoding.UTF8.GetString(m.Payload.Span))];
        Assert.Equal(2000, first.Count);
        Assert.Equal(2000, first.Distinct().Count());
        Assert.Equal(run.Duplicates, again.Count);
        Assert.InRange(again.Count, 150, 250);
        Assert.Subset(first.ToHashSet(), again.ToHashSet());
        var same = new ListedWire();
        await RunAsync(same, path, "nab", duplicate: 0.1);
        Assert.Equal(wire.Messages.Select(m => m.Dup), same.Messages.Select(m => m.Dup));
    }

    static async Task<ReplayRun> RunAsync(ListedWire wire, string path, string format, bool byTag = false, double duplicate = 0)
    {
        var options = new ReplayOptions
        {
            Files = [path], Dialect = CsvDialect.Known[format], Zone = FileZone.Parse(FileZone.NaiveAsUtc), Asset = "x", ByTag = byTag, Duplicate = duplicate,
            Topics = new PlantTopics(byTag ? PlantTopics.ByTagUnlessTold : PlantTopics.TelemetryUnlessTold),
        };
        var run = new ReplayRun(options, new PlantPace(TimeProvider.System, double.PositiveInfinity), wire, _ => { });
        await run.RunAsync(CancellationToken.None);
        return run;
    }

    static string Write(string text)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("csv").FullName, "file.csv");
        File.WriteAllText(path, text);
        return path;
    }

    sealed class ListedWire : IPlantWire
    {
        public List<WireMessage> Messages { get; } = [];

        public ValueTask PublishAsync(WireMessage message, CancellationToken stop)
        {
            Messages.Add(message);
            return ValueTask.CompletedTask;
        }
    }
}
