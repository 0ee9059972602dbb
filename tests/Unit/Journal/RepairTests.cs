using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

public sealed class RepairTests(ITestOutputHelper output)
{
    const int Batches = 120;

    [Fact]
    public async Task One_wrong_bit_anywhere_costs_at_most_its_batch_and_everything_else_is_readable_and_goes_on()
    {
        var random = new Random(3);
        int damaged = 0;
        using JournalFolder sound = await new JournalFolder().With(Batches);
        int segments = Directory.GetFiles(sound.Folder, "*.log").Length;
        Assert.True(segments > 3);
        for (int round = 0; round < 100; round++)
        {
            using var journal = new JournalFolder();
            Directory.CreateDirectory(journal.Folder);
            foreach (string file in Directory.GetFiles(sound.Folder))
                File.Copy(file, Path.Combine(journal.Folder, Path.GetFileName(file)));
            int segment = 1 + random.Next(segments);
            long offset = random.NextInt64(4096);
            journal.Flip(segment, offset, random.Next(8));
            DamagedFrame? damage = journal.Verify().FirstDamage;
            if (damage is null)
                continue;
            damaged++;

            RepairReport report = Repair(journal);
            RepairedLoss loss = Assert.Single(report.Losses);
            long[] lost = [.. Lost(report)];
            Assert.True(lost.Length <= 1, $"round {round}: {loss.Sentence}");
            Assert.Equal(File.ReadAllBytes(loss.Quarantined), File.ReadAllBytes(journal.Segment(segment)).AsSpan((int)loss.Offset, (int)loss.Bytes));

            VerifyReport after = journal.Verify();
            Assert.True(after.FirstDamage is null && !after.Whole && after.Repaired.Count == 1, $"round {round}: {after.Sentence}");
            Assert.Equal(Batches - lost.Length, after.Frames);
            await GoesOn(journal, lost);
        }

        output.WriteLine($"{damaged} damaging flips repaired");
        Assert.True(damaged > 50);
    }

    [Fact]
    public async Task A_missing_segment_is_named_frame_by_frame_and_the_journal_goes_on()
    {
        using JournalFolder journal = await new JournalFolder().With(Batches);
        long[] gone = FramesIn(journal, 2);
        File.Delete(journal.Segment(2));
        Assert.Throws<JournalCorruptException>(() => journal.Open());

        RepairReport report = Repair(journal);

        Assert.Equal(gone, Lost(report));
        Assert.Contains("the segment file is missing; frames", Assert.Single(report.Losses).Sentence, StringComparison.Ordinal);
        await GoesOn(journal, gone);
    }

    [Fact]
    public async Task Many_damages_in_one_journal_are_all_named_and_a_second_repair_keeps_the_first()
    {
        using JournalFolder journal = await new JournalFolder().With(Batches);
        long[] first = FramesIn(journal, 1);
        Wipe(journal, 1, 72, 500);
        journal.Flip(2, 20);
        Wipe(journal, 3, 1000, 1);
        RepairReport one = Repair(journal);
        Assert.True(one.Losses.Count >= 3);
        long[] lost = [.. Lost(one)];
        Assert.Contains(first[0], lost);
        await GoesOn(journal, lost);

        journal.Flip(2, 100);
        Assert.NotNull(journal.Verify().FirstDamage);
        RepairReport two = Repair(journal);
        RepairedLoss again = Assert.Single(two.Losses);
        Assert.Equal(("0000000002.log", 72L), (again.Segment, again.Offset));
        await GoesOn(journal, [.. lost, .. Lost(two)], more: 2);
        Assert.Empty(Repair(journal).Losses);
    }

    [Fact]
    public async Task The_end_of_a_segment_that_is_lost_is_named_by_the_next_one()
    {
        using JournalFolder journal = await new JournalFolder().With(Batches);
        long[] frames = FramesIn(journal, 2);
        byte[] bytes = File.ReadAllBytes(journal.Segment(2));
        bytes.AsSpan(2048).Clear();
        File.WriteAllBytes(journal.Segment(2), bytes);

        RepairReport report = Repair(journal);
        long[] lost = [.. Lost(report)];
        Assert.Equal(frames[^1], lost[^1]);
        Assert.True(lost.Length > 1 && lost.Length < frames.Length);
        await GoesOn(journal, lost);
    }

