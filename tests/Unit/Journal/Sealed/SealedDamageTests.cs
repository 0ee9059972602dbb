using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

public sealed class SealedDamageTests
{
    public static TheoryData<string> Parts => [".samples.parquet", ".facts.parquet", ".batches.parquet", ".index", ".parity", ".checkpoint"];

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_flip_in_any_byte_is_found_and_named_and_costs_nothing(string part)
    {
        FactBatch[] batches = [.. Enumerable.Range(1, 120).Select(i => JournalFolder.Batch(i) with { Facts = [new Tick(SampleBuilder.IngestAt(i))] })];
        SealedJournal journal = new SealedJournal(segmentBytes: 8192).With(batches);
        string name = "0000000002" + part;
        string[] good = [.. batches.Select(SealedJournal.Bytes)];
        int length = journal.Disk.BytesOf(Path.Combine(SealedJournal.Folder, name)).Length;
        for (int offset = 0; offset < length; offset += Math.Max(1, length / 150))
        {
            journal.Flip(name, offset, offset % 8);

            VerifyReport report = journal.Verify();
            Assert.False(report.Whole, $"{name} byte {offset}");
            Assert.Equal(name, report.FirstDamage!.Segment);
            Assert.InRange(report.FirstDamage.Frame, 2, 119);
            Assert.Equal((1, 1, batches.Length), (report.Damages, report.Mendable, report.Frames));
            Assert.Contains("nothing is lost", report.Sentence, StringComparison.Ordinal);
            Assert.Equal(good, journal.Reader().Read().Select(stored => SealedJournal.Bytes(stored.Batch)));
            Assert.All(journal.Reader().ReadTolerant(), entry => Assert.NotNull(entry.Batch));

            journal.Flip(name, offset, offset % 8);
        }

        Assert.True(journal.Verify().Whole, "the flips were taken back");
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void A_file_that_is_missing_or_cut_is_found_and_named(string part)
    {
        SealedJournal journal = new SealedJournal().With(Enumerable.Range(1, 100).Select(JournalFolder.Batch));
        string name = "0000000002" + part;
        journal.Disk.Delete(Path.Combine(SealedJournal.Folder, name));

        Assert.Equal(name, journal.Verify().FirstDamage!.Segment);
        if (part == ".checkpoint")
            Assert.Throws<JournalCorruptException>(() => journal.Open());
    }

    [Theory]
    [MemberData(nameof(Parts))]
    public void Where_the_same_byte_of_the_parity_is_wrong_too_it_is_named_and_never_read_as_good(string part)
    {
        FactBatch[] batches = [.. Enumerable.Range(1, 120).Select(i => JournalFolder.Batch(i) with { Facts = [new Tick(SampleBuilder.IngestAt(i))] })];
        SealedJournal journal = new SealedJournal(segmentBytes: 8192).With(batches);
        string name = "0000000002" + part;
        string[] good = [.. batches.Select(SealedJournal.Bytes)];
        int length = journal.Disk.BytesOf(Path.Combine(SealedJournal.Folder, name)).Length;
        for (int offset = 0; offset < length; offset += Math.Max(1, length / 50))
        {
            journal.Flip(name, offset, offset % 8);
            (string other, long at) = Twin(name, part, offset, length);
            journal.Flip(other, at, offset % 8);

            VerifyReport report = journal.Verify();
            Assert.Equal(name, report.FirstDamage?.Segment);
            if (part != ".parity")
                Assert.Equal(0, report.Mendable);
            ReadStrictly(journal, good);
            ReadTolerantly(journal, good);

            journal.Flip(name, offset, offset % 8);
            journal.Flip(other, at, offset % 8);
        }

        Assert.True(journal.Verify().Whole, "the flips were taken back");

        // Files of one block, whose parity is as long as they are; and the other copy of a checkpoint.
        (string Name, long At) Twin(string file, string kind, int offset, int length) => kind switch
        {
            ".checkpoint" => (file, (offset + (length / 2)) % length),
            ".parity" => (file, (offset + 1) % length),
            _ => ("0000000002.parity", UnitFile.Parts.TakeWhile(p => p != kind).Sum(p => (long)journal.Disk.BytesOf(Path.Combine(SealedJournal.Folder, "0000000002" + p)).Length) + offset),
        };
    }

    [Fact]
    public void Behind_a_damaged_unit_reading_goes_on_and_what_is_lost_stands_in_its_place()
    {
        SealedJournal journal = new SealedJournal().With(Enumerable.Range(1, 100).Select(JournalFolder.Batch));
        journal.Flip("0000000002.samples.parquet", 100, 3);
        journal.Flip("0000000002.parity", 100, 3);

        JournalEntry[] entries = [.. journal.Reader().ReadTolerant()];

        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), entries.Select(entry => entry.Batch?.Frame ?? entry.Damage!.Frame));
        Assert.InRange(entries.Count(entry => entry.Damage is not null), 1, 40);
        Assert.All(entries.Where(entry => entry.Damage is not null), entry => Assert.Equal("0000000002.samples.parquet", entry.Damage!.Segment));
    }

    [Fact]
    public void A_running_box_says_once_for_each_file_that_it_went_on_behind_damage()
    {
        SealedJournal journal = new SealedJournal().With(Enumerable.Range(1, 100).Select(JournalFolder.Batch));
        journal.Flip("0000000002.samples.parquet", 100, 3);
        journal.Flip("0000000001.checkpoint", 50, 1);
        JournalStore store = journal.Open();
        var clock = new StillClock();
        var pump = new IntakePump(store, new RedeliveryWindow(), clock);
        var watch = new SpaceWatch(store, journal.Disk, SealedJournal.Folder, new RetentionPolicy(), new IntakeGate(pump, () => store.Space, clock), clock, NullLogger<SpaceWatch>.Instance);
        Assert.DoesNotContain(watch.Look(), IsMended);
        for (int round = 0; round < 2; round++)
            Assert.Equal(100, store.Read().Count());

        Finding[] said = [.. watch.Look().Where(IsMended).Cast<Finding>()];

        Assert.Equal(["0000000001.checkpoint", "0000000002.samples.parquet"], store.Mended.Select(damage => damage.Segment));
        Assert.Equal(2, said.Length);
        Assert.Contains("0000000002.samples.parquet is damaged at byte 0", said[1].Sentence, StringComparison.Ordinal);
        Assert.Contains("edgeruntime repair", said[1].Sentence, StringComparison.Ordinal);
        Assert.DoesNotContain(watch.Look(), IsMended);
        SealedJournal.Close(store);

        static bool IsMended(Fact fact) => fact is Finding { Rule: "mended-read" };
    }

    [Fact]
    public void A_unit_of_another_journal_in_the_place_of_ours_is_found()
    {
        SealedJournal ours = new SealedJournal().With(Enumerable.Range(1, 100).Select(JournalFolder.Batch));
        SealedJournal other = new SealedJournal().With(Enumerable.Range(1, 100).Select(i => JournalFolder.Batch(i) with { Origin = "line-2" }));
        foreach (string name in other.Files.Where(name => name.StartsWith("0000000002.", StringComparison.Ordinal)))
        {
            string path = Path.Combine(SealedJournal.Folder, name);
            ours.Disk.Delete(path);
            Assert.True(ours.Disk.Plant(path, other.Disk.BytesOf(path)));
        }

        VerifyReport report = ours.Verify();

        Assert.Equal("0000000002.checkpoint", report.FirstDamage?.Segment);
        Assert.Contains("hash", report.FirstDamage!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_signed_with_another_key_than_the_box_s_is_found()
    {
        SealedJournal journal = new SealedJournal().With(Enumerable.Range(1, 60).Select(JournalFolder.Batch));
        Digest ours = Digest.Of(new FixedSigner().PublicKey.Span), other = Digest.Of(new FixedSigner(8).PublicKey.Span);

        Assert.True(JournalVerifier.Verify(SealedJournal.Folder, journal.Disk, boxKey: ours).Whole);
        VerifyReport report = JournalVerifier.Verify(SealedJournal.Folder, journal.Disk, boxKey: other);
        Assert.Contains("signed with key", report.FirstDamage!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_walk_that_was_cut_off_goes_on_from_any_mark_it_told_and_comes_to_the_same_end()
    {
        SealedJournal journal = new SealedJournal(sealAfterSegments: 2).With(Enumerable.Range(1, 200).Select(JournalFolder.Batch));
        var told = new Told();
        VerifyReport whole = JournalVerifier.Verify(SealedJournal.Folder, journal.Disk, told);
        VerifyMark[] marks = [.. told.All.Select(progress => progress.Proved).OfType<VerifyMark>().Distinct()];
        Assert.True(whole.Whole && marks.Length >= 3, whole.Sentence);

        foreach (VerifyMark mark in marks)
        {
            VerifyReport rest = JournalVerifier.Verify(SealedJournal.Folder, journal.Disk, from: mark);
            Assert.True(rest.Whole, rest.Sentence);
            Assert.Equal((whole.LastHash, whole.Frames - mark.Frame), (rest.LastHash, rest.Frames));
            Assert.False(JournalVerifier.Verify(SealedJournal.Folder, journal.Disk, from: mark with { Hash = Digest.Of([1]) }).Whole, "the chain must hold on to the mark");
        }
    }

    [Fact]
    public void A_flip_in_the_first_hot_segment_behind_sealed_ones_is_found()
    {
        SealedJournal journal = new SealedJournal().With(Enumerable.Range(1, 100).Select(JournalFolder.Batch));
        string hot = journal.Files.First(name => name.EndsWith(".log", StringComparison.Ordinal));
        for (int offset = 0; offset < 200; offset++)
        {
            journal.Flip(hot, offset, 2);
            Assert.Equal(hot, journal.Verify().FirstDamage?.Segment);
            journal.Flip(hot, offset, 2);
        }
    }

    static void ReadStrictly(SealedJournal journal, string[] good)
    {
        int read = 0;
        try
        {
            foreach (StoredBatch stored in journal.Reader().Read())
            {
                Assert.Equal(good[stored.Frame - 1], SealedJournal.Bytes(stored.Batch));
                read++;
            }
        }
        catch (JournalCorruptException)
        {
            return;
        }

        // The index is beside the data: reading in order does not need it.
        Assert.Equal(good.Length, read);
    }

    static void ReadTolerantly(SealedJournal journal, string[] good)
    {
        long last = 0;
        foreach (JournalEntry entry in journal.Reader().ReadTolerant())
        {
            Assert.Equal(last + 1, entry.Batch?.Frame ?? entry.Damage!.Frame);
            last++;
            if (entry.Batch is { } stored)
                Assert.Equal(good[stored.Frame - 1], SealedJournal.Bytes(stored.Batch));
        }

        Assert.Equal(good.Length, last);
    }

    sealed class Told : IProgress<VerifyProgress>
    {
        public List<VerifyProgress> All { get; } = [];

        public void Report(VerifyProgress value) => All.Add(value);
    }
}
