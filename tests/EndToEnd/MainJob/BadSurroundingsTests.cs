using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>What goes wrong around a box: its disk, its broker, its files. It says so, and nothing that it acknowledged is lost.</summary>
public sealed class BadSurroundingsTests
{
    const string Asset = "P-101";
    const int BytesOfTmpfs = 12 << 20;

    [Fact]
    public async Task A_full_disk_is_said_and_nothing_is_lost_when_there_is_space_again()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        using Tmpfs? disk = Tmpfs.TryMount(box.Data, $"size={BytesOfTmpfs}");
        Assert.SkipWhen(disk is null, Tmpfs.Absent);
        PumpSite.Lay(box, broker.Port);
        File.WriteAllText(box.Settings, File.ReadAllText(box.Settings).Replace("16777216", "1048576", StringComparison.Ordinal));
        await using GoodPublisher plant = await GoodPublisher.ConnectAsync(broker.Port);
        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        DateTimeOffset start = DateTimeOffset.UtcNow - TimeSpan.FromHours(1);
        int sent = 0;
        await SendAsync(200);
        await RunningBox.WhenAsync("the first messages are stored", () => Flows(box).Count == 200);

        string filler = Path.Combine(box.Data, "filler");
        Fill(filler);
        // More than the segments that are there already can hold.
        await SendAsync(3000);
        await RunningBox.WhenAsync("the screen says that the disk is full", async () => (await RunningBox.StatusAsync(box)).GetProperty("sources").EnumerateArray().Any(s => s.GetProperty("name").GetString() == "disk" && s.GetProperty("sentence").GetString()!.Contains("The disk is full: ", StringComparison.Ordinal)));
        await SendAsync(300);
        await RunningBox.WhenAsync("the step down is a fact", () => Modes(box).Contains("normal > read-only"));
        Assert.False(service.HasExited);
        Assert.True(Flows(box).Count < sent, "The disk was not full.");
        int kept = Flows(box).Count;