    [Fact]
    public async Task A_repaired_journal_is_sealed_like_any_other_and_its_losses_stay_named()
    {
        using JournalFolder journal = await new JournalFolder().With(Batches);
        Wipe(journal, 1, 72, 300);
        journal.Flip(3, 20);
        File.Delete(journal.Segment(2));
        RepairReport report = Repair(journal);
        long[] lost = [.. Lost(report)];
        VerifyReport hot = journal.Verify();
        await using (JournalStore store = JournalStore.Open(
            journal.Folder, JournalFolder.Small with { SealAfterSegments = 0 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, new FixedSigner()))
        {
            while (store.SealNext())
            {
            }

            Assert.Null(store.SealingTrouble);
            Assert.Equal([1, 2, 3], store.Units.Take(3).Select(u => u.Segment));
        }

        Assert.False(File.Exists(journal.Segment(1)));
        VerifyReport after = journal.Verify();
        Assert.True(after.FirstDamage is null && !after.Whole && after.Frames == hot.Frames, after.Sentence);
        Assert.Equal(lost.Order(), after.Repaired.Where(r => r.Frame > 0).Select(r => r.Frame).Order());
        await GoesOn(journal, lost);
    }

    [Theory]
    [InlineData("0000000002.index", false, false)]
    [InlineData("0000000002.samples.parquet", true, false)]
    [InlineData("0000000002.facts.parquet", false, true)]
    [InlineData("0000000002.batches.parquet", false, true)]
    public async Task A_damaged_file_of_a_sealed_unit_is_set_aside_and_the_rest_of_the_unit_stays(string name, bool losesSamples, bool losesFrames)
    {
        foreach (bool isGone in (bool[])[false, true])
        {
            using JournalFolder journal = await new JournalFolder().With(3);
            await Sealed(journal, 3);
            string path = Path.Combine(journal.Folder, name);
            StoredBatch[] before = [.. journal.Reader().Read()];
            if (isGone)
                File.Delete(path);
            else
                Flip(path);

            // With the parity gone as well nothing can be computed again.
            File.WriteAllBytes(Path.Combine(journal.Folder, "0000000002.parity"), [1, 2, 3]);
            Assert.EndsWith(name, journal.Verify().FirstDamage?.Segment, StringComparison.Ordinal);
            if (losesSamples || losesFrames)
                Assert.Contains("private key", Assert.Throws<IOException>(() => Repair(journal)).Message, StringComparison.Ordinal);

            RepairReport report = JournalRepair.Run(journal.Folder, Quarantine(journal), new RealDisk(), new StillClock(), new FixedSigner());

            Assert.Equal(!isGone, report.Losses[0].Quarantined.Length > 0 && File.Exists(report.Losses[0].Quarantined));
            VerifyReport after = journal.Verify();
            Assert.True(after.FirstDamage is null && after.Whole != losesFrames, after.Sentence);
            Assert.Equal(Lost(report), after.Repaired.Select(r => r.Frame));
            Assert.Equal(losesFrames, Lost(report).Any());
            StoredBatch[] left = [.. journal.Reader().Read()];
            Assert.Equal(before.Select(b => b.Frame).Except(Lost(report)), left.Select(b => b.Frame));
            Assert.Equal(losesSamples, left.Any(b => b.Thinned));
            Assert.Equal(before.Where(b => left.Any(l => l.Frame == b.Frame)).Select(b => b.Batch.Facts.Count), left.Select(b => b.Batch.Facts.Count));
            await using (JournalStore store = journal.Open(time: new StillClock()))
                Assert.Equal(before[^1].Frame + 1, await store.AppendAsync(JournalFolder.Batch(1)));
            Assert.Empty(Repair(journal).Losses);
        }
    }

    [Theory]
    [InlineData("0000000002.index")]
    [InlineData("0000000002.samples.parquet")]
    [InlineData("0000000002.facts.parquet")]
    [InlineData("0000000002.batches.parquet")]
    [InlineData("0000000002.parity")]
    [InlineData("0000000002.checkpoint")]
    public async Task A_flip_in_a_sealed_unit_is_mended_to_the_byte_without_a_key_and_nothing_is_lost(string name)
    {
        using JournalFolder journal = await new JournalFolder().With(3);
        await Sealed(journal, 3);
        Dictionary<string, byte[]> before = Files(journal);
        string path = Path.Combine(journal.Folder, name);
        Flip(path);

        RepairedLoss mended = Assert.Single(Repair(journal).Losses);

        Assert.Equal((name, true, 0), (mended.Segment, mended.IsMended, mended.Frames));
        Assert.Contains("mended, nothing lost", mended.Sentence, StringComparison.Ordinal);
        Assert.Equal(before, Files(journal));
        Assert.True(journal.Verify().Whole);
        Assert.False(Directory.Exists(Quarantine(journal)));

        // Of files of one block the parity is a copy, so these may even be cut or gone.
        foreach (int left in (int[])[0, 100])
        {
            if (name.EndsWith(".checkpoint", StringComparison.Ordinal))
                break;
            File.Delete(path);
            if (left > 0)
                File.WriteAllBytes(path, before[name].AsSpan(0, left));
            Assert.True(Assert.Single(Repair(journal).Losses).IsMended);
            Assert.Equal(before, Files(journal));
        }
    }

    static Dictionary<string, byte[]> Files(JournalFolder journal) =>
        Directory.GetFiles(journal.Folder).Where(f => !f.Contains("LOCK", StringComparison.Ordinal)).ToDictionary(f => Path.GetFileName(f)!, File.ReadAllBytes);

    [Fact]
    public async Task A_repair_mark_that_was_changed_names_nothing()
    {
        using JournalFolder journal = await new JournalFolder().With(Batches);
        journal.Flip(2, 100);
        Repair(journal);
        string mark = Path.Combine(journal.Folder, "0000000002.hole");
        byte[] bytes = File.ReadAllBytes(mark);
        bytes[30] ^= 1;
        File.WriteAllBytes(mark, bytes);

        VerifyReport report = journal.Verify();
        Assert.Equal("0000000002.hole", report.FirstDamage?.Segment);
        Assert.Equal(2, report.Damages);
        Assert.Throws<JournalCorruptException>(() => journal.Reader().Read().Count());
    }

    [Fact]
    public async Task A_sound_journal_is_left_as_it_is_and_an_open_one_is_refused()
    {
        using JournalFolder journal = await new JournalFolder().With(3);
        Assert.Empty(Repair(journal).Losses);
        Assert.True(journal.Verify().Whole);
        Assert.False(Directory.Exists(Quarantine(journal)));

        await using JournalStore open = journal.Open();
        Assert.Contains("is already open in process", Assert.Throws<IOException>(() => Repair(journal)).Message, StringComparison.Ordinal);
    }

    /// <summary>Everything but the lost is read, by every reader, and what is appended now is whole after another start.</summary>
    static async Task GoesOn(JournalFolder journal, long[] lost, int more = 1)
    {
        long[] expected = [.. Enumerable.Range(1, Batches).Select(n => (long)n).Except(lost)];
        Assert.Equal(expected, journal.Reader().Read().Select(b => b.Frame).Where(f => f <= Batches));
        Assert.Equal(lost.Order(), journal.Reader().ReadTolerant().Where(e => e.Damage is { Frame: > 0 }).Select(e => e.Damage!.Frame));
        for (int round = 0; round < 2; round++)
        {
            await using JournalStore store = journal.Open(time: new StillClock());
            Assert.Equal(expected, store.Read().Select(b => b.Frame).Where(f => f <= Batches));
            foreach (long from in (long[])[1, 20, 45])
                Assert.Equal(expected.Where(f => f >= from), store.Read(from).Select(b => b.Frame).Where(f => f <= Batches));
            await store.AppendAsync(JournalFolder.Batch(1));
            await store.AppendAsync(JournalFolder.Batch(2));
        }

        VerifyReport report = journal.Verify();
        Assert.True(report.FirstDamage is null && report.CleanEnd, report.Sentence);
        Assert.Equal(Batches - lost.Length + (4 * more), report.Frames);
    }

    /// <summary>Goes on until so many units are sealed.</summary>
    static async Task Sealed(JournalFolder journal, int units)
    {
        await using JournalStore store = JournalStore.Open(
            journal.Folder, JournalFolder.Small with { SealAfterSegments = 0 }, new RealDisk(), new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, new FixedSigner());
        for (int n = 1; store.Units.Count < units; n++)
        {
            Task<long> stored = store.AppendAsync(JournalFolder.Batch(n) with { Facts = [new Tick(new IngestTime(n))] });
            store.CommitWaiting();
            await stored;
            store.SealNext();
        }
    }

    static void Flip(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 3] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    static RepairReport Repair(JournalFolder journal) => JournalRepair.Run(journal.Folder, Quarantine(journal), new RealDisk(), new StillClock());

    static string Quarantine(JournalFolder journal) => Path.Combine(Path.GetDirectoryName(journal.Folder)!, "quarantine");

    static IEnumerable<long> Lost(RepairReport report) =>
        report.Losses.Where(l => l.Frames > 0).SelectMany(l => Enumerable.Range((int)l.FirstLost, (int)l.Frames)).Select(n => (long)n);

    static long[] FramesIn(JournalFolder journal, int segment)
    {
        long FirstOf(int n) => BitConverter.ToInt64(File.ReadAllBytes(journal.Segment(n)), 24);
        return [.. Enumerable.Range((int)FirstOf(segment), (int)(FirstOf(segment + 1) - FirstOf(segment))).Select(n => (long)n)];
    }

    static void Wipe(JournalFolder journal, int segment, int offset, int count)
    {
        byte[] bytes = File.ReadAllBytes(journal.Segment(segment));
        for (int i = 0; i < count; i++)
            bytes[offset + i] ^= 0x5a;
        File.WriteAllBytes(journal.Segment(segment), bytes);
    }
}
