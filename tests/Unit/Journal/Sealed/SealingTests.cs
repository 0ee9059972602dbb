using CsCheck;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using EdgeRuntime.Tests.Unit.Facts;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.Sealed;

public sealed class SealingTests
{
    /// <summary>Batches as <see cref="AnyFact"/> makes them, and some whose doubles are decimals of a few tags, as plants send them.</summary>
    static readonly Gen<FactBatch> s_batches = Gen.OneOf(
        AnyFact.Batches,
        from ns in Gen.Long[0, 1L << 60]
        from values in Gen.Select(Gen.Int[0, 4], Gen.Long[-100_000, 100_000], Gen.Int[0, 15], (tag, mantissa, scale) => (tag, mantissa, scale)).Array[0, 40]
        select new FactBatch
        {
            Ingest = new IngestTime(ns),
            Origin = "line-1",
            Samples = [.. values.Select((v, i) => new Sample($"tag-{v.tag}", new EventTime(ns + i), null, new IngestTime(ns), Quality.Good, TagValue.Of(v.mantissa / Math.Pow(10, v.scale))))],
        });

    [Fact]
    public void Random_batches_of_every_kind_come_back_from_sealed_files_to_the_byte() => s_batches.Array[1, 40].Sample(
        batches =>
        {
            var journal = new SealedJournal(segmentBytes: 32 << 10);
            JournalStore store = journal.Open();
            SealedJournal.Append(store, batches);
            int units = SealedJournal.SealAll(store);
            Assert.Null(store.SealingTrouble);
            Assert.Equal(batches.Select(SealedJournal.Bytes), store.Read().Select(stored => SealedJournal.Bytes(stored.Batch)));
            SealedJournal.Close(store);

            Assert.Equal(units, journal.Files.Count(name => name.EndsWith(".checkpoint", StringComparison.Ordinal)));
            VerifyReport report = journal.Verify();
            Assert.True(report.Whole && report.Units == units && report.Frames == batches.Length, report.Sentence);
            Assert.Equal(batches.Select(SealedJournal.Bytes), journal.Reader().Read().Select(stored => SealedJournal.Bytes(stored.Batch)));
        },
        iter: 60);

    [Fact]
    public void A_sealed_segment_leaves_its_five_files_and_no_log_and_reading_begins_at_any_frame()
    {
        SealedJournal journal = Many();

        Assert.Contains("0000000001.checkpoint", journal.Files);
        Assert.DoesNotContain("0000000001.log", journal.Files);
        Assert.Equal(
            ["0000000001.batches.parquet", "0000000001.checkpoint", "0000000001.facts.parquet", "0000000001.index", "0000000001.parity", "0000000001.samples.parquet"],
            journal.Files.Where(name => name.StartsWith("0000000001", StringComparison.Ordinal) && !name.EndsWith(".spare", StringComparison.Ordinal)));
        JournalStore store = journal.Open();
        Assert.Equal(1, store.FirstFrame);
        for (int from = 0; from <= 202; from += 3)
        {
            Assert.Equal(Enumerable.Range(Math.Max(1, from), Math.Max(0, 201 - Math.Max(1, from))).Select(n => (long)n), store.Read(from).Select(stored => stored.Frame));
            Assert.Equal(Math.Max(0, 201 - Math.Max(1, from)), journal.Reader().Read(from).Count());
        }

        SealedJournal.Close(store);
    }

    [Fact]
    public void Only_what_one_origin_said_is_read_out_of_sealed_and_hot_alike() => s_batches.Array[1, 40].Sample(
        batches =>
        {
            FactBatch[] mixed = [.. batches.Select((b, i) => b with { Origin = i % 3 == 0 ? Origins.Engine : i % 3 == 1 ? Origins.Engine + "2" : "plant" })];
            JournalReader reader = new SealedJournal(segmentBytes: 32 << 10, sealAfterSegments: 1).With(mixed).Reader();
            for (long from = 1; from <= mixed.Length; from += 7)
            {
                string[] all = [.. reader.ReadTolerant(from).Where(e => e.Batch!.Batch.Origin == Origins.Engine).Select(e => $"{e.Batch!.Frame} {SealedJournal.Bytes(e.Batch.Batch)}")];
                Assert.Equal(all, reader.ReadTolerant(from, Origins.Engine).Select(e => $"{e.Batch!.Frame} {SealedJournal.Bytes(e.Batch.Batch)}"));
            }
        },
        iter: 50);

