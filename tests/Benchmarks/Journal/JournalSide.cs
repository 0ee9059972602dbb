using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>The product's journal as it ships: CRC, hash chain, pre-zeroed segments (zeroing counted), fdatasync for every group.</summary>
sealed class JournalSide(string folder) : IAppendSide
{
    readonly JournalStore _store = JournalStore.Open(
        Path.Combine(folder, "journal"), new JournalOptions(), new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);

    public string Name => "journal";

    public int ValuesPerRound => 1_000_000;

    public JournalCounters Counters => _store.Counters;

    public void Store(IReadOnlyList<FactBatch> batches)
    {
        var waiting = new Queue<Task<long>>();
        foreach (FactBatch batch in batches)
        {
            // As many in flight as an MQTT session has unacknowledged.
            if (waiting.Count == 256)
                waiting.Dequeue().GetAwaiter().GetResult();
            waiting.Enqueue(_store.AppendAsync(batch));
        }

        while (waiting.TryDequeue(out Task<long>? task))
            task.GetAwaiter().GetResult();
    }

    public long StoredBytes() => _store.Counters.Bytes;

    public void Dispose() => _store.DisposeAsync().AsTask().GetAwaiter().GetResult();
}
