using EdgeRuntime.Facts;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>One way to store batches so that they survive a power cut.</summary>
interface IAppendSide : IDisposable
{
    string Name { get; }

    /// <summary>Values to store in one round: enough to measure, few enough to wait for.</summary>
    int ValuesPerRound { get; }

    /// <summary>Stores the batches and returns when all are durable.</summary>
    void Store(IReadOnlyList<FactBatch> batches);

    /// <summary>Bytes on disk that hold what was stored so far.</summary>
    long StoredBytes();
}
