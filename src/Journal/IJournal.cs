using EdgeRuntime.Facts;

namespace EdgeRuntime.Journal;

/// <summary>The one totally ordered, append-only log of a box, as the other rooms see it.</summary>
public interface IJournal
{
    /// <summary>The oldest frame that can still be read: 1 until retention removes some.</summary>
    long FirstFrame { get; }

    /// <summary>The newest durable frame; 0 when there is none.</summary>
    long LastFrame { get; }

    /// <summary>
    /// Appends a batch; the task completes when it is durable and gives its frame. Batches get their frames in the order of the calls.
    /// After a failed flush every task fails with <see cref="IOException"/> and nothing is acknowledged.
    /// </summary>
    Task<long> AppendAsync(FactBatch batch);

    /// <summary>The newest durable frame that was known at <paramref name="time"/>: the newest whose ingest time is not after it. 0 when there is none.</summary>
    /// <exception cref="JournalCorruptException">A stored byte on the way is not what was written.</exception>
    long FrameAt(IngestTime time);

    /// <summary>Every durable batch from <paramref name="fromFrame"/> on, up to the newest at the time of asking.</summary>
    /// <exception cref="JournalCorruptException">A stored byte is not what was written.</exception>
    IEnumerable<StoredBatch> Read(long fromFrame = 1);

    /// <summary>The same, and then every further batch as it becomes durable, until <paramref name="stop"/>.</summary>
    IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, CancellationToken stop);
}
