using System.Runtime.CompilerServices;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Tests.Kit;

/// <summary>A journal in a list: everything is durable at once.</summary>
public sealed class ListJournal : IJournal
{
    readonly Lock _gate = new();
    readonly List<StoredBatch> _frames = [];
    TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long LastFrame
    {
        get
        {
            lock (_gate)
                return _frames.Count;
        }
    }

    public long FirstFrame => 1;

    public long FrameAt(IngestTime time)
    {
        lock (_gate)
            return _frames.FindLast(stored => stored.Batch.Ingest.UnixNanoseconds <= time.UnixNanoseconds)?.Frame ?? 0;
    }

    public Task<long> AppendAsync(FactBatch batch)
    {
        lock (_gate)
        {
            _frames.Add(new StoredBatch(_frames.Count + 1, batch));
            TaskCompletionSource more = _more;
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
            more.SetResult();
            return Task.FromResult((long)_frames.Count);
        }
    }

    public IEnumerable<StoredBatch> Read(long fromFrame = 1)
    {
        lock (_gate)
            return [.. _frames.Skip((int)fromFrame - 1)];
    }

    public async IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            Task more;
            lock (_gate)
                more = _more.Task;
            foreach (StoredBatch stored in Read(fromFrame))
            {
                yield return stored;
                fromFrame = stored.Frame + 1;
            }

            await more.WaitAsync(stop);
        }
    }
}
