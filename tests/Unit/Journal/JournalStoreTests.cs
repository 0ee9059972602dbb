using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal;

public class JournalStoreTests
{
    static readonly TimeSpan s_hang = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task What_was_appended_comes_back_in_order_and_to_the_byte()
    {
        using var journal = new JournalFolder();
        FactBatch[] batches = [.. Enumerable.Range(1, 100).Select(JournalFolder.Batch), SampleBuilder.Tick(5)];
        await using JournalStore store = journal.Open();

        long[] frames = await Task.WhenAll(batches.Select(store.AppendAsync)).WaitAsync(s_hang);

        Assert.Equal(Enumerable.Range(1, 101).Select(n => (long)n), frames);
        Assert.Equal(101, store.LastFrame);
        StoredBatch[] stored = [.. store.Read()];
        Assert.Equal(frames, stored.Select(s => s.Frame));
        for (int i = 0; i < batches.Length; i++)
            Assert.Equal(Bytes(batches[i]), Bytes(stored[i].Batch));
        Assert.True(store.Counters.Commits <= 101 && store.Counters.Frames == 101);
    }

    [Fact]
    public async Task Reading_begins_at_any_frame_in_any_segment()
    {
        using JournalFolder journal = await new JournalFolder().With(60);
        Assert.True(File.Exists(journal.Segment(2)), "the journal must have several segments");
        await using JournalStore store = journal.Open();

        for (int from = 0; from <= 62; from++)
            Assert.Equal(Math.Max(0, 61 - Math.Max(1, from)), store.Read(from).Count(stored => stored.Frame >= from));
        Assert.Equal(60, journal.Reader().Read(60).Single().Frame);
    }

    [Fact]
    public async Task A_journal_that_was_stopped_says_so_and_goes_on()
    {
        using JournalFolder journal = await new JournalFolder().With(3);

        await using JournalStore store = journal.Open();

        Assert.Equal((3, true, 0L), (store.Opened.Frames, store.Opened.Clean, store.Opened.CutBytes));
        Assert.Equal(new StillClock().Now.ToUnixTimeMilliseconds() * 1_000_000, store.Opened.StoppedAt);
        Assert.Equal(4, await store.AppendAsync(JournalFolder.Batch(4)).WaitAsync(s_hang));
        Assert.Equal(4, store.Read().Count());
    }

    [Fact]
    public async Task Who_appends_one_at_a_time_never_waits_for_others_and_a_closing_ends_the_wait_of_many()
    {
        using var journal = new JournalFolder();
        using var go = new ManualResetEventSlim(true);
        using var flushing = new AutoResetEvent(false);
        var disk = new FaultyDisk(new RealDisk());
        JournalStore store = journal.Open(disk, JournalFolder.Small with { CommitPause = TimeSpan.FromHours(1) });
        for (int i = 1; i <= 3; i++)
            await store.AppendAsync(JournalFolder.Batch(i)).WaitAsync(s_hang);

        // One is held at its flush, so that three come together behind it; after these the writer waits for more.
        go.Reset();
        disk.OnSync = _ =>
        {
            flushing.Set();
            go.Wait(s_hang);
        };
        Task first = store.AppendAsync(JournalFolder.Batch(4));
        Assert.True(flushing.WaitOne(s_hang));
        Task[] behind = [.. Enumerable.Range(5, 3).Select(i => store.AppendAsync(JournalFolder.Batch(i)))];
        go.Set();
        await Task.WhenAll([first, .. behind]).WaitAsync(s_hang);
        Task<long> last = store.AppendAsync(JournalFolder.Batch(8));
        Assert.False(last.IsCompleted);
        await store.DisposeAsync().AsTask().WaitAsync(s_hang);

        Assert.Equal(8, await last);
        Assert.True(journal.Verify().Whole);
    }

    [Fact]
    public async Task A_follower_gets_the_past_and_then_every_batch_as_it_becomes_durable()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open();
        await store.AppendAsync(JournalFolder.Batch(1));
        await store.AppendAsync(JournalFolder.Batch(2));
        using var stop = new CancellationTokenSource(s_hang);
        IAsyncEnumerator<StoredBatch> follower = store.FollowAsync(2, stop.Token).GetAsyncEnumerator(stop.Token);

