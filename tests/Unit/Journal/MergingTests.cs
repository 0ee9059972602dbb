using System.Buffers;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Copies;
using EdgeRuntime.Journal.Repair;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

public class MergingTests
{
    const string Folder = "/journal";
    const string Copy = "/copy";
    const string Quarantine = "/quarantine";

    static readonly JournalOptions s_options = new() { SegmentBytes = 4096, SealAfterSegments = 0 };
    static readonly FixedSigner s_signer = new();

    readonly StillClock _clock = new();
    TraceDisk _disk = new();
    JournalStore _store;
    int _appended;

    public MergingTests() => _store = Open();

    [Fact]
    public void Four_emptied_neighbours_become_one_and_every_batch_is_told_as_before()
    {
        Fill(units: 6);
        Empty(4);
        StoredBatch[] before = [.. _store.Read()];
        long[] frameAt = [.. before.Select(b => _store.FrameAt(b.Batch.Ingest))];
        EdgeRuntime.Journal.Retention.SealedUnit[] units = [.. _store.Units];

        MergeReport? report = _store.Merge(CancellationToken.None);

        Assert.Equal((1, 4, 4), (report!.FirstSegment, report.LastSegment, report.Units));
        Assert.True(report.BytesFreed > 0);
        Assert.Null(_store.Merge(CancellationToken.None));
        Assert.Equal(units.Length - 3, _store.Units.Count);
        Assert.Equal((units[0].FirstFrame, units[3].LastFrame, units[3].LastIngest), (_store.Units[0].FirstFrame, _store.Units[0].LastFrame, _store.Units[0].LastIngest));
        AssertTold(before, [.. _store.Read()]);
        Assert.Equal(frameAt, before.Select(b => _store.FrameAt(b.Batch.Ingest)));
        AssertWhole(before);
        Assert.DoesNotContain(_disk.List(Folder), n => n.StartsWith("0000000002", StringComparison.Ordinal) || n.StartsWith("0000000004", StringComparison.Ordinal));
        using (var asOf = AsOfReader.Open(Folder, _disk))
            Assert.Equal(frameAt, before.Select(b => asOf.KnownAt(b.Batch.Ingest).Frame));

        string checkpoint = System.Text.Encoding.UTF8.GetString(_disk.Image()["/journal/0000000001.checkpoint"]);
        Assert.Contains("\"segment\":1,\"lastSegment\":4,\"firstFrame\":1,", checkpoint, StringComparison.Ordinal);
        Assert.Contains("\"0000000001-3-0000000004.samples.parquet\"", checkpoint, StringComparison.Ordinal);
        // It lies twice in its file.
        Assert.Equal(2 * 4, checkpoint.Split("\"rule\":\"none\"").Length - 1);

        _store = Open();
        AssertTold(before, [.. _store.Read()]);
        Append();
        Assert.Equal(before.Length + 1, _store.LastFrame);
    }

    [Fact]
    public void Sixteen_units_become_one_by_fours_and_each_is_written_twice()
    {
        Fill(units: 18);
        StoredBatch[] raw = [.. _store.Read()];
        Empty(16);
        StoredBatch[] before = [.. _store.Read()];
        int merges = 0;
        while (_store.Merge(CancellationToken.None) is not null)
            merges++;
        Assert.Equal(5, merges);
        Assert.Equal((1, 17), (_store.Units[0].Segment, _store.Units[1].Segment));
        AssertTold(before, [.. _store.Read()]);
        Assert.Equal(raw.Select(b => b.Position), _store.Read().Select(b => b.Position));
        AssertWhole(before);
    }

    [Theory]
    [InlineData("four of one segment", new[] { 1, 1, 1, 1, 1 }, 0, 4)]
    [InlineData("the newest stays a unit of its own", new[] { 1, 1, 1, 1 }, 0, 0)]
    [InlineData("four of four, behind three of sixteen", new[] { 16, 16, 16, 4, 4, 4, 4, 1 }, 3, 4)]
    [InlineData("the small ones first", new[] { 4, 4, 4, 4, 1, 1, 1, 1, 1 }, 4, 4)]
    [InlineData("a small one between goes along", new[] { 4, 4, 1, 4, 4, 1 }, 0, 5)]
    [InlineData("a large one between is in the way", new[] { 1, 1, 4, 1, 1, 1 }, 0, 0)]
    [InlineData("samples in the way", new[] { 1, 1, -1, 1, 1, 1 }, 0, 0)]
    [InlineData("behind samples", new[] { 1, -1, 1, 1, 1, 1, 1 }, 2, 4)]
    public void What_is_merged(string what, int[] segments, int from, int count)
    {
        IReadOnlyList<Checkpoint> units = Units(segments);
        Assert.True(units.Skip(from).Take(count).SequenceEqual(Merger.Choose(units)), what);
    }

