using System.Security.Cryptography;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Service.Backup;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class RestoreTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly string _above = Directory.CreateTempSubdirectory("restore-").FullName;
    readonly StillClock _clock = new();
    readonly RealDisk _disk = new();

    public void Dispose() => Directory.Delete(_above, recursive: true);

    string Data => Path.Combine(_above, "data");

    string Backup => Path.Combine(_above, "backup");

    RestoreAsk Ask => new(Backup, Data, "anna", "a test", 16384, new RetentionPolicy());

    [Fact]
    public async Task A_box_that_stands_still_is_restored_by_who_asks_and_the_old_box_opens_where_it_was_set_aside()
    {
        await BackedUpAndGoneOnAsync();

        RestorePlan made = await new RestoreInto(Data, _disk, TimeProvider.System).RunAsync(Ask, _ => { }, CancellationToken.None);

        Assert.Equal(30, JournalReader.Open(Path.Combine(made.AsideIn(Data), "journal"), _disk).LastFrame);
        await using (JournalStore again = Open(Data))
        {
            Assert.Equal(21, again.LastFrame);
            Assert.Equal(22, await again.AppendAsync(Batch(22)));
        }

        string sentence = Assert.Single(BoxOpening.Restores(Data, _disk));
        Assert.StartsWith($"anna has restored this box from {Backup} (a test)", sentence, StringComparison.Ordinal);
        Assert.Contains(made.AsideIn(Data), sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_restore_sets_aside_under_a_name_of_its_own()
    {
        await BackedUpAndGoneOnAsync();
        for (int i = 0; i < 2; i++)
        {
            RestoreStage.Make(Ask, _disk, _clock);
            Assert.True(RestoreSwap.Finish(Data, _disk, _clock)!.IsMade);
        }

        Assert.Equal(2, BoxOpening.Restores(Data, _disk).Count);
        Assert.Equal(21, JournalReader.Open(Path.Combine(Data, "journal"), _disk).LastFrame);
    }

    [Fact]
    public async Task While_a_process_has_the_journal_nothing_is_swapped_and_a_withdrawn_restore_changes_nothing()
    {
        await BackedUpAndGoneOnAsync();
        using var stop = new CancellationTokenSource();
        await using (Open(Data))
        {
            Task<RestorePlan> asked = new RestoreInto(Data, _disk, TimeProvider.System).RunAsync(Ask, _ => stop.CancelAfter(1000), stop.Token);
            string refused = (await Assert.ThrowsAsync<VerbRefusedException>(() => asked)).Message;
            Assert.Contains("was not made, and everything is as it was: it was withdrawn", refused, StringComparison.Ordinal);
        }

        Assert.Null(RestorePlan.Read(Data, _disk));
        Assert.Equal(30, JournalReader.Open(Path.Combine(Data, "journal"), _disk).LastFrame);
        Assert.False(Directory.Exists(Path.Combine(Data, "set-aside")));
    }

    [Fact]
    public async Task A_restore_that_is_to_be_made_is_found_and_one_whose_copy_is_gone_is_refused()
    {
        await BackedUpAndGoneOnAsync();
        RestoreStage.Make(Ask, _disk, _clock);
        using var limit = new CancellationTokenSource(Patience);
        var watch = new RestoreWatch(Data, _disk, TimeProvider.System, NullLogger<RestoreWatch>.Instance);
        Assert.Equal("a test", (await watch.RunAsync(limit.Token)).Why);

        Directory.Delete(Path.Combine(RestorePlan.StagedIn(Data), "journal"), recursive: true);
        Assert.Contains("journal is not there any more", RestoreSwap.Finish(Data, _disk, _clock)!.Sentence, StringComparison.Ordinal);
        Assert.Null(RestorePlan.Read(Data, _disk));
        Assert.Contains("is not there any more", RestorePlan.RefusalIn(Data, _disk), StringComparison.Ordinal);
        Assert.Equal(30, JournalReader.Open(Path.Combine(Data, "journal"), _disk).LastFrame);
    }

    [Fact]
    public async Task A_second_restore_and_whatever_would_write_wait_for_one_that_is_to_be_made()
    {
        await BackedUpAndGoneOnAsync();
        RestoreStage.Make(Ask, _disk, _clock);

        Assert.Contains("is to be restored already", Assert.Throws<VerbRefusedException>(() => RestoreStage.Make(Ask, _disk, _clock)).Message, StringComparison.Ordinal);
        Assert.Contains("is under way or was cut off", Assert.Throws<VerbRefusedException>(() => DataFolder.RefuseWhileRestoring(Data)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_box_whose_journal_is_damaged_is_restored_and_the_damage_set_aside_with_it()
    {
        await BackedUpAndGoneOnAsync();
        string log = Path.Combine(Data, "journal", "0000000001.log");
        byte[] bytes = await File.ReadAllBytesAsync(log, TestContext.Current.CancellationToken);
        bytes[20] ^= 1;
        await File.WriteAllBytesAsync(log, bytes, TestContext.Current.CancellationToken);
        RestoreStage.Make(Ask, _disk, _clock);

        RestoreOutcome outcome = RestoreSwap.Finish(Data, _disk, _clock)!;

        Assert.True(outcome.IsMade, outcome.Sentence);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(outcome.Plan.AsideIn(Data), "journal", "0000000001.log"), TestContext.Current.CancellationToken));
        Assert.True(JournalVerifier.Verify(Path.Combine(Data, "journal"), _disk).Whole);
    }

    [Fact]
    public void A_disk_without_room_for_both_is_refused_with_the_numbers_and_nothing_is_copied()
    {
        var restore = new TracedRestore();
        var disk = TraceDisk.From(restore.Start);
        disk.Free = 60_000;

        string refused = Assert.Throws<VerbRefusedException>(() => RestoreStage.Make(TracedRestore.Ask, disk, _clock)).Message;

        Assert.Matches(@"^The disk of /box does not hold both: the backup takes \d+\.\d MiB, the box's next files 0\.0 MiB, and \d+\.\d MiB must stay free .* that is \d+\.\d MiB, and 0\.1 MiB are free\. Free \d+\.\d MiB there", refused);
        Assert.Empty(disk.Steps);
    }

    [Fact]
    public void What_is_set_aside_is_not_the_boxs_use_of_the_disk()
    {
        var disk = TraceDisk.From(new Dictionary<string, byte[]> { ["/box/journal/a"] = new byte[100], ["/box/set-aside/x/journal/a"] = new byte[900], ["/box/restore/data/journal/a"] = new byte[50] });
        disk.Free = 300;

        SpaceUse use = SpaceUse.Of("/box", 0, disk, RestorePlan.SetAside, RestorePlan.Coming);

        Assert.Equal((100, 400, 300), (use.Used, use.Room, use.Free));
    }

    [Theory]
    [InlineData(true, true, "box", "backup")]
    [InlineData(true, false, "box", "backup")]
    [InlineData(false, true, "backup", "box")]
    [InlineData(false, false, "", "backup box")]
    public void The_box_keeps_its_own_key_and_every_other_public_one_stays_beside_it(bool boxHasKey, bool backupHasKey, string own, string formers)
    {
        var disk = new RealDisk();
        Dictionary<string, string> fingerprints = new() { ["box"] = Lay("box", boxHasKey), ["backup"] = Lay("backup", backupHasKey), ["older"] = Lay("older", false) };
        BoxKey.KeepFormer(Path.Combine(_above, "older", BoxKey.PublicName), Path.Combine(_above, "backup"), disk);
        // The box's own key of today was a former one for whoever made the backup's folder.
        BoxKey.KeepFormer(Path.Combine(_above, "box", BoxKey.PublicName), Path.Combine(_above, "backup"), disk);
        string staged = Path.Combine(_above, "staged");

        StagedKeys.Lay(Path.Combine(_above, "box"), Directory.GetFiles(Path.Combine(_above, "backup")), staged, disk);

        Assert.Equal(own.Length > 0, File.Exists(Path.Combine(staged, BoxKey.PrivateName)));
        Assert.Equal(own.Length > 0 ? fingerprints[own] : null, BoxKey.FingerprintIn(staged, disk)?.Hex);
        Assert.Equal([.. formers.Split(' ').Append("older").Select(k => fingerprints[k]).Order()], BoxKey.FormerIn(staged, disk).Select(k => k.Hex).Order());
        if (own.Length > 0)
        {
            Assert.Equal(File.ReadAllBytes(Path.Combine(_above, own, BoxKey.PrivateName)), File.ReadAllBytes(Path.Combine(staged, BoxKey.PrivateName)));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(Path.Combine(staged, BoxKey.PrivateName)));
        }
    }

    [Fact]
    public async Task A_mark_of_the_journal_set_aside_never_proves_the_restored_one()
    {
        await BackedUpAndGoneOnAsync();
        string journal = Path.Combine(Data, "journal");
        var beyond = new VerifyMark(7, 1234, Digest.Of("hash"u8));

        Assert.Contains("or was restored from a backup since", Assert.Throws<IOException>(() => JournalVerifier.Verify(journal, _disk, from: beyond)).Message, StringComparison.Ordinal);
    }

    string Lay(string name, bool withPrivate)
    {
        string folder = Path.Combine(_above, name);
        using (var key = BoxKey.OpenOrMake(folder, _disk))
        {
            if (!withPrivate)
                File.Delete(Path.Combine(folder, BoxKey.PrivateName));
            return Convert.ToHexStringLower(SHA256.HashData(key.PublicKey.Span));
        }
    }

    async Task BackedUpAndGoneOnAsync()
    {
        await LiveAsync(1, 20);
        BoxBackup.Make(Data, null, null, Backup, withKey: false, _disk, _clock);
        await LiveAsync(21, 10);
    }

    async Task LiveAsync(int first, int count)
    {
        await using JournalStore store = Open(Data);
        for (int n = first; n < first + count; n++)
            await store.AppendAsync(Batch(n));
    }

    JournalStore Open(string data) =>
        JournalStore.Open(Path.Combine(data, "journal"), new JournalOptions { SegmentBytes = 16384 }, _disk, _clock, NullLogger<JournalStore>.Instance);

    static FactBatch Batch(int n) => SampleBuilder.Batch("plant", n, [SampleBuilder.Sample("P-101.flow", n, Math.Sqrt(n))]);
}
