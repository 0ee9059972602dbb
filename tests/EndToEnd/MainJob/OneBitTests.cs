using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>One bit is changed in a copy of a data folder: verify or replay names a decision that rests on it, and the stage.</summary>
public sealed class OneBitTests
{
    const string Asset = "P-101";
    const int DecisionsWanted = 20;

    [Fact]
    public async Task One_changed_bit_is_found_and_the_decision_and_the_stage_are_named()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, broker.Port);
        await RecordAsync(box, broker.Port);
        List<StoredBatch> journal = RunningBox.Journal(box);
        Decision[] decisions = [.. journal.SelectMany(b => b.Batch.Facts.OfType<Decision>())];
        Activation activation = journal.SelectMany(b => b.Batch.Facts.OfType<Activation>()).Single();
        StoredBatch sample = MiddleSample(journal, decisions);
        StoredBatch record = journal.First(b => b.Batch.Facts.Contains(decisions[decisions.Length / 2]));
        string release = Path.Combine("releases", activation.Serving.Hex);

        await UntouchedIsWholeAsync(box, decisions.Length);
        (string What, string Stage, Action<string> Change)[] changes =
        [
            ("a stored sample", "journal", data => FlipInJournal(data, Encoded(sample), bytesBehind: 2)),
            ("a stored decision", "journal", data => FlipInJournal(data, Encoding.UTF8.GetBytes(record.Batch.Facts.OfType<Decision>().First().PredictionId))),
            ("a weight", "model", data => Flip(Path.Combine(data, release, "model.onnx"), WeightIn)),
            ("serving.yaml", "serving", data => Flip(Path.Combine(data, release, "serving.yaml"), bytes => IndexOf(bytes, "hysteresis: 0.2") + 14)),
            ("a rule", "rules", data => Flip(Path.Combine(data, "documents", activation.Rules.Hex), bytes => IndexOf(bytes, "above: 11") + 8)),
            ("a pipeline parameter", "features", data => Flip(Path.Combine(data, "pipelines", activation.Pipeline.Hex + ".yaml"), bytes => IndexOf(bytes, "flow, window: PT3S") + 16)),
        ];
        string[] ids = [.. decisions.Select(d => d.PredictionId)];
        foreach ((string what, string stage, Action<string> change) in changes)
            await FindAsync(box, what, stage, change, ids);
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"one bit changed in {changes.Length} places of {decisions.Length} decisions' past: each found, decision and stage named"));
    }

    static async Task RecordAsync(BoxFolder box, int brokerPort)
    {
        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        await using GoodPublisher plant = await GoodPublisher.ConnectAsync(brokerPort);
        // Told in the past, so that a minute of plant takes no minute of test.
        DateTimeOffset start = DateTimeOffset.UtcNow - TimeSpan.FromMinutes(2);
        for (int n = 0; n < 400; n++)
            await plant.SendGoodAsync(Asset, start + TimeSpan.FromSeconds(n * 0.1));
        await RunningBox.WhenAsync("there are decisions", () => RunningBox.DecisionsIn(box) >= DecisionsWanted);
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
    }

    static async Task UntouchedIsWholeAsync(BoxFolder box, int decisions)
    {
        using var copy = new FolderCopy(box.Data);
        (int verified, string said, string verifyErrors) = await VerbAsync("verify", copy.Folder);
        Assert.True(verified == 0, said + verifyErrors);
        (int replayed, string report, string replayErrors) = await VerbAsync("replay", copy.Folder, "--all");
        Assert.True(replayed == 0, report + replayErrors);
        JsonElement replay = JsonDocument.Parse(report).RootElement;
        Assert.Equal(0, replay.GetProperty("different").GetInt64());
        Assert.Equal(decisions, replay.GetProperty("checked").GetInt64());
    }

    static async Task FindAsync(BoxFolder box, string what, string stage, Action<string> change, string[] ids)
    {
        using var copy = new FolderCopy(box.Data);
        change(copy.Folder);
        (int verified, string proof, string verifyErrors) = await VerbAsync("verify", copy.Folder);
        (int replayed, string report, string replayErrors) = await VerbAsync("replay", copy.Folder, "--all");
        Assert.True(verified == 1, $"{what}: verify ended with {verified}. {proof}{verifyErrors}");
        Assert.True(replayed == 1, $"{what}: replay ended with {replayed}. {report}{replayErrors}");
        Assert.True(ids.Any(id => proof.Contains(id, StringComparison.Ordinal)), $"{what}: verify names no decision. {proof}");
        Assert.True(proof.Contains(stage == "journal" ? "firstDamage" : $"Stage {stage}:", StringComparison.Ordinal), $"{what}: verify names no stage {stage}. {proof}");
        JsonElement replay = JsonDocument.Parse(report).RootElement;
        Assert.True(replay.GetProperty("different").GetInt64() > 0, $"{what}: {report}");
        JsonElement first = replay.GetProperty("differences")[0];
        Assert.True(ids.Contains(first.GetProperty("predictionId").GetString()), $"{what}: replay names a decision that was never made. {report}");
        Assert.True(first.GetProperty("stage").GetString() == stage, $"{what}: expected stage {stage}. {report}");
        Console.WriteLine($"{what}: stage {stage}, decision {first.GetProperty("predictionId").GetString()}: {first.GetProperty("sentence").GetString()}");
    }

    static Task<(int Exit, string Output, string Errors)> VerbAsync(string verb, string data, params string[] more) =>
        ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", [verb, "--data", data, "--json", .. more]);

    /// <summary>A telemetry frame with decisions before and behind it.</summary>
    static StoredBatch MiddleSample(List<StoredBatch> journal, Decision[] decisions)
    {
        long after = decisions[decisions.Length / 2].Cause.Frame;
        return journal.First(b => b.Frame > after && b.Batch.Samples.Count > 0);
    }

    /// <summary>The whole batch as it is stored: its last byte counts the facts, those before are the last value.</summary>
    static byte[] Encoded(StoredBatch stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <param name="bytesBehind">0: the first byte of what is looked for; else that many from its end.</param>
    static void FlipInJournal(string data, byte[] wanted, int bytesBehind = 0)
    {
        foreach (string segment in Directory.EnumerateFiles(Path.Combine(data, "journal"), "*.log").Order(StringComparer.Ordinal))
        {
            int at = File.ReadAllBytes(segment).AsSpan().IndexOf(wanted);
            if (at < 0)
                continue;
            Flip(segment, _ => bytesBehind == 0 ? at : at + wanted.Length - bytesBehind);
            return;
        }

        throw new InvalidOperationException("The journal does not hold the bytes that were to be changed.");
    }

    /// <summary>A byte of the 15 x 15 doubles that turn a vector into principal components: field 9 of the tensor, 1,800 bytes as they are.</summary>
    static int WeightIn(byte[] model)
    {
        ReadOnlySpan<byte> tensor = [0x4A, 0x88, 0x0E];
        int at = model.AsSpan().IndexOf(tensor);
        return at >= 0 ? at + tensor.Length + 900 : throw new InvalidOperationException("The model holds no tensor of 1,800 bytes.");
    }

    static int IndexOf(byte[] bytes, string text)
    {
        int at = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        return at >= 0 ? at : throw new InvalidOperationException($"The file does not hold '{text}'.");
    }

    static void Flip(string path, Func<byte[], int> where)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[where(bytes)] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
