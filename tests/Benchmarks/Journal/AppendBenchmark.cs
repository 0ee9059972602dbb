using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// Durable append of the same batches by all sides in one process, round by round in turn, medians. CPU is that of the whole process,
/// background work included. Run: <c>dotnet run -c Release --project tests/Benchmarks -- journal [rounds] [folder]</c>
/// </summary>
static class AppendBenchmark
{
    const int Tags = 200;
    const int ValuesPerBatch = 200;

    public static void Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        DirectoryInfo folder = args.Length > 1
            ? Directory.CreateDirectory(Path.Combine(args[1], "journal-benchmark"))
            : Directory.CreateTempSubdirectory("journal-benchmark-");
        try
        {
            Compare(rounds, folder.FullName);
            Follow(folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static void Compare(int rounds, string folder)
    {
        var journal = new JournalSide(folder);
        IAppendSide[] sides = [journal, new SqliteSide(folder), new LiteDbSide(folder)];
        var measured = sides.ToDictionary(side => side, _ => new List<(double Rate, double Cpu, double Allocated)>());
        var stored = sides.ToDictionary(side => side, _ => 0L);
        FactBatch[] batches = [.. Enumerable.Range(0, sides.Max(side => side.ValuesPerRound) / ValuesPerBatch).Select(Batch)];
        for (int round = 0; round <= rounds; round++)
        {
            foreach (IAppendSide side in sides)
            {
                (double, double, double) one = Measure(side, batches);
                stored[side] += side.ValuesPerRound;

                // The first round warms up code and files.
                if (round > 0)
                    measured[side].Add(one);
            }
        }

        Console.WriteLine($"Durable append, {Tags} tags, batches of {ValuesPerBatch} values, {rounds} interleaved rounds, medians [range]");
        Console.WriteLine($"{"side",-22}{"values/s",28}{"CPU ns/value",14}{"B/value",9}{"allocated B/value",19}");
        foreach (IAppendSide side in sides)
        {
            List<(double Rate, double Cpu, double Allocated)> all = measured[side];
            string rate = $"{Median(all.Select(m => m.Rate)):N0} [{all.Min(m => m.Rate):N0}-{all.Max(m => m.Rate):N0}]";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{side.Name,-22}{rate,28}{Median(all.Select(m => m.Cpu)),14:N0}{(double)side.StoredBytes() / stored[side],9:N1}{Median(all.Select(m => m.Allocated)),19:N1}"));
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"journal: {(double)journal.Counters.Frames / journal.Counters.Commits:N1} batches per flush"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"journal: {EncodeCpu(batches):N0} ns/value of its CPU are the canonical encoding"));
        foreach (IAppendSide side in sides)
        {
            if (side != journal)
                Ratio(measured[journal], measured[side], side.Name);
            side.Dispose();
        }
    }

    static (double Rate, double Cpu, double Allocated) Measure(IAppendSide side, FactBatch[] batches)
    {
        ArraySegment<FactBatch> some = new(batches, 0, side.ValuesPerRound / ValuesPerBatch);
        using var process = Process.GetCurrentProcess();
        long allocated = GC.GetTotalAllocatedBytes(precise: true);
        TimeSpan cpu = process.TotalProcessorTime;
        long started = Stopwatch.GetTimestamp();
        side.Store(some);
        TimeSpan wall = Stopwatch.GetElapsedTime(started);
        process.Refresh();
        cpu = process.TotalProcessorTime - cpu;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return (side.ValuesPerRound / wall.TotalSeconds, cpu.TotalNanoseconds / side.ValuesPerRound, (double)allocated / side.ValuesPerRound);
    }

    static double EncodeCpu(FactBatch[] batches)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        foreach (FactBatch batch in batches)
        {
            buffer.ResetWrittenCount();
            FactCodec.Encode(batch, buffer);
        }

        process.Refresh();
        return (process.TotalProcessorTime - cpu).TotalNanoseconds / batches.Sum(batch => batch.Count);
    }

    static void Ratio(List<(double Rate, double Cpu, double Allocated)> ours, List<(double Rate, double Cpu, double Allocated)> theirs, string name) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"journal / {name}: {Median(ours.Zip(theirs, (a, b) => a.Rate / b.Rate)):N1}x the values/s, {Median(ours.Zip(theirs, (a, b) => b.Cpu / a.Cpu)):N1}x less CPU per value"));

    // How long one small batch takes to be durable, and from there to a follower.
    static void Follow(string folder)
    {
        const int Count = 2000;
        JournalStore store = JournalStore.Open(
            Path.Combine(folder, "follow"), new JournalOptions(), new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);
        long[] durable = new long[Count + 1];
        double[] toDurable = new double[Count];
        long[] followed = new long[Count + 1];
        using var stop = new CancellationTokenSource();
        Task follower = Task.Run(async () =>
        {
            await foreach (StoredBatch batch in store.FollowAsync(1, stop.Token))
            {
                followed[batch.Frame] = Stopwatch.GetTimestamp();
                if (batch.Frame == Count)
                    return;
            }
        });
        for (int i = 1; i <= Count; i++)
        {
            long asked = Stopwatch.GetTimestamp();
            store.AppendAsync(Batch(i)).GetAwaiter().GetResult();
            durable[i] = Stopwatch.GetTimestamp();
            toDurable[i - 1] = Stopwatch.GetElapsedTime(asked, durable[i]).TotalMicroseconds;
        }

        follower.GetAwaiter().GetResult();
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        double[] toFollower = [.. Enumerable.Range(1, Count).Select(i => (followed[i] - durable[i]) * 1e6 / Stopwatch.Frequency).Order()];
        Array.Sort(toDurable);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"one batch of {ValuesPerBatch} at a time: durable after {toDurable[Count / 2]:N0} us (p50), {toDurable[Count * 99 / 100]:N0} us (p99); a follower has it {toFollower[Count / 2]:N0} us (p50), {toFollower[Count * 99 / 100]:N0} us (p99) after the appender's await returned (negative: before)"));
    }

    static FactBatch Batch(int number)
    {
        var random = new Random(number);
        var samples = new Sample[ValuesPerBatch];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = SampleBuilder.Sample($"line-1.tag-{i % Tags:D3}", number, Math.Round(random.NextDouble() * 100, 3));
        return SampleBuilder.Batch("line-1", number, samples);
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