    [Fact]
    public void As_many_closed_segments_stay_hot_as_was_asked_for()
    {
        var journal = new SealedJournal(sealAfterSegments: 2);
        JournalStore store = journal.Open();
        SealedJournal.Append(store, Enumerable.Range(1, 200).Select(JournalFolder.Batch));
        int units = SealedJournal.SealAll(store);

        int hot = journal.Files.Count(name => name.EndsWith(".log", StringComparison.Ordinal));
        Assert.True(units > 0);
        Assert.Equal(3, hot);
        SealedJournal.Close(store);
    }

    [Fact]
    public void A_segment_of_facts_only_and_one_with_no_batch_at_all_are_sealed_too()
    {
        var ticks = new SealedJournal();
        ticks.With(Enumerable.Range(1, 100).Select(i => SampleBuilder.Tick(i)));
        Assert.Contains("0000000002.checkpoint", ticks.Files);
        Assert.Equal(100, ticks.Reader().Read().Count());
        Assert.True(ticks.Verify().Whole, ticks.Verify().Sentence);

        // The first fills its segment to the last bytes, so the end mark gets one of its own, behind which the second has no room.
        FactBatch Of(int origin) => new() { Ingest = SampleBuilder.IngestAt(1), Origin = new string('x', origin) };
        FactBatch large = Of(3000 + 3920 - (SealedJournal.Bytes(Of(3000)).Length / 2));
        SealedJournal empty = new SealedJournal().With([large]);
        JournalStore store = empty.Open();
        SealedJournal.Append(store, [large]);
        Assert.Equal(2, SealedJournal.SealAll(store));
        SealedJournal.Append(store, [JournalFolder.Batch(3)]);
        SealedJournal.SealAll(store);

        Assert.Contains("0000000002.checkpoint", empty.Files);
        Assert.Equal([1, 2, 3], store.Read().Select(stored => stored.Frame));
        Assert.Equal([2, 3], store.Read(2).Select(stored => stored.Frame));
        Assert.Equal(3, store.FrameAt(SampleBuilder.IngestAt(100)));
        SealedJournal.Close(store);
        Assert.True(empty.Verify() is { Whole: true, Frames: 3 }, empty.Verify().Sentence);
    }

    [Fact]
    public void The_same_batches_give_the_same_bytes()
    {
        SealedJournal first = Many(), second = Many();

        Assert.Equal(first.Files, second.Files);
        Assert.All(first.Files, name => Assert.Equal(
            first.Disk.BytesOf(Path.Combine(SealedJournal.Folder, name)), second.Disk.BytesOf(Path.Combine(SealedJournal.Folder, name))));
    }

    [Fact]
    public async Task A_follower_inside_a_log_that_is_sealed_and_written_over_misses_nothing()
    {
        var journal = new SealedJournal();
        JournalStore store = journal.Open();
        SealedJournal.Append(store, Enumerable.Range(1, 60).Select(JournalFolder.Batch));
        using var stop = new CancellationTokenSource();
        List<IAsyncEnumerator<StoredBatch>> followers = [];
        foreach (int read in new[] { 1, 7, 13, 14, 15, 16, 30, 60 })
        {
            IAsyncEnumerator<StoredBatch> follower = store.FollowAsync(1, stop.Token).GetAsyncEnumerator(stop.Token);
            for (int i = 1; i <= read; i++)
            {
                Assert.True(await follower.MoveNextAsync());
                Assert.Equal(i, follower.Current.Frame);
            }

            followers.Add(follower);
        }

        // Spares of retired logs become the next segments.
        for (int round = 0; round < 8; round++)
        {
            SealedJournal.SealAll(store);
            SealedJournal.Append(store, Enumerable.Range(61 + (round * 30), 30).Select(JournalFolder.Batch));
        }

        Assert.Null(store.SealingTrouble);
        foreach (IAsyncEnumerator<StoredBatch> follower in followers)
        {
            for (long next = follower.Current.Frame + 1; next <= 300; next++)
            {
                Assert.True(await follower.MoveNextAsync());
                Assert.Equal(next, follower.Current.Frame);
                Assert.Equal(SealedJournal.Bytes(JournalFolder.Batch((int)next)), SealedJournal.Bytes(follower.Current.Batch));
            }

            await follower.DisposeAsync();
        }

        SealedJournal.Close(store);
    }

