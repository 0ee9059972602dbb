using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>
/// Real recordings through the whole product (firmware-sim, mosquitto, the service) against plain code that parses the CSV, computes the features and asks the
/// same ONNX file: every score is the same to the last bit, redeliveries or not.
/// </summary>
public sealed class ConformanceTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    [Fact]
    public async Task Every_SKAB_file_gives_the_same_scores_as_plain_code_and_reaches_F1_of_0_73()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        string skab = Path.Combine(TestData.Folder, "skab");
        Recording[] recordings = [.. Directory.GetFiles(skab, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(Recording.OfSkab)];

        IReadOnlyDictionary<string, List<Decision>> decisions = await RunAsync(recordings, "skab");

        var pooled = new PooledScore();
        foreach (Recording recording in recordings.Where(r => r.HasLabels))
            pooled.Add(recording, decisions[recording.Asset]);
        Figures.Say(pooled.ToString());
        Assert.True(pooled.F1 >= 0.73, pooled.ToString());
    }

    [Fact]
    public async Task Two_wells_of_class_2_give_the_same_scores_as_plain_code()
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        string wells = Path.Combine(TestData.Folder, "3w", "2");
        Recording[] recordings = [.. new[] { "WELL-00011_20140720120102.csv", "WELL-00003_20180206182917.csv" }.Select(f => Recording.OfWell(Path.Combine(wells, f)))];

        await RunAsync(recordings, "3w");
    }

    static async Task<IReadOnlyDictionary<string, List<Decision>>> RunAsync(Recording[] recordings, string format)
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        RecordingSite.Lay(box, broker.Port, recordings);
        foreach (Recording recording in recordings)
            await RecordingSite.TrainAsync(box, recording);
        using ProductProcess service = ProductProcess.Start("edgeruntime", "run", "--settings", box.Settings);
        await box.WhenHealthyAsync(service, Patience);
        foreach (Recording recording in recordings)
            await ReplayAsync(recording, format, broker.Port);
        await WhenDecidedAsync(box, recordings.Sum(r => r.Rows.Count), service);
        Assert.Equal(0, await service.StopAsync(Patience));

        Dictionary<string, List<Decision>> decisions = JournalReader.Open(Path.Combine(box.Data, "journal"), new RealDisk()).Read()
            .SelectMany(b => b.Batch.Facts.OfType<Decision>())
            .GroupBy(d => d.Asset)
            .ToDictionary(g => g.Key, g => g.ToList());
        long compared = 0;
        foreach (Recording recording in recordings)
            compared += Compare(box, recording, decisions[recording.Asset]);
        (int replayed, string report, string errors) = await ProductProcess.RunAsync(Patience, "edgeruntime", "replay", "--all", "--data", box.Data, "--json");
        Assert.True(replayed == 0, report + errors);
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"{format}: {recordings.Length} files, {recordings.Sum(r => r.Rows.Count)} rows, {compared} scores compared, 0 differ; {JsonDocument.Parse(report).RootElement.GetProperty("identical").GetInt64()} decisions replayed to the same bits"));
        return decisions;
    }

    static async Task ReplayAsync(Recording recording, string format, int port)
    {
        // A tenth of the messages comes twice, some with DUP: nothing may change.
        (int exit, string output, string errors) = await ProductProcess.RunAsync(Patience, "firmware-sim", "replay",
            "--file", recording.Path, "--format", format, "--broker", FormattableString.Invariant($"127.0.0.1:{port}"), "--asset", recording.Asset, "--speed", "1000", "--duplicate", "0.1");
        Assert.True(exit == 0, output + errors);
    }

    static async Task WhenDecidedAsync(BoxFolder box, int decisions, ProductProcess service)
    {
        using var limit = new CancellationTokenSource(Patience);
        JournalReader reader = JournalReader.Open(Path.Combine(box.Data, "journal"), new RealDisk());
        long next = 1, seen = 0;
        while (seen < decisions && !limit.IsCancellationRequested)
        {
            Assert.False(service.HasExited, service.Errors);
            await Task.Delay(250, CancellationToken.None);
            foreach (StoredBatch batch in reader.Read(next))
            {
                seen += batch.Batch.Facts.Count(f => f is Decision);
                next = batch.Frame + 1;
            }
        }

        Assert.True(seen == decisions, $"{seen} decisions came; {decisions} rows were sent. {service.Errors}");
    }

    static long Compare(BoxFolder box, Recording recording, List<Decision> decisions)
    {
        Dictionary<long, Decision> byTime = decisions.ToDictionary(d => d.At.UnixNanoseconds);
        Assert.Equal(recording.Rows.Count, byTime.Count);
        long compared = 0;
        foreach ((long at, float? expected) in recording.PlainScores(RecordingSite.ModelOf(box, recording)))
        {
            Decision decision = byTime[at];
            if (expected is not { } score)
            {
                Assert.NotEqual(Rung.Primary, decision.Rung);
                continue;
            }

            Assert.True(
                decision.Rung == Rung.Primary && BitConverter.SingleToInt32Bits((float)decision.Score) == BitConverter.SingleToInt32Bits(score) && decision.Score == score,
                $"{recording.Asset} at {decision.At}: the box says {decision.Score:R} from rung {decision.Rung}, plain code {score:R}.");
            compared++;
        }

        return compared;
    }
}
