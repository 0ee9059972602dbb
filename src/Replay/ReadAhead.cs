using System.Collections.Concurrent;

namespace EdgeRuntime.Replay;

/// <summary>
/// Reads a sequence on a thread of its own, some way ahead of who takes it: unpacking the journal and computing from it take about as long as each other. The order is
/// that of the sequence, and what it throws is thrown in its place.
/// </summary>
static class ReadAhead
{
    /// <summary>
    /// Handed over together: a thread that is woken for a little work is put on the processor of who woke it, and then the two take turns instead of working side by
    /// side.
    /// </summary>
    const int ChunkItems = 32;

    /// <summary>Chunks that wait, beside the one that is read and the one that is taken. With batches of 200 samples some 30 MB in all.</summary>
    const int ChunksMax = 4;

    public static IEnumerable<T> Of<T>(IEnumerable<T> source)
    {
        using var stop = new CancellationTokenSource();
        using var chunks = new BlockingCollection<List<T>>(ChunksMax);
        // No token: a reader that never began could not be waited for.
        Task reading = Task.Factory.StartNew(() => Read(source, chunks, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (List<T> chunk in chunks.GetConsumingEnumerable())
            {
                foreach (T item in chunk)
                    yield return item;
            }

            reading.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
            // Who stopped in the middle does not want to know what lay behind.
            _ = reading.Exception;
        }
    }

    static void Read<T>(IEnumerable<T> source, BlockingCollection<List<T>> chunks, CancellationToken stop)
    {
        var chunk = new List<T>(ChunkItems);
        try
        {
            foreach (T item in source)
            {
                chunk.Add(item);
                if (chunk.Count < ChunkItems)
                    continue;
                chunks.Add(chunk, stop);
                chunk = new List<T>(ChunkItems);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            chunk.Clear();
        }
        finally
        {
            // What was read before it threw is still given.
            if (chunk.Count > 0)
                TryAdd(chunks, chunk, stop);
            chunks.CompleteAdding();
        }
    }

    static void TryAdd<T>(BlockingCollection<List<T>> chunks, List<T> chunk, CancellationToken stop)
    {
        try
        {
            chunks.Add(chunk, stop);
        }
        catch (OperationCanceledException)
        {
            // Nobody takes it any more.
        }
    }
}
