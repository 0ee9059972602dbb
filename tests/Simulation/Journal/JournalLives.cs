using System.Buffers.Binary;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Kit.Disks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Simulation.Journal;

/// <summary>
/// The lives of one journal on one bad disk: open, append, commit, die, again. Everything follows from the seed.
/// </summary>
sealed class JournalLives
{
    const string Folder = "/journal";

    static readonly JournalOptions s_options = new() { SegmentBytes = 8192, GroupBytesMax = 3000, SealAfterSegments = 0 };
    static readonly FixedSigner s_signer = new();

    readonly Random _random;
    readonly List<long> _known = [];
    readonly List<long> _calls = [];
    readonly StillClock _clock = new();
    int _acknowledged;
    long _nextId = 1;

    public JournalLives(int seed)
    {
        _random = new Random(seed);
        Disk = new SimDisk(_random);
    }

    public SimDisk Disk { get; }

    public int Cuts { get; private set; }

    public int CutGroups { get; private set; }

    /// <summary>Retired logs that were there at a start.</summary>
    public int Spares { get; private set; }

    /// <summary>Closed segments are sealed now and then.</summary>
    public bool Seals { get; set; } = true;

    public int Units { get; private set; }

    /// <summary>Lives that began with what a sealing that was cut off had left.</summary>
    public int SealingsCut { get; private set; }

    public int FailedSyncs { get; private set; }

    public long Acknowledged { get; private set; }

    /// <returns>Null, or the first thing that broke a promise.</returns>
    public string? Live(int lives)
    {
        for (int life = 1; life <= lives; life++)
        {
            try
            {
                if (LiveOnce() is { } violation)
                    return $"life {life}: {violation}";
            }
            catch (JournalCorruptException corrupt)
            {
                return $"life {life}: an accident looked like corruption: {corrupt.Message}";
            }

            Cuts++;
            Disk.Restart(powerCut: _random.Next(3) > 0);
        }

        return null;
    }

    string? LiveOnce()
    {
        if (_random.Next(8) > 0)
            Disk.CutAt = 1 + _random.Next(_random.Next(2) == 0 ? 40 : 200);
        Disk.BytesMax = _random.Next(12) == 0 ? _random.Next(40_000) : long.MaxValue;
        _clock.Now += TimeSpan.FromSeconds(1);
        if (_random.Next(3) == 0)
            PlantSpare();
        if (Disk.List(Folder).Any(name => name.EndsWith(".samples.parquet", StringComparison.Ordinal) && !Disk.List(Folder).Contains(name.Replace(".samples.parquet", ".checkpoint", StringComparison.Ordinal))))
            SealingsCut++;
        JournalStore store;
        try
        {
            store = JournalStore.Open(Folder, s_options, Disk, _clock, NullLogger<JournalStore>.Instance, stepped: true, Seals ? s_signer : null);
        }
        catch (Exception died) when (died is PowerCutException or IOException)
        {
            return null;
        }

        if (store.Opened.CutBytes > 0)
            CutGroups++;
        return Recovered(store) ?? Work(store);
    }

    // What a retired log leaves: a file of the right length, full of whole frames of this very journal, none of which may come back.
    void PlantSpare()
    {
        if (Disk.List(Folder).LastOrDefault(name => name.EndsWith(".log", StringComparison.Ordinal)) is not { } newest)
            return;
        string spare = Path.Combine(Folder, $"{_random.Next(1, 4):D10}.spare");
        if (Disk.Plant(spare, Disk.BytesOf(Path.Combine(Folder, newest))))
            Spares++;
    }

    string? Recovered(JournalStore store)
    {
        long[] stored = [.. store.Read().Select(IdOf)];
        if (StoredCheck.Violation(_known, _calls, _acknowledged, stored) is { } violation)
            return violation;
        if (store.LastFrame != stored.Length)
            return $"LastFrame is {store.LastFrame} and {stored.Length} batches are stored";
        _known.Clear();
        _known.AddRange(stored);
        _calls.Clear();
        _acknowledged = 0;
        return null;
    }

    string? Work(JournalStore store)
    {
        var tasks = new List<Task<long>>();
        for (int step = _random.Next(12); step > 0; step--)
        {
            for (int batches = _random.Next(5); batches > 0; batches--)
            {
                _calls.Add(_nextId);
                tasks.Add(store.AppendAsync(NextBatch()));
            }

            store.CommitWaiting();
            if (tasks.Find(task => !task.IsCompleted) is not null)
                return "a batch is neither acknowledged nor refused after its commit";
            if (_random.Next(3) == 0 && Seal(store) is { } violation)
                return violation;
        }

        if (_random.Next(3) == 0)
        {
            _clock.Now += TimeSpan.FromSeconds(1);
            try
            {
                ValueTask stopped = store.DisposeAsync();
                if (!stopped.IsCompleted)
                    return "stopping waits for something";
            }
            catch (PowerCutException)
            {
                // The store is gone with the power; what it acknowledged is checked in the next life.
            }
        }

        return Count(store, tasks);
    }

    string? Seal(JournalStore store)
    {
        try
        {
            if (store.SealNext())
                Units++;
        }
        catch (PowerCutException)
        {
            // From here on the store refuses; what counts is checked in the next life.
        }

        return store.SealingTrouble is { } trouble && trouble.Contains("Nothing is sealed until", StringComparison.Ordinal) ? trouble : null;
    }

    string? Count(JournalStore store, List<Task<long>> tasks)
    {
        _acknowledged = tasks.TakeWhile(task => task.IsCompletedSuccessfully).Count();
        Acknowledged += _acknowledged;
        if (tasks.Skip(_acknowledged).Any(task => task.IsCompletedSuccessfully))
            return "a batch was acknowledged behind one that was not";
        for (int i = 0; i < _acknowledged; i++)
        {
            if (tasks[i].Result != _known.Count + i + 1)
                return $"a batch was told frame {tasks[i].Result} and is number {_known.Count + i + 1}";
        }

        foreach (Task<long> refused in tasks.Skip(_acknowledged))
        {
            if (refused.Exception!.InnerException is not IOException)
                return $"a refused batch got {refused.Exception.InnerException}";
        }

        if (store.Failure?.InnerException is IOException)
            FailedSyncs++;
        return store.Failure is null && _acknowledged < tasks.Count ? "a batch was refused although nothing failed" : null;
    }

    FactBatch NextBatch()
    {
        byte[] key = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(key, _nextId++);
        var samples = new Sample[_random.Next(30)];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = SampleBuilder.Sample("P-101.flow", i, _random.NextDouble());
        return SampleBuilder.Batch("sim", 1, samples) with { Key = key };
    }

    static long IdOf(StoredBatch stored) => BinaryPrimitives.ReadInt64LittleEndian(stored.Batch.Key.Span);
}
