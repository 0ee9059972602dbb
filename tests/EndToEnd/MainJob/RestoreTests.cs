using System.Globalization;
using System.Text.Json;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.EndToEnd.MainJob;

/// <summary>A backup takes the place of what a running box has, while a plant speaks, with a ledger that the publisher keeps.</summary>
public sealed class RestoreTests
{
    const string Asset = "P-101";
    const int AtOnce = 10;

    /// <summary>More than the broker sends before it waits for an acknowledgement.</summary>
    const int OnTheirWayMax = 200;

    const string Why = "the site was set up wrongly";

    [Fact]
    public async Task A_running_box_goes_on_from_a_backup_without_going_down_and_every_message_is_in_one_journal_or_the_other()
    {
        Assert.SkipWhen(Mosquitto.Program is null, Mosquitto.Absent);
        await using Mosquitto broker = await Mosquitto.StartNewAsync();
        using var box = new BoxFolder(FreePort.Next());
        string backup = Path.Combine(box.Folder, "backup");
        PumpSite.Lay(box, broker.Port);
        using ProductProcess service = await RunningBox.StartAsync(box);
        await RunningBox.WhenSourceIsAsync(box, "plant", "connected");
        await using GoodPublisher publisher = await GoodPublisher.ConnectAsync(broker.Port);
        using var over = new CancellationTokenSource();
        Task publishing = PublishAsync(publisher, over.Token);
        await RunningBox.WhenAsync("something was decided", () => RunningBox.DecisionsIn(box) > 2);
        await SaidAsync("backup", box, 0, backup);
        await RunningBox.WhenAsync("the box has gone on", () => RunningBox.DecisionsIn(box) > 6);

        Assert.Contains("With --replace the box takes the backup's place", await SaidAsync("restore", box, 2, backup), StringComparison.Ordinal);
        Assert.Contains("--why must say", await SaidAsync("restore", box, 2, backup, "--replace"), StringComparison.Ordinal);
        JsonElement made = JsonDocument.Parse(await SaidAsync("restore", box, 0, backup, "--replace", "--why", Why, "--json")).RootElement;

        await RunningBox.WhenAsync("the box answers again", async () => (await RunningBox.StatusAsync(box)).GetProperty("sources")[0].GetProperty("state").GetString() == "connected");
        long restored = made.GetProperty("lastFrame").GetInt64();
        await RunningBox.WhenAsync("the restored box has decided", () => RunningBox.Journal(box).Where(b => b.Frame > restored).Sum(b => b.Batch.Facts.Count(f => f is Decision)) > 2);
        await over.CancelAsync();
        await publishing;
        string aside = made.GetProperty("setAside").GetString()!;
        await RunningBox.WhenAsync("every message is in a journal", () => publisher.Ledger.Except(Flows(box.Data)).Except(Flows(aside)).ToArray() is []);
        Assert.Contains(aside, await PageAsync(box), StringComparison.Ordinal);
        Assert.False(service.HasExited);
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));

        TimeSpan away = Compare(box.Data, aside, restored, made);
        int twice = CompareMessages(box.Data, aside, restored, publisher.Ledger);
        await ProvenAsync(box.Data);
        await ProvenAsync(aside);
        Figures.Say(string.Create(CultureInfo.InvariantCulture,
            $"restore into a running box: {publisher.Ledger.Count} messages, {Flows(aside).Count} in the journal set aside, {Flows(box.Data).Count} in the restored one, {twice} that came later in both, lost 0; {away.TotalSeconds:0.0} s between the sessions, and the process stayed"));
    }

    [Fact]
    public async Task A_box_that_stands_still_is_restored_by_the_verb_and_a_start_makes_what_a_verb_has_left()
    {
        using var box = new BoxFolder(FreePort.Next());
        string backup = Path.Combine(box.Folder, "backup");
        PumpSite.Lay(box, FreePort.Next());
        await RunOnceAsync(box);
        await SaidAsync("backup", box, 0, backup);
        await RunOnceAsync(box);
        long before = RunningBox.Journal(box)[^1].Frame;

        string said = await SaidAsync("restore", box, 0, backup, "--replace", "--why", Why);

        Assert.Contains("goes on from the box as it was", said, StringComparison.Ordinal);
        Audit audit = RunningBox.Journal(box)[^1].Batch.Facts.OfType<Audit>().Single();
        Assert.Equal(("restore", Environment.UserName, Why), (audit.Action, audit.Who, audit.Why));
        string aside = Assert.Single(Directory.GetDirectories(Path.Combine(box.Data, "set-aside")));
        Assert.Equal(before, JournalReader.Open(Path.Combine(aside, "journal"), new RealDisk()).LastFrame);
        await ProvenAsync(box.Data);
        await ProvenAsync(aside);
        await RunOnceAsync(box);
        await ProvenAsync(box.Data);

        // Asked for while a process has the journal, and both are gone then.
        using (new RealDisk().Lock(Path.Combine(box.Data, "journal", "LOCK")))
        using (ProductProcess verb = ProductProcess.Start("edgeruntime", "restore", backup, "--settings", box.Settings, "--replace", "--why", "once more"))
        {
            await RunningBox.WhenAsync("the restore is to be made", () => File.Exists(Path.Combine(box.Data, "restore", "restore.json")));
            verb.Kill();
        }

        await RunOnceAsync(box);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(box.Data, "set-aside")).Length);
        Assert.Equal("once more", RunningBox.Journal(box).SelectMany(b => b.Batch.Facts.OfType<Audit>()).Single(a => a.Action == "restore").Why);
        await ProvenAsync(box.Data);
    }

    /// <summary>Some hundred messages a second, several on their way at once.</summary>
    static async Task PublishAsync(GoodPublisher publisher, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(25));
        while (!over.IsCancellationRequested)
        {
            DateTimeOffset now = DateTimeOffset.UtcNow;
            await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(i => publisher.SendGoodAsync(Asset, now.AddMilliseconds(i))));
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    static async Task RunOnceAsync(BoxFolder box)
    {
        using ProductProcess service = await RunningBox.StartAsync(box);
        Assert.Equal(0, await service.StopAsync(RunningBox.Patience));
    }

    /// <summary>The restored journal is the backup, one audit, and what came later; the one set aside ends where the audit says.</summary>
    /// <returns>From the end of the old session to the first word of the new one.</returns>
    static TimeSpan Compare(string data, string aside, long restored, JsonElement made)
    {
        StoredBatch[] journal = Journal(data);
        StoredBatch[] old = Journal(aside);
        string[] backup = [.. Journal(Path.Combine(data, "..", "backup", "data")).Select(Hex)];
        Assert.Equal(backup, journal.Take(backup.Length).Select(Hex));
        Assert.Equal(backup, old.Take(backup.Length).Select(Hex));
        Assert.Equal(restored, backup.Length);
        Audit said = Assert.IsType<Audit>(Assert.Single(journal[backup.Length].Batch.Facts));
        Assert.Equal((Environment.UserName, "restore", "journal", Why), (said.Who, said.Action, said.Subject, said.Why));
        Assert.StartsWith($"frame {old[^1].Frame} ", said.Before, StringComparison.Ordinal);
        Assert.Contains(Path.GetFileName(aside), said.Before, StringComparison.Ordinal);
        Assert.StartsWith($"frame {restored} {made.GetProperty("lastHash").GetString()} ", said.After, StringComparison.Ordinal);
        // It was an ordinary end of the session.
        StoredBatch stop = Assert.Single(old, b => b.Batch.Facts.OfType<Audit>().Any(a => a.Action == "stop" && a.Why.EndsWith(Why, StringComparison.Ordinal)));
        StoredBatch start = journal.Skip(backup.Length).First(b => b.Batch.Facts.OfType<Audit>().Any(a => a.Action == "start"));
        return TimeSpan.FromTicks((start.Batch.Ingest.UnixNanoseconds - stop.Batch.Ingest.UnixNanoseconds) / 100);
    }

    /// <summary>Nothing twice in one journal; only a message that was on its way when the old session ended may be in both.</summary>
    static int CompareMessages(string data, string aside, long restored, IReadOnlyList<double> ledger)
    {
        List<double> old = Flows(aside);
        List<double> all = Flows(data);
        Assert.Equal(old.Count, old.Distinct().Count());
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.Empty(ledger.Except(old).Except(all));
        List<double> later = [.. Journal(data).Where(b => b.Frame > restored).SelectMany(FlowsOf)];
        Assert.NotEmpty(later);
        Assert.Equal(ledger.Order(), old.Union(all).Order());
        int twice = later.Intersect(old).Count();
        Assert.InRange(twice, 0, OnTheirWayMax);
        return twice;
    }

    static StoredBatch[] Journal(string data) => [.. JournalReader.Open(Path.Combine(data, "journal"), new RealDisk()).Read()];

    static List<double> Flows(string data) => [.. Journal(data).SelectMany(FlowsOf)];

    static IEnumerable<double> FlowsOf(StoredBatch batch) => batch.Batch.Samples.Where(s => s.Tag == $"{Asset}.flow").Select(s => s.Value.Double);

    static string Hex(StoredBatch stored)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return Convert.ToHexString(bytes.WrittenSpan);
    }

    static async Task<string> SaidAsync(string verb, BoxFolder box, int expected, params string[] more)
    {
        (int exit, string said, string errors) = await RunningBox.VerbAsync(verb, box, more);
        Assert.True(exit == expected, said + errors);
        return exit == 0 ? said : errors;
    }

    static async Task ProvenAsync(string data)
    {
        foreach (string[] verb in (string[][])[["verify", "--data", data], ["replay", "--all", "--data", data, "--json"]])
        {
            (int exit, string said, string errors) = await ProductProcess.RunAsync(RunningBox.Patience, "edgeruntime", verb);
            Assert.True(exit == 0, said + errors);
        }
    }

    static async Task<string> PageAsync(BoxFolder box)
    {
        using var http = new HttpClient();
        return await http.GetStringAsync(new Uri(box.Url + "/"));
    }
}
