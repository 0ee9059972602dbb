using System.Buffers.Binary;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>
/// The life of a journal, the same each time for a seed, on a disk that writes down every call: batches, commits, segments that fill, clean stops and starts. Knows at which
/// call of the disk each batch was acknowledged.
/// </summary>
sealed class TracedJournal(TraceDisk disk, int seed)
{
    const string Folder = "/journal";

    static readonly JournalOptions s_options = new() { SegmentBytes = 8192, GroupBytesMax = 3000 };

    readonly List<int> _toldAt = [];
    readonly StillClock _clock = new();

    /// <summary>Batches asked for, acknowledged or not; their ids are 1, 2, 3…</summary>
    public int Asked { get; private set; }

    /// <summary>How often the journal said in words that something is wrong.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Batches that were acknowledged when the disk had been asked for this many calls.</summary>
    public int AcknowledgedAt(int calls) => _toldAt.Count(told => told <= calls);

    public int Acknowledged => _toldAt.Count;

    /// <summary>Lives the given number of starts. An error of the disk ends a life; the next one begins on what is there.</summary>
    public void Live(int starts, int commitsPerStart)
    {
        var random = new Random(seed);
        for (int start = 0; start < starts; start++)
            LiveOnce(random, commitsPerStart);
    }

    void LiveOnce(Random random, int commits)
    {
        JournalStore? store = null;
        var waiting = new List<Task<long>>();
        try
        {
            store = JournalStore.Open(Folder, s_options, disk, _clock, NullLogger<JournalStore>.Instance, stepped: true);
            Asked = (int)store.LastFrame;
            for (int commit = 0; commit < commits && store.Failure is null; commit++)
            {
                for (int batches = random.Next(1, 4); batches > 0; batches--)
                {
                    Asked++;
                    waiting.Add(store.AppendAsync(Batch(Asked, random)));
                }

                store.CommitWaiting();
                Tell(waiting);
            }
        }
        catch (IOException refused)
        {
            Findings.Add(refused.Message);
        }

        if (store is null)
            return;
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        if (store.Failure is { } failure)
            Findings.Add(failure.Message);
        foreach (Task<long> refused in waiting.Where(t => t.IsFaulted))
            _ = refused.Exception;
    }

    void Tell(List<Task<long>> waiting)
    {
        foreach (Task<long> told in waiting.Where(t => t.IsCompletedSuccessfully))
        {
            while (_toldAt.Count < told.Result)
                _toldAt.Add(disk.Steps.Count);
        }
    }

    /// <summary>Opens what a cut left and says what is wrong with it; null: every promise holds.</summary>
    public static string? Violation(IReadOnlyDictionary<string, byte[]> image, int acknowledged, int asked)
    {
        var left = TraceDisk.From(image);
        try
        {
            JournalStore store = JournalStore.Open(Folder, s_options, left, new StillClock(), NullLogger<JournalStore>.Instance, stepped: true);
            long[] stored = [.. store.Read().Select(IdOf)];
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            return StoredCheck.Violation([], [.. Enumerable.Range(1, asked).Select(i => (long)i)], acknowledged, stored)
                ?? (JournalVerifier.Verify(Folder, left) is { Whole: false } report ? report.Sentence : null);
        }
        catch (JournalCorruptException corrupt)
        {
            return $"an accident looked like corruption: {corrupt.Message}";
        }
    }

    static FactBatch Batch(int id, Random random)
    {
        byte[] key = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(key, id);
        Sample[] samples = [.. Enumerable.Range(0, random.Next(40)).Select(i => SampleBuilder.Sample($"P-101.tag-{i % 5}", id + i, random.NextDouble()))];
        return SampleBuilder.Batch("sim", id, samples) with { Key = key, Facts = id % 4 == 0 ? [new Audit("sim", "note", "batch", "", $"{id}", "")] : [] };
    }

    static long IdOf(StoredBatch stored) => BinaryPrimitives.ReadInt64LittleEndian(stored.Batch.Key.Span);
}