    [Fact]
    public void A_reader_of_another_process_goes_on_in_the_unit_when_the_log_is_retired_under_it()
    {
        var journal = new SealedJournal();
        JournalStore store = journal.Open();
        SealedJournal.Append(store, Enumerable.Range(1, 60).Select(JournalFolder.Batch));
        IEnumerator<StoredBatch> reading = journal.Reader().Read().GetEnumerator();
        Assert.True(reading.MoveNext());

        SealedJournal.SealAll(store);
        SealedJournal.Append(store, Enumerable.Range(61, 60).Select(JournalFolder.Batch));
        long last = 1;
        while (reading.MoveNext())
            Assert.Equal(++last, reading.Current.Frame);

        Assert.Equal(60, last);
        SealedJournal.Close(store);
    }

    [Fact]
    public void The_newest_frame_at_a_time_is_found_in_sealed_and_hot_alike_though_the_clock_was_set_back()
    {
        // Seconds 1 to 120, then back to 100 and on to 219.
        FactBatch[] batches = [.. Enumerable.Range(1, 120).Concat(Enumerable.Range(100, 120)).Select(JournalFolder.Batch)];
        var journal = new SealedJournal(sealAfterSegments: 1);
        journal.With(batches);
        JournalStore store = journal.Open();

        foreach (double second in new[] { 0.5, 1, 60, 99.5, 100, 120, 150, 219, 1000 })
        {
            IngestTime time = SampleBuilder.IngestAt(second);
            long expected = Array.FindLastIndex(batches, batch => batch.Ingest.UnixNanoseconds <= time.UnixNanoseconds) + 1;
            Assert.Equal(expected, store.FrameAt(time));
            Assert.Equal(expected, journal.Reader().FrameAt(time));
        }

        SealedJournal.Append(store, [JournalFolder.Batch(50)]);
        Assert.Equal(241, store.FrameAt(SampleBuilder.IngestAt(60)));
        SealedJournal.Close(store);
    }

    [Fact]
    public void Files_that_do_not_read_back_are_not_signed_and_the_segment_stays()
    {
        var journal = new SealedJournal();
        JournalStore store = journal.Open(new RottingDisk(journal.Disk, UnitFile.Facts));
        SealedJournal.Append(store, Enumerable.Range(1, 60).Select(i => JournalFolder.Batch(i) with { Facts = [new Audit("line-1", "start", $"{i}", "", "", "shift begins")] }));

        Assert.False(store.SealNext());

        Assert.Contains("was not sealed", store.SealingTrouble, StringComparison.Ordinal);
        Assert.DoesNotContain("0000000001.checkpoint", journal.Files);
        Assert.Equal(60, store.Read().Count());
        SealedJournal.Close(store);
        JournalStore again = journal.Open();
        Assert.DoesNotContain("0000000001.samples.parquet", journal.Files);
        Assert.True(again.SealNext());
        SealedJournal.Close(again);
    }

    [Fact]
    public void A_full_disk_is_told_and_sealing_is_tried_again_when_there_is_room()
    {
        var journal = new SealedJournal();
        JournalStore store = journal.Open();
        SealedJournal.Append(store, Enumerable.Range(1, 60).Select(JournalFolder.Batch));
        journal.Disk.BytesMax = 1;

        Assert.False(store.SealNext());
        Assert.Contains("no room", store.SealingTrouble, StringComparison.Ordinal);
        journal.Disk.BytesMax = long.MaxValue;

        Assert.True(store.SealNext());
        Assert.Null(store.SealingTrouble);
        Assert.Equal(60, store.Read().Count());
        SealedJournal.Close(store);
    }