        File.Delete(filler);
        await RunningBox.WhenAsync("everything that the broker held is stored", () => Flows(box).Count >= sent);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        Assert.DoesNotContain("opened again", service.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
        Assert.Equal(plant.Ledger, Flows(box).Order());
        Assert.EndsWith(" > normal", Modes(box)[^1], StringComparison.Ordinal);
        Assert.False(service.Errors.Contains("   at ", StringComparison.Ordinal), service.Errors);
        await JudgeProofAsync(box);
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"disk full after {kept} of {sent} messages; after space came back {Flows(box).Count} stored without a restart, 0 lost, 0 doubled; {string.Join(", ", Modes(box))}"));
        Console.WriteLine(service.Errors.Split('\n').First(l => l.Contains("The disk is full", StringComparison.Ordinal)));

        async Task SendAsync(int messages)
        {
            for (int n = 0; n < messages; n++)
                await plant.SendGoodAsync(Asset, start + TimeSpan.FromSeconds(0.1 * sent++));
        }
    }

    [Fact]
    public async Task A_disk_that_is_full_from_the_start_is_said()
    {
        using var box = new BoxFolder(FreePort.Next());
        using Tmpfs? disk = Tmpfs.TryMount(box.Data, "size=4m");
        Assert.SkipWhen(disk is null, Tmpfs.Absent);
        PumpSite.Lay(box, FreePort.Next());
        (int run, string output, string errors) = await RunningBox.VerbAsync("run", box);
        Assert.True(run == 2 && errors.Contains("The disk is full: there is no room for ", StringComparison.Ordinal) && errors.Contains(box.Data, StringComparison.Ordinal), $"run ended with {run} and said: {output}{errors}");
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Console.WriteLine(errors.Trim().Split('\n')[^1]);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_written_is_said()
    {
        using var box = new BoxFolder(FreePort.Next());
        using Tmpfs? disk = Tmpfs.TryMount(box.Data, "ro,size=1m");
        Assert.SkipWhen(disk is null, Tmpfs.Absent);
        PumpSite.Lay(box, FreePort.Next());
        (int check, string found, string checkErrors) = await RunningBox.VerbAsync("check", box);
        Assert.True(check == 2 && found.Contains($"data: {box.Data} cannot be written: Read-only file system", StringComparison.Ordinal), $"check ended with {check} and said: {found}{checkErrors}");
        (int run, string output, string errors) = await RunningBox.VerbAsync("run", box);
        Assert.True(run == 2 && errors.StartsWith($"The data folder {box.Data} cannot be written: Read-only file system", StringComparison.Ordinal), $"run ended with {run} and said: {output}{errors}");
        Console.WriteLine(errors.Trim());
    }

    [Fact]
    public async Task A_box_starts_without_its_broker_and_without_a_file_and_takes_both_when_they_come()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using var broker = new Mosquitto();
        using var box = new BoxFolder(FreePort.Next());
        PumpSite.Lay(box, broker.Port, moreSources: """
              - {name: later, type: csv, path: later.csv, time: {column: at, format: iso8601}, columns: {recipe: P-101.recipe} }
              - {name: rows, type: csv, path: rows.csv, time: {column: at, format: iso8601}, columns: {running: P-101.running, recipe: P-101.recipe} }
              - {name: strange, type: csv, path: strange.csv, time: {column: at, format: iso8601}, columns: {recipe: P-101.recipe} }
            """);
        box.With("rows.csv", "at,running,recipe\n2026-01-01T00:00:01Z,1,A\nrubbish\n2026-01-01T00:00:03Z,maybe,B\nyesterday,1,C\n2026-01-01T00:00:05Z,\"1,D\n2026-01-01T00:00:06Z,0,E\n");
        box.With("strange.csv", "when;recipe\n2026-01-01T00:00:01Z;A\n");
        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "down");
        (string _, string brokerSentence) = await RunningBox.SourceAsync(box, "plant");
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"The MQTT broker 127.0.0.1:{broker.Port} refused the connection: nothing listens there; check that it runs and the port."), brokerSentence);
        await RunningBox.WhenSourceIsAsync(box, "later", "down");
        Assert.Contains($"There is no file {Path.Combine(box.Site, "later.csv")}; check 'path' in sources.yaml.", (await RunningBox.SourceAsync(box, "later")).Sentence, StringComparison.Ordinal);
        await RunningBox.WhenSourceIsAsync(box, "rows", "finished");
        await RunningBox.WhenSourceIsAsync(box, "strange", "finished");

        await SecondProcessIsRefusedAsync(box);

        await broker.StartAsync();
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        await using GoodPublisher plant = await GoodPublisher.ConnectAsync(broker.Port);
        plant.Begin(Asset);
        box.With("later.csv", "at,recipe\n2026-01-01T00:00:01Z,Z\n");
        await RunningBox.WhenSourceIsAsync(box, "later", "finished");
        await RunningBox.WhenAsync("decisions are made", () => RunningBox.DecisionsIn(box) > 3);
        await plant.StopAsync();
        await RunningBox.WhenAsync("all messages are stored", () => Flows(box).Count >= plant.Ledger.Count);
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));

        List<StoredBatch> journal = RunningBox.Journal(box);
        Assert.Equal(plant.Ledger, Flows(box).Order());
        Assert.Equal(["A", "B", "E", "Z"], journal.SelectMany(b => b.Batch.Samples).Where(s => s.Tag == "P-101.recipe").Select(s => s.Value.String).Order());
        Refusal[] refusals = [.. journal.SelectMany(b => b.Batch.Facts.OfType<Refusal>())];
        Assert.Equal(
            [("rows.csv:3", "bad-row", 2), ("rows.csv:4", "wrong-type", 1), ("rows.csv:5", "time-unreadable", 2), ("rows.csv:6", "bad-row", 2), ("strange.csv", "file-unreadable", 1)],
            refusals.Select(r => (Path.GetFileName(r.Subject), r.Rule, r.Values)).Order());
        foreach (Refusal refusal in refusals)
            Console.WriteLine(refusal.Sentence);
        Figures.Say(string.Create(CultureInfo.InvariantCulture, $"started without broker and without a file: {plant.Ledger.Count} messages, 4 rows stored, {refusals.Sum(r => r.Values)} values refused in {refusals.Length} sentences"));
    }

    static async Task SecondProcessIsRefusedAsync(BoxFolder box)
    {
        string settings = Path.Combine(box.Folder, "second.json");
        File.WriteAllText(settings, File.ReadAllText(box.Settings).Replace($"\"port\": {box.HttpPort}", $"\"port\": {FreePort.Next()}", StringComparison.Ordinal));
        (int run, string output, string errors) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", "run", "--settings", settings);
        Assert.True(run == 2 && errors.Contains($"{Path.Combine(box.Data, "journal")} is already open in process ", StringComparison.Ordinal) && errors.Contains("stop that process, or use another data folder", StringComparison.Ordinal), $"run ended with {run} and said: {output}{errors}");
        Console.WriteLine(errors.Trim().Split('\n')[^1]);
    }

    static async Task JudgeProofAsync(BoxFolder box)
    {
        (int verified, string proof, string verifyErrors) = await RunningBox.VerbAsync("verify", box);
        Assert.True(verified == 0, proof + verifyErrors);
        (int replayed, string report, string replayErrors) = await RunningBox.VerbAsync("replay", box, "--all");
        Assert.True(replayed == 0, report + replayErrors);
    }

    static List<double> Flows(BoxFolder box) =>
        [.. RunningBox.Journal(box).SelectMany(b => b.Batch.Samples).Where(s => s.Tag == $"{Asset}.flow").Select(s => s.Value.Double)];

    static List<string> Modes(BoxFolder box) =>
        [.. RunningBox.Journal(box).SelectMany(b => b.Batch.Facts).OfType<ModeChange>().Where(m => m.Subject == "journal").Select(m => $"{m.From} > {m.To}")];

    /// <summary>Takes every byte that is left, and the page that a small file would still find.</summary>
    static void Fill(string path)
    {
        var chunk = new byte[64 << 10];
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int size = chunk.Length; size >= 1;)
        {
            try
            {
                file.Write(chunk, 0, size);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }
}