    [Fact]
    public void What_would_become_too_large_or_say_another_thing_is_not_merged()
    {
        IReadOnlyList<Checkpoint> units = Units([1, 1, 1, 1, 1]);
        Assert.Equal(4, Merger.Choose(units).Count);
        Assert.Empty(Merger.Choose([.. units.Select(u => u with { Files = [u.Files[0], u.Files[0] with { Name = "x", Bytes = 17 << 20 }] })]));
        Assert.Empty(Merger.Choose([.. units.Select(u => u with { Taken = [.. Enumerable.Repeat(new TakenSamples("none", Digest.None, 1, 0), 257)] })]));
        Assert.Empty(Merger.Choose([.. units.Select((u, i) => u with { Thinned = i % 2 == 0 })]));
        Assert.Empty(Merger.Choose([.. units.Select((u, i) => u with { Segment = u.Segment + i, LastSegment = u.LastSegment + i })]));
    }

    [Fact]
    public void Who_reads_while_units_are_emptied_and_merged_meets_every_frame_once()
    {
        Fill(units: 7);
        Dictionary<string, byte[]> start = Image();
        int frames = _appended;
        for (int at = 0; at < frames; at += 3)
        {
            foreach (bool other in (bool[])[false, true])
            {
                _disk = TraceDisk.From(start);
                _store = Open();
                using IEnumerator<StoredBatch> read = (other ? JournalReader.Open(Folder, _disk).Read() : _store.Read()).GetEnumerator();
                List<long> met = [];
                for (int i = 0; i < at && read.MoveNext(); i++)
                    met.Add(read.Current.Frame);
                Empty(5);
                Assert.NotNull(_store.Merge(CancellationToken.None));
                while (read.MoveNext())
                    met.Add(read.Current.Frame);
                Assert.Equal(Enumerable.Range(1, frames).Select(f => (long)f), met);
            }
        }
    }

    [Fact]
    public void A_reader_that_knows_the_old_units_answers_from_the_new_one()
    {
        Fill(units: 7);
        Empty(5);
        var reader = JournalReader.Open(Folder, _disk);
        using var asOf = AsOfReader.Open(Folder, _disk);
        StoredBatch[] before = [.. reader.Read()];
        Assert.NotNull(_store.Merge(CancellationToken.None));
        foreach (StoredBatch batch in before)
        {
            Assert.Equal(batch.Frame, reader.FrameAt(batch.Batch.Ingest));
            Assert.Equal(batch.Frame, asOf.KnownAt(batch.Batch.Ingest).Frame);
            Assert.Equal(batch.Frame, reader.Read(batch.Frame).First().Frame);
        }
    }

    [Fact]
    public void Units_that_another_covers_do_not_count_though_their_files_are_still_there()
    {
        Fill(units: 6);
        Empty(4);
        Dictionary<string, byte[]> old = Image();
        _store = Open();
        StoredBatch[] before = [.. _store.Read()];
        Assert.NotNull(_store.Merge(CancellationToken.None));
        string[] names = [.. _disk.List(Folder)];
        Dictionary<string, byte[]> image = Image();
        foreach ((string path, byte[] bytes) in old)
            image.TryAdd(path, bytes);
        _disk = TraceDisk.From(image);
        Assert.Contains("0000000003.checkpoint", _disk.List(Folder));

        AssertTold(before, [.. JournalReader.Open(Folder, _disk).Read()]);
        Assert.Equal(before.Length, RawJournal.Read(Folder, _disk, [new RawRange(1, before.Length, false)]) is var raw ? raw.Units.Sum(u => u.Last - u.First + 1) + raw.Frames.Sum(f => f.Last - f.First + 1) : 0);
        using (var asOf = AsOfReader.Open(Folder, _disk))
            Assert.Equal(before.Length, asOf.LastFrame);
        AssertWhole(before);
        _store = Open();
        AssertTold(before, [.. _store.Read()]);
        AssertWhole(before);
        Assert.Equal(names, _disk.List(Folder));
    }

