using EdgeRuntime.Facts;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Segments;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Journal.Copies;

/// <summary>Where a journal that nobody has open ends.</summary>
/// <param name="Frame">Its newest frame; where the newest segment is damaged, the newest before the damage.</param>
/// <param name="Hash">The end of its hash chain there.</param>
public sealed record JournalEnd(long Frame, Digest Hash)
{
    /// <exception cref="IOException">There is no journal in the folder, or the disk refuses.</exception>
    public static JournalEnd Of(string folder, IDisk disk)
    {
        long[] logs = SegmentName.NumbersIn(disk.List(folder));
        if (logs.Length == 0)
            throw new IOException($"There is no journal in {folder}; a journal has files called {SegmentName.Of(1)} and so on.");
        SegmentTail tail = SegmentTail.Of(disk, folder, logs[^1]);
        return new JournalEnd(tail.LastFrame, Digest.FromBytes(tail.LastHash));
    }

    /// <summary>Appends one batch, durably, and marks the end again. In the caller's thread, without sealing and without a segment made ahead.</summary>
    /// <param name="segmentBytes">Size of a segment, if a new one must be begun.</param>
    /// <returns>The frame of the batch.</returns>
    /// <exception cref="IOException">The disk refuses, or a process has the journal open.</exception>
    /// <exception cref="JournalCorruptException">Stored bytes are not what was written; nothing was appended.</exception>
    public static long Append(string folder, long segmentBytes, FactBatch batch, IDisk disk, TimeProvider time)
    {
        var options = new JournalOptions { SegmentBytes = segmentBytes, Seal = false };
        JournalStore store = JournalStore.Open(folder, options, disk, time, NullLogger<JournalStore>.Instance, stepped: true);
        Task<long> stored;
        try
        {
            stored = store.AppendAsync(batch);
            store.CommitWaiting();
        }
        finally
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        long frame = stored.GetAwaiter().GetResult();
        return store.Failure is { } failure ? throw new IOException(failure.Message, failure) : frame;
    }
}
