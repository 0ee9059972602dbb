using System.Buffers.Binary;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>
/// The life of a journal, the same each time for a seed, on a disk that writes down every call: batches, commits, segments that fill and are sealed, units that are thinned, emptied and merged, clean stops and starts. Knows at which
/// call of the disk each batch was acknowledged.
/// </summary>
sealed class TracedJournal(TraceDisk disk, int seed)
{
    public const string Folder = "/journal";

    static readonly JournalOptions s_options = new() { SegmentBytes = 8192, GroupBytesMax = 3000, SealAfterSegments = 0 };

    static readonly FixedSigner s_signer = new();

    readonly List<int> _toldAt = [];
    readonly StillClock _clock = new();

    /// <summary>Batches asked for, acknowledged or not; their ids are 1, 2, 3…</summary>
    public int Asked { get; private set; }

    /// <summary>What the journal said in words to be wrong: thrown, as its failure, or as a warning in the log.</summary>
    public List<string> Findings { get; } = [];

    /// <summary>Batches that were acknowledged when the disk had been asked for this many calls.</summary>
    public int AcknowledgedAt(int calls) => _toldAt.Count(told => told <= calls);

    public int Acknowledged => _toldAt.Count;

    /// <summary>Segments that became sealed units.</summary>
    public int Sealed { get; private set; }

    /// <summary>Times that units became one.</summary>
    public int Merged { get; private set; }

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
            store = JournalStore.Open(Folder, s_options, disk, _clock, new Told(Findings), stepped: true, s_signer);
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
                if (random.Next(3) == 0 && store.SealNext())
                    Sealed++;
                if (random.Next(3) == 0 && store.Units is [.., _] units)
                    MakeRoom(store, units, random);
            }

            if (store.SealingTrouble is { } trouble)
                Findings.Add(trouble);
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

    void MakeRoom(JournalStore store, IReadOnlyList<SealedUnit> units, Random random)
    {
        if (random.Next(3) == 0)
            store.Thin(units[random.Next(units.Count)].Segment, all: false, CancellationToken.None);
        if (units.FirstOrDefault(u => u.Samples > 0) is { } oldest)
            store.Thin(oldest.Segment, all: true, CancellationToken.None);
        if (store.Merge(CancellationToken.None) is not null)
            Merged++;
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
            JournalStore store = JournalStore.Open(Folder, s_options, left, new StillClock(), NullLogger<JournalStore>.Instance, stepped: true, s_signer);
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

    /// <summary>Keeps what the log says to people who look for trouble.</summary>
    sealed class Told(List<string> findings) : ILogger<JournalStore>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                findings.Add(formatter(state, exception));
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