    [Fact]
    public void Covered_units_stay_as_long_as_the_one_that_covers_them_is_not_whole()
    {
        Fill(units: 6);
        Empty(4);
        Dictionary<string, byte[]> image = Image();
        _store = Open();
        Assert.NotNull(_store.Merge(CancellationToken.None));
        foreach ((string path, byte[] bytes) in Image())
            image[path] = bytes;
        image.Remove("/journal/0000000001-3-0000000004.facts.parquet");
        _disk = TraceDisk.From(image);
        _store = Open();
        Close();
        Assert.Contains("0000000003.checkpoint", _disk.List(Folder));
        Assert.Contains("0000000003-2.facts.parquet", _disk.List(Folder));
    }

    [Fact]
    public void A_proof_goes_on_from_any_mark_of_before_the_merge()
    {
        Fill(units: 6);
        Empty(4);
        List<VerifyMark> marks = [];
        JournalVerifier.Verify(Folder, _disk, new Marks(marks));
        marks = [.. marks.Distinct()];
        Assert.True(marks.Count > 5);
        Assert.NotNull(_store.Merge(CancellationToken.None));
        Close();
        Dictionary<string, byte[]> image = Image();
        foreach (VerifyMark mark in marks)
        {
            VerifyReport report = JournalVerifier.Verify(Folder, _disk, from: mark);
            Assert.True(report.Whole, $"from segment {mark.Segment}: {report.Sentence}");
            Assert.Equal(mark.Segment < 4 ? _appended : _appended - mark.Frame, report.Frames);
        }

        byte[] facts = (byte[])image["/journal/0000000001-3-0000000004.facts.parquet"].Clone();
        facts[facts.Length / 2] ^= 1;
        var rotten = TraceDisk.From(new Dictionary<string, byte[]>(image) { ["/journal/0000000001-3-0000000004.facts.parquet"] = facts });
        Assert.Equal("0000000001-3-0000000004.facts.parquet", JournalVerifier.Verify(Folder, rotten, from: marks[1]).FirstDamage?.Segment);
        Assert.True(JournalVerifier.Verify(Folder, rotten, from: marks[3]).Whole);
    }

    [Fact]
    public void A_proof_that_is_overtaken_by_a_merge_counts_every_frame_once()
    {
        Fill(units: 7);
        Empty(5);
        bool merged = false;
        var walk = new Acting(() =>
        {
            if (!merged)
                merged = _store.Merge(CancellationToken.None) is not null;
        });
        VerifyReport report = JournalVerifier.Verify(Folder, _disk, walk);
        Assert.True(merged);
        Assert.True(report.Whole, report.Sentence);
        Assert.Equal(_appended, report.Frames);
    }

    [Fact]
    public void A_merged_journal_is_copied_and_a_damaged_merged_unit_is_repaired()
    {
        Fill(units: 8);
        _store.Thin(6, all: false, CancellationToken.None);
        Empty(5);
        Assert.NotNull(_store.Merge(CancellationToken.None));
        StoredBatch[] before = [.. _store.Read()];
        CopiedJournal copy = JournalCopy.To(Folder, Copy, _disk);
        Assert.Equal(_appended, copy.LastFrame);
        AssertTold(before, [.. JournalReader.Open(Copy, _disk).Read()]);

        Dictionary<string, byte[]> image = Image();
        byte[] facts = image["/journal/0000000001-3-0000000004.facts.parquet"];
        facts[facts.Length / 2] ^= 1;
        // Without its parity it could be mended by nobody.
        Array.Clear(image["/journal/0000000001-3-0000000004.parity"]);
        _disk = TraceDisk.From(image);
        RepairReport repaired = JournalRepair.Run(Folder, Quarantine, _disk, _clock, s_signer);
        Assert.NotEmpty(repaired.Losses);
        Assert.Contains(_disk.List(Folder), n => n == "0000000001-4-0000000004.facts.parquet");
        VerifyReport report = JournalVerifier.Verify(Folder, _disk);
        Assert.True(report.FirstDamage is null && report.Repaired.Count > 0, report.Sentence);
        _store = Open();
        Fill(units: 1);
        Empty(8);
        Assert.Equal((5, 8), _store.Merge(CancellationToken.None) is { } again ? (again.FirstSegment, again.LastSegment) : (0, 0));
        Close();
        Assert.Null(JournalVerifier.Verify(Folder, _disk).FirstDamage);
    }

