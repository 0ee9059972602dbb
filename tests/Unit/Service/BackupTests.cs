using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class BackupTests : IDisposable
{
    static readonly JournalOptions s_options = new() { SegmentBytes = 16384 };

    readonly string _above = Directory.CreateTempSubdirectory("backup-").FullName;
    readonly StillClock _clock = new();
    readonly RealDisk _disk = new();

    public void Dispose() => Directory.Delete(_above, recursive: true);

    string Data => Path.Combine(_above, "data");

    string Backup => Path.Combine(_above, "backup");

    string Again => Path.Combine(_above, "again");

    [Fact]
    public async Task A_backup_of_a_running_box_is_whole_up_to_its_frame_and_a_restored_box_goes_on()
    {
        await using JournalStore store = Open(Data, new FixedSigner());
        using var stop = new CancellationTokenSource();
        Task running = RunAsync(store, stop.Token);
        long atLeast = await WhenUnitsAsync(store, 3);

        BackupManifest made = BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);

        await stop.CancelAsync();
        await running;
        Assert.InRange(made.LastFrame, atLeast, store.LastFrame);
        BackupManifest restored = BoxRestore.To(Backup, Again, _disk);
        Assert.Equal(made.LastHash, restored.LastHash);
        Assert.Equal(store.Read().Take((int)made.LastFrame).Select(Hex), JournalReader.Open(Path.Combine(Again, "journal"), _disk).Read().Select(Hex));
        await using (JournalStore again = Open(Again, new FixedSigner()))
        {
            Assert.Equal(made.LastFrame, again.LastFrame);
            Assert.Equal(made.LastFrame + 1, await again.AppendAsync(Batch(1)));
        }

        VerifyReport proof = JournalVerifier.Verify(Path.Combine(Again, "journal"), _disk);
        Assert.True(proof.Whole, proof.Sentence);
    }

    [Fact]
    public async Task Archives_states_site_and_settings_come_along_and_the_private_key_only_when_asked()
    {
        await FillAsync();
        Put("data/releases/abc/model.onnx", "model");
        Put("data/states/123", "state");
        Put("data/documents/x.writing", "half");
        using (var key = BoxKey.OpenOrMake(Path.Combine(Data, "keys"), _disk))
            Assert.True(key.IsNew);
        Put("data/log/edgeruntime-.log", "log");
        Put("site/site.yaml", "kind: Site");
        Put("appsettings.json", "{}");

        BackupManifest without = BoxBackup.Make(Data, Path.Combine(_above, "site"), Path.Combine(_above, "appsettings.json"), Backup, withKey: false, _disk, _clock);
        BackupManifest with = BoxBackup.Make(Data, null, null, Backup + "-2", withKey: true, _disk, _clock);

        Assert.Equal(
            ["appsettings.json", "data/journal/0000000001.log", "data/keys/box.pub.pem", "data/releases/abc/model.onnx", "data/states/123", "site/site.yaml"],
            without.Files.Select(f => f.Path.Replace('\\', '/')));
        Assert.False(without.WithKey);
        Assert.Contains("data/keys/box.pem", with.Files.Select(f => f.Path.Replace('\\', '/')));
        BoxRestore.To(Backup + "-2", Again, _disk);
        Assert.Equal(File.ReadAllText(Path.Combine(Data, "keys", "box.pem")), File.ReadAllText(Path.Combine(Again, "keys", "box.pem")));
        Assert.Equal("model", File.ReadAllText(Path.Combine(Again, "releases", "abc", "model.onnx")));
    }

    [Fact]
    public async Task What_a_box_sealed_before_it_was_restored_without_its_key_stays_provable()
    {
        BoxKey old = BoxKey.OpenOrMake(Path.Combine(Data, "keys"), _disk);
        await using (JournalStore store = Open(Data, old))
        {
            using var stop = new CancellationTokenSource();
            Task running = RunAsync(store, stop.Token);
            await WhenUnitsAsync(store, 2);
            await stop.CancelAsync();
            await running;
        }

        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);
        BoxRestore.To(Backup, Again, _disk);
        string keys = Path.Combine(Again, "keys");
        BoxKey made = BoxKey.OpenOrMake(keys, _disk);
        Assert.True(made.IsNew && made.Fingerprint != old.Fingerprint);
        string journal = Path.Combine(Again, "journal");
        VerifyReport proof = JournalVerifier.Verify(journal, _disk, boxKey: BoxKey.FingerprintIn(keys, _disk), formerKeys: BoxKey.FormerIn(keys, _disk));
        Assert.True(proof.Whole && proof.Units >= 2, proof.Sentence);
        Assert.False(JournalVerifier.Verify(journal, _disk, boxKey: made.Fingerprint).Whole);
        old.Dispose();
        made.Dispose();
    }

    [Fact]
    public async Task A_backup_that_was_changed_or_not_finished_is_refused_and_so_is_a_folder_in_use()
    {
        await FillAsync();
        Put("data/documents/abc", "document");
        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);

        Assert.Contains("is not empty; a backup is a folder of its own", Refused(() => BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock)), StringComparison.Ordinal);
        Assert.Contains("lies in the data folder", Refused(() => BoxBackup.Make(Data, null, null, Path.Combine(Data, "b"), withKey: false, _disk, _clock)), StringComparison.Ordinal);
        Assert.Contains("holds no private key", Refused(() => BoxBackup.Make(Data, null, null, Again, withKey: true, _disk, _clock)), StringComparison.Ordinal);
        Assert.Contains("is not empty, and what a box has stored since must not be covered by an older copy", Refused(() => BoxRestore.To(Backup, Data, _disk)), StringComparison.Ordinal);
        Assert.Contains("is no backup: it holds no backup.json", Refused(() => BoxRestore.To(Data, Again, _disk)), StringComparison.Ordinal);

        File.AppendAllText(Path.Combine(Backup, "data", "documents", "abc"), "!");
        Assert.Contains("is not what was written: 8 bytes", Refused(() => BoxRestore.To(Backup, Again, _disk)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Again));
        File.Delete(Path.Combine(Backup, "data", "documents", "abc"));
        Assert.Contains("is missing from the backup", Refused(() => BoxRestore.To(Backup, Again, _disk)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_backup_that_was_cut_off_left_is_never_taken_for_one_and_goes_with_the_next()
    {
        await FillAsync();
        Put("backup.writing/data/journal/0000000001.log", "half");
        Assert.Contains("is no backup", Refused(() => BoxRestore.To(Backup + ".writing", Again, _disk)), StringComparison.Ordinal);

        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);

        Assert.False(Directory.Exists(Backup + ".writing"));
        BoxRestore.To(Backup, Again, _disk);
    }

    [Fact]
    public async Task A_damaged_journal_is_not_called_a_backup_and_one_that_was_repaired_is()
    {
        await FillAsync(batches: 400);
        Rot(Path.Combine(Data, "journal", "0000000001.log"), 100);
        Assert.Contains("cannot be proven: segment 0000000001.log at byte 72", Assert.Throws<IOException>(() => BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Backup));

        RepairReport report = await RepairVerb.RunAsync(Data, _clock);
        Assert.Equal(1, report.Losses.Sum(l => l.Frames));
        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);
        BoxRestore.To(Backup, Again, _disk);
        Assert.Single(JournalVerifier.Verify(Path.Combine(Again, "journal"), _disk).Repaired);
    }

    [Fact]
    public async Task A_journal_whose_newest_file_is_damaged_is_not_copied_up_to_the_damage_only()
    {
        await FillAsync(batches: 400);
        string newest = Directory.GetFiles(Path.Combine(Data, "journal"), "*.log").Order(StringComparer.Ordinal).Last();
        Rot(newest, 200);

        Assert.Contains($"cannot be proven: segment {Path.GetFileName(newest)} at byte", Assert.Throws<IOException>(() => BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Backup));
    }

    [Fact]
    public async Task What_came_into_the_folder_while_a_backup_was_restored_is_not_removed()
    {
        await FillAsync();
        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);
        Directory.CreateDirectory(Again);
        var disk = new FaultyDisk(_disk) { OnSyncFolder = _ => Put("again/journal/0000000001.log", "a box that was started meanwhile") };

        Assert.Throws<IOException>(() => BoxRestore.To(Backup, Again, disk));

        Assert.Equal("a box that was started meanwhile", File.ReadAllText(Path.Combine(Again, "journal", "0000000001.log")));
    }

    [Fact]
    public async Task A_path_that_ends_with_a_slash_is_the_same_folder()
    {
        await FillAsync();
        Assert.Contains("lies in the data folder", Refused(() => BoxBackup.Make(Data + "/", null, null, Path.Combine(Data, "b"), withKey: false, _disk, _clock)), StringComparison.Ordinal);
        BoxBackup.Make(Data, null, null, Backup + "/", withKey: false, _disk, _clock);
        BoxRestore.To(Backup + "/", Again + "/", _disk);
        Assert.True(JournalVerifier.Verify(Path.Combine(Again, "journal"), _disk).Whole);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{\"format\": 1}")]
    public async Task A_backup_json_that_says_nothing_is_refused_in_a_sentence(string json)
    {
        await FillAsync();
        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);
        File.WriteAllText(Path.Combine(Backup, "backup.json"), json);
        Assert.Contains("backup.json cannot be read", Refused(() => BoxRestore.To(Backup, Again, _disk)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repair_is_told_in_the_journal_once()
    {
        await FillAsync(batches: 400);
        Rot(Path.Combine(Data, "journal", "0000000001.log"), 100);
        await RepairVerb.RunAsync(Data, _clock);
        await RepairVerb.RunAsync(Data, _clock);

        Fact[] facts = [.. JournalReader.Open(Path.Combine(Data, "journal"), _disk).Read().SelectMany(b => b.Batch.Facts)];
        Finding finding = Assert.Single(facts.OfType<Finding>());
        Assert.Equal((FindingPriority.High, "repaired"), (finding.Priority, finding.Rule));
        Assert.Contains("frames 1 to 1 are lost", finding.Sentence, StringComparison.Ordinal);
        Assert.Equal("repair", Assert.Single(facts.OfType<Audit>()).Action);
        Assert.Single(Directory.GetFiles(Path.Combine(Data, "quarantine"), "*.bad"));
    }

    static string Refused(Action act) => Assert.Throws<VerbRefusedException>(act).Message;

    JournalStore Open(string data, ICheckpointSigner? signer = null) =>
        JournalStore.Open(Path.Combine(data, "journal"), s_options, _disk, _clock, NullLogger<JournalStore>.Instance, signer);

    async Task FillAsync(int batches = 20)
    {
        await using JournalStore store = Open(Data);
        for (int n = 1; n <= batches; n++)
            await store.AppendAsync(Batch(n));
    }

    static async Task RunAsync(JournalStore store, CancellationToken stop)
    {
        for (int n = 1; !stop.IsCancellationRequested; n++)
            await store.AppendAsync(Batch(n));
    }

    static async Task<long> WhenUnitsAsync(JournalStore store, int units)
    {
        await foreach (StoredBatch stored in store.FollowAsync(1, CancellationToken.None))
        {
            if (store.Units.Count >= units)
                return stored.Frame;
        }

        throw new InvalidOperationException("The journal ended.");
    }

    static FactBatch Batch(int n) => SampleBuilder.Batch("plant", n, [.. Enumerable.Range(0, 10).Select(i => SampleBuilder.Sample($"P-101.tag{i}", n, Math.Sqrt(n + i)))]);

    static string Hex(StoredBatch stored)
    {
        var bytes = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return Convert.ToHexString(bytes.WrittenSpan);
    }

    void Put(string path, string text)
    {
        string full = Path.Combine(_above, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    static void Rot(string path, int offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