        for (int frame = 2; frame <= 80; frame++)
        {
            Assert.True(await follower.MoveNextAsync());
            Assert.Equal(frame, follower.Current.Frame);
            Assert.True(follower.Current.Frame <= store.LastFrame);
            await store.AppendAsync(JournalFolder.Batch(frame + 1));
        }

        await stop.CancelAsync();
        while (await follower.MoveNextAsync())
            Assert.True(follower.Current.Frame <= 81);
        await follower.DisposeAsync();
    }

    [Fact]
    public async Task A_follower_that_waits_for_a_later_frame_is_not_given_earlier_ones()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open();
        using var stop = new CancellationTokenSource(s_hang);
        IAsyncEnumerator<StoredBatch> follower = store.FollowAsync(3, stop.Token).GetAsyncEnumerator(stop.Token);
        ValueTask<bool> first = follower.MoveNextAsync();
        for (int i = 1; i <= 3; i++)
            await store.AppendAsync(JournalFolder.Batch(i));

        Assert.True(await first);
        Assert.Equal(3, follower.Current.Frame);
        await follower.DisposeAsync();
    }

    [Fact]
    public async Task A_follower_ends_when_the_journal_is_closed()
    {
        using var journal = new JournalFolder();
        JournalStore store = journal.Open();
        await store.AppendAsync(JournalFolder.Batch(1));
        Task<int> follower = Count(store.FollowAsync(1, CancellationToken.None));

        await store.DisposeAsync();

        Assert.Equal(1, await follower.WaitAsync(s_hang));
        IOException closed = await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(JournalFolder.Batch(2)));
        Assert.Contains("is closed", closed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_flush_refuses_everyone_who_waits_and_everyone_who_comes_and_a_new_start_works()
    {
        using var journal = new JournalFolder();
        var disk = new FaultyDisk(new RealDisk());
        await using (JournalStore store = journal.Open(disk))
        {
            await store.AppendAsync(JournalFolder.Batch(1));
            Task<int> follower = Count(store.FollowAsync(1, CancellationToken.None));
            disk.OnSync = path => throw new IOException($"Flushing {path} to disk failed: Input/output error (errno 5).");

            IOException refused = await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(JournalFolder.Batch(2)).WaitAsync(s_hang));
            Assert.Contains("has stopped after frame 1", refused.Message, StringComparison.Ordinal);
            Assert.Contains("errno 5", refused.Message, StringComparison.Ordinal);
            disk.OnSync = _ => { };
            await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(JournalFolder.Batch(3)).WaitAsync(s_hang));
            await Assert.ThrowsAsync<IOException>(() => follower.WaitAsync(s_hang));
            Assert.Equal(1, store.LastFrame);
            Assert.Single(store.Read());
            Assert.Contains("errno 5", store.Failure!.Message, StringComparison.Ordinal);
        }

        await using JournalStore again = journal.Open(disk);
        Assert.False(again.Opened.Clean);
        Assert.Null(again.Failure);
        Assert.Equal(again.LastFrame + 1, await again.AppendAsync(JournalFolder.Batch(4)).WaitAsync(s_hang));
        Assert.True(journal.Verify().Whole);
    }

    [Fact]
    public async Task After_a_failed_flush_a_new_start_writes_the_last_group_again_before_it_builds_on_it()
    {
        using var journal = new JournalFolder();
        var disk = new FaultyDisk(new RealDisk());
        await using (JournalStore store = journal.Open(disk))
        {
            disk.OnSync = _ => throw new IOException("EIO");
            await Assert.ThrowsAsync<IOException>(() => store.AppendAsync(JournalFolder.Batch(1)).WaitAsync(s_hang));
        }

        var touched = new List<string>();
        disk.OnWrite = path => touched.Add("write " + Path.GetFileName(path));
        disk.OnSync = path => touched.Add("flush " + Path.GetFileName(path));
        await using JournalStore again = journal.Open(disk);

        Assert.Equal(["write 0000000001.log", "flush 0000000001.log"], touched.Take(2));
    }

    [Fact]
    public async Task A_full_disk_refuses_in_words_and_when_there_is_room_a_new_start_works()
    {
        using var journal = new JournalFolder();
        var disk = new FaultyDisk(new RealDisk());
        JournalStore store = journal.Open(disk);
        disk.OnCreate = path => throw new IOException($"No space left on device : '{path}'");
        int stored = 0;
        IOException full = await Assert.ThrowsAsync<IOException>(async () =>
        {
            while (stored < 1000)
            {
                await store.AppendAsync(JournalFolder.Batch(stored + 1)).WaitAsync(s_hang);
                stored++;
            }
        });
        Assert.Contains("No space left on device", full.Message, StringComparison.Ordinal);
        Assert.NotNull(store.Failure);
        await store.DisposeAsync();

        disk.OnCreate = _ => { };
        await using JournalStore again = journal.Open(disk);
        Assert.Equal(stored, again.LastFrame);
        Assert.Equal(stored + 1, await again.AppendAsync(JournalFolder.Batch(stored + 1)).WaitAsync(s_hang));
        Assert.True(journal.Verify().Whole);
    }

    [Fact]
    public async Task A_second_writer_is_refused_with_the_folder_and_the_process_and_readers_are_not()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open();
        await store.AppendAsync(JournalFolder.Batch(1));

        IOException refused = Assert.Throws<IOException>(() => journal.Open());

        Assert.Contains(journal.Folder, refused.Message, StringComparison.Ordinal);
        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
        Assert.Single(journal.Reader().Read());
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_in_one_sentence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "This test needs /sys, a folder that refuses everyone; only Linux has it.");
        IOException refused = Assert.ThrowsAny<IOException>(() => JournalStore.Open(
            "/sys/journal", JournalFolder.Small, new RealDisk(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<JournalStore>.Instance));
        Assert.Contains("/sys/journal", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_no_frame_holds_is_refused_and_the_others_go_on()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open();
        Sample[] many = [.. Enumerable.Range(0, 1000).Select(i => SampleBuilder.Sample("P-101.flow", i, Math.Sqrt(i + 0.7)))];

        ArgumentException refused = await Assert.ThrowsAsync<ArgumentException>(() => store.AppendAsync(SampleBuilder.Batch("line-1", 1, many)));

        Assert.Contains("send it in parts", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, await store.AppendAsync(JournalFolder.Batch(1)).WaitAsync(s_hang));
    }

    [Fact]
    public void Options_that_break_a_rule_are_refused_with_their_key()
    {
        using var journal = new JournalFolder();
        ArgumentException refused = Assert.Throws<ArgumentException>(() => journal.Open(options: new JournalOptions { SegmentBytes = 5000, QueueBatchesMax = 0 }));
        Assert.Contains("journal.segmentBytes is 5000", refused.Message, StringComparison.Ordinal);
        Assert.Contains("journal.queueBatchesMax is 0", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_callers_at_once_get_frames_without_holes_and_share_flushes()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open(options: new JournalOptions { SegmentBytes = 1 << 20, QueueBatchesMax = 8 });
        Task<long>[] appends = [.. Enumerable.Range(0, 8).SelectMany(caller =>
            Enumerable.Range(0, 200).Select(i => Task.Run(() => store.AppendAsync(JournalFolder.Batch(i)))))];

        long[] frames = await Task.WhenAll(appends).WaitAsync(s_hang);

        Assert.Equal(Enumerable.Range(1, 1600).Select(n => (long)n), frames.Order());
        Assert.Equal(1600, store.Read().Count());
    }

    [Fact]
    public async Task One_caller_that_does_not_wait_gets_its_frames_in_the_order_of_its_calls()
    {
        using var journal = new JournalFolder();
        await using JournalStore store = journal.Open(options: JournalFolder.Small with { QueueBatchesMax = 2 });

        long[] frames = await Task.WhenAll(Enumerable.Range(1, 300).Select(i => store.AppendAsync(JournalFolder.Batch(i)))).WaitAsync(s_hang);

        Assert.Equal(Enumerable.Range(1, 300).Select(n => (long)n), frames);
        Assert.Equal(Enumerable.Range(1, 300).Select(n => SampleBuilder.IngestAt(n)), store.Read().Select(stored => stored.Batch.Ingest));
    }

    static async Task<int> Count(IAsyncEnumerable<StoredBatch> batches)
    {
        int count = 0;
        await foreach (StoredBatch _ in batches)
            count++;
        return count;
    }

    static byte[] Bytes(FactBatch batch)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        FactCodec.Encode(batch, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}