    [Fact]
    public void The_service_merges_behind_every_unit_that_it_empties()
    {
        Fill(units: 9);
        _clock.Now += TimeSpan.FromDays(40);
        var retention = new Retention(_store, new RetentionPolicy(), () => SpaceLevel.Deleting, _clock, NullLogger<Retention>.Instance);
        while (retention.Step(SpaceLevel.Deleting, CancellationToken.None).Count > 0)
        {
        }

        int units = _store.Units.Count;
        Assert.Equal(6, retention.Merge(CancellationToken.None));
        Assert.Equal(units - 6, _store.Units.Count);
    }

    Dictionary<string, byte[]> Image()
    {
        Close();
        return _disk.Image().ToDictionary(f => f.Key, f => (byte[])f.Value.Clone());
    }

    JournalStore Open() => JournalStore.Open(Folder, s_options, _disk, _clock, NullLogger<JournalStore>.Instance, stepped: true, s_signer);

    void Close() => _store.DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <summary>Appends until so many units more are sealed.</summary>
    void Fill(int units)
    {
        for (int made = 0; made < units;)
        {
            Append();
            made += _store.SealNext() ? 1 : 0;
        }
    }

    void Append()
    {
        int i = ++_appended;
        _clock.Now += TimeSpan.FromSeconds(1);
        Sample[] samples = [.. Enumerable.Range(0, i % 5 == 0 ? 0 : 8).Select(n => SampleBuilder.Sample("P-101.flow", i, Math.Sqrt((7 * i) + n)))];
        Task<long> stored = _store.AppendAsync(SampleBuilder.Batch("line-1", i, samples) with { Ingest = IngestTime.Now(_clock), Facts = [new Tick(IngestTime.Now(_clock))] });
        _store.CommitWaiting();
        Assert.True(stored.IsCompletedSuccessfully);
    }

    void Empty(int last)
    {
        for (int unit = 1; unit <= last; unit++)
        {
            if (_store.Units.Any(u => u.Segment == unit))
                _store.Thin(unit, all: true, CancellationToken.None);
        }
    }

    void AssertWhole(StoredBatch[] before)
    {
        Close();
        VerifyReport report = JournalVerifier.Verify(Folder, _disk);
        Assert.True(report.Whole, report.Sentence);
        Assert.Equal(before.Length, report.Frames);
    }

    static void AssertTold(StoredBatch[] before, StoredBatch[] after) => Assert.Equal(before.Select(Told), after.Select(Told));

    static string Told(StoredBatch stored)
    {
        var bytes = new ArrayBufferWriter<byte>();
        FactCodec.Encode(stored.Batch, bytes);
        return $"{stored.Frame} {stored.SamplesTaken} {stored.Left} {stored.Thinned} {stored.Position} {Convert.ToHexString(bytes.WrittenSpan)}";
    }

    /// <summary>Units of so many segments each, without samples; with some where the number is negative.</summary>
    static Checkpoint[] Units(int[] segments)
    {
        var units = new List<Checkpoint>();
        long next = 1;
        foreach (int count in segments)
        {
            long last = next + Math.Abs(count) - 1;
            units.Add(new Checkpoint
            {
                Segment = next,
                LastSegment = last,
                FirstFrame = next,
                LastFrame = last,
                PreviousHash = Digest.None,
                LastHash = Digest.None,
                FirstIngest = default,
                LastIngest = default,
                Files = [new CheckpointFile(UnitFile.Of(next, 1, UnitFile.Samples), 100, Digest.None, count < 0 ? 1 : 0, [])],
                Thinned = true,
                Key = s_signer.PublicKey,
            });
            next = last + 1;
        }

        return [.. units];
    }

    sealed class Marks(List<VerifyMark> marks) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value)
        {
            if (value.Proved is { } mark)
                marks.Add(mark);
        }
    }

    sealed class Acting(Action act) : IProgress<VerifyProgress>
    {
        public void Report(VerifyProgress value) => act();
    }
}