    [Fact]
    public void A_failed_flush_of_any_file_leaves_the_segment_in_force()
    {
        foreach (string part in (string[])[.. UnitFile.Parts, ".checkpoint.new"])
        {
            var journal = new SealedJournal();
            var faulty = new FaultyDisk(journal.Disk);
            JournalStore store = journal.Open(faulty);
            SealedJournal.Append(store, Enumerable.Range(1, 40).Select(JournalFolder.Batch));
            faulty.OnSync = path =>
            {
                if (path.EndsWith(part, StringComparison.Ordinal))
                    throw new IOException($"Flushing {path} to disk failed.");
            };

            Assert.False(store.SealNext());
            Assert.Contains($"Flushing {SealedJournal.Folder}", store.SealingTrouble, StringComparison.Ordinal);
            faulty.OnSync = static _ => { };
            Assert.True(store.SealNext());
            Assert.Equal(40, store.Read().Count());
            SealedJournal.Close(store);
        }
    }

    [Fact]
    public void A_unit_of_which_samples_were_taken_out_says_so_and_keeps_every_position_of_a_fact()
    {
        var disk = new SimDisk(new Random(1));
        FactBatch[] batches =
        [
            JournalFolder.Batch(1) with { Facts = [new Tick(SampleBuilder.IngestAt(1))] },
            JournalFolder.Batch(2),
        ];
        using (var writer = new UnitWriter(disk, SealedJournal.Folder, 1, 2))
        {
            writer.Add(1, batches[0], 2, index => index == 1);
            writer.Add(2, batches[1]);
            writer.Finish();
        }

        UnitIndex.Write(disk, SealedJournal.Folder, "0000000001-2.samples.parquet", "0000000001-2.index");
        var checkpoint = new Checkpoint
        {
            Segment = 1,
            LastSegment = 1,
            FirstFrame = 1,
            LastFrame = 2,
            PreviousHash = Digest.None,
            LastHash = Digest.None,
            FirstIngest = batches[0].Ingest,
            LastIngest = batches[1].Ingest,
            Files = BlockSums.OfUnit(disk, SealedJournal.Folder, 1, 2, (3, 1, 2)),
            Thinned = true,
            Key = default,
        };
        using var reader = new UnitReader(disk, SealedJournal.Folder, checkpoint, new Dictionary<string, string>(StringComparer.Ordinal));

        StoredBatch first = reader.Next()!, second = reader.Next()!;

        Assert.Equal((1, true), (first.SamplesTaken, first.Thinned));
        Assert.Equal(batches[0].Samples[1], first.Batch.Samples.Single());
        Assert.Equal(new Position(1, 2), first.Position);
        Assert.False(second.Thinned);
        Assert.Equal(SealedJournal.Bytes(batches[1]), SealedJournal.Bytes(second.Batch));
        using var strict = new UnitReader(disk, SealedJournal.Folder, checkpoint with { Thinned = false }, new Dictionary<string, string>(StringComparer.Ordinal));
        Assert.Throws<JournalCorruptException>(() => strict.Next());
    }

    [Fact]
    public async Task The_background_sealer_seals_while_batches_come_in_and_readers_read()
    {
        using var folder = new JournalFolder();
        JournalStore store = JournalStore.Open(
            folder.Folder, new JournalOptions { SegmentBytes = 4096, SealAfterSegments = 0 }, new EdgeRuntime.Journal.Disks.RealDisk(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<JournalStore>.Instance, new FixedSigner());
        using var stop = new CancellationTokenSource();
        Task<long> following = Follow();
        for (int i = 1; i <= 200; i++)
            await store.AppendAsync(JournalFolder.Batch(i));

        Assert.Equal(200, await following.WaitAsync(TimeSpan.FromMinutes(2)));
        Assert.Equal(200, store.Read().Count());
        await store.DisposeAsync();

        Assert.Null(store.SealingTrouble);
        VerifyReport report = folder.Verify();
        Assert.True(report is { Whole: true, Frames: 200 }, report.Sentence);

        async Task<long> Follow()
        {
            long last = 0;
            await foreach (StoredBatch stored in store.FollowAsync(1, stop.Token))
            {
                Assert.Equal(++last, stored.Frame);
                if (last == 200)
                    break;
            }

            return last;
        }
    }

    static SealedJournal Many() => new SealedJournal().With(Enumerable.Range(1, 200).Select(JournalFolder.Batch));
}
