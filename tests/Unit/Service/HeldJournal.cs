using EdgeRuntime.Facts;
using EdgeRuntime.Journal;

namespace EdgeRuntime.Tests.Unit.Service;

/// <summary>A journal whose appends become durable, or fail, when the test says so.</summary>
sealed class HeldJournal : IJournal
{
    readonly Queue<TaskCompletionSource<long>> _waiting = new();

    public long FirstFrame => 1;

    public long LastFrame { get; private set; }

    public long FrameAt(IngestTime time) => throw new InvalidOperationException("Nobody looks back here.");

    public List<FactBatch> Appended { get; } = [];

    public Task<long> AppendAsync(FactBatch batch)
    {
        Appended.Add(batch);
        var waiting = new TaskCompletionSource<long>();
        _waiting.Enqueue(waiting);
        return waiting.Task;
    }

    public void Commit() => _waiting.Dequeue().SetResult(++LastFrame);

    public void Fail() => _waiting.Dequeue().SetException(new IOException("The disk is full."));

    public IEnumerable<StoredBatch> Read(long fromFrame = 1) => [];

    public IAsyncEnumerable<StoredBatch> FollowAsync(long fromFrame, CancellationToken stop) => AsyncEnumerable.Empty<StoredBatch>();
}
