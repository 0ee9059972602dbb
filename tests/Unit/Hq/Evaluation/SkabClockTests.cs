using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Evaluation;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

/// <summary>In SKAB most faults begin at the same row of the file. A guard that does not see this there sees it nowhere.</summary>
public sealed class SkabClockTests(ITestOutputHelper output)
{
    [Fact]
    public void The_guard_finds_that_the_position_tells_the_label_and_doubts_a_clock()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        ScoredRecording[] clock = [.. Labels(TestData.Folder).Select((r, i) => TinyFleet.Of(r, GroupOf(r.Name, i) % 5, row => row is >= 572 and <= 972))];
        EvaluationReport report = EvaluationReport.Of(new EvaluationInput("clock 1", Digest.Of("skab"u8), clock) { Groups = [.. clock.Select((s, i) => GroupOf(s.Recording.Name, i))] });
        output.WriteLine($"clock: {report.Alarms}");
        output.WriteLine($"control: {report.LeakGuard.Control}");
        output.WriteLine($"NAB {report.Nab}");
        Assert.False(report.LeakGuard.Difference.IsClearlyAbove, report.LeakGuard.Difference.ToString());
        (Estimate f1, _, _, _) = report.LeakGuard.Control;
        Assert.True(f1.Value > 0.8, report.LeakGuard.Control.ToString());
        Assert.Equal(Standing.Doubtful, EvaluationVerdict.Of(report).Standing);
    }

    /// <summary>Files that share rows are one group.</summary>
    static int GroupOf(string name, int own) => name switch { "other/2" or "other/3" or "other/4" => 100, "other/12" or "other/13" => 101, _ => own };

    static IEnumerable<Recording> Labels(string folder) =>
        from part in (string[])["other", "valve1", "valve2"]
        from path in Directory.GetFiles(Path.Combine(folder, "skab", part), "*.csv").Order(StringComparer.Ordinal)
        select Read(path, part);

    static Recording Read(string path, string part)
    {
        string[] lines = File.ReadAllLines(path);
        int label = Array.IndexOf(lines[0].Split(';'), "anomaly");
        string[][] cells = [.. lines.Skip(1).Select(l => l.Split(';'))];
        EventTime[] times = [.. cells.Select(c => new EventTime((DateTime.ParseExact(c[0], "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture).Ticks - DateTime.UnixEpoch.Ticks) * 100))];
        Truth[] truths = [.. cells.Select(c => c[label] == "1.0" ? Truth.Event : Truth.Normal)];
        int first = Array.IndexOf(truths, Truth.Event), last = Array.LastIndexOf(truths, Truth.Event);
        return new Recording($"{part}/{Path.GetFileNameWithoutExtension(path)}", "rig", "", times, [.. cells.Select(_ => new[] { 0f })], truths, [new LabelledEvent(part, times[first], new EventTime(times[last].UnixNanoseconds + 1))], 0);
    }
}
