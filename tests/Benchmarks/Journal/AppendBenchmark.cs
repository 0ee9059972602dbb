using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// Durable append of the same batches by all sides in one process, round by round in turn, medians. CPU is that of the whole process,
/// background work included. Run: <c>dotnet run -c Release --project tests/Benchmarks -- journal [rounds] [folder]</c>
/// </summary>
static class AppendBenchmark
{
    const int WarmUps = 5;
    const int ValuesPerBatch = PlantData.ValuesPerBatch;

    /// <returns>0, or 1 where a figure misses what is required.</returns>
    public static int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 7;
        DirectoryInfo folder = args.Length > 1
            ? Directory.CreateDirectory(Path.Combine(args[1], "journal-benchmark"))
            : Directory.CreateTempSubdirectory("journal-benchmark-");
        try
        {
            bool kept = Compare(rounds, folder.FullName);
            Follow(folder.FullName);
            return kept ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static bool Compare(int rounds, string folder)
    {
        var journal = new JournalSide(folder);
        var faster = new FasterLogSide(folder);
        var sqlite = new SqliteSide(folder);
        var liteDb = new LiteDbSide(folder);
        IAppendSide[] sides = [journal, faster, sqlite, liteDb];
        var measured = sides.ToDictionary(side => side, _ => new List<(double Rate, double Cpu, double Allocated)>());
        var stored = sides.ToDictionary(side => side, _ => 0L);
        FactBatch[] batches = PlantData.Repeated(sides.Max(side => side.ValuesPerRound) / ValuesPerBatch);
        _ = Codec(batches);
        for (int round = -WarmUps; round < rounds; round++)
        {
            foreach (IAppendSide side in sides)
            {
                (double, double, double) one = Measure(side, batches);
                stored[side] += side.ValuesPerRound;

                // The first rounds warm up files and code: the compiler takes a while to see what is hot.
                if (round >= 0)
                    measured[side].Add(one);
            }
        }

        Console.WriteLine($"Durable append, {PlantData.Tags} tags, batches of {ValuesPerBatch} values, {rounds} interleaved rounds, medians [range]");
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
        (double encode, double decode, double bytes) = Codec(batches);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"canonical bytes: {encode:N1} ns/value to write, {decode:N1} ns/value to read, {bytes:N2} B/value"));
        foreach (IAppendSide side in sides)
        {
            if (side != journal)
                Ratio(measured[journal], measured[side], side.Name);
        }

        double BytesPerValue(IAppendSide side) => (double)side.StoredBytes() / stored[side];
        double LessCpuThan(IAppendSide side) => Median(measured[journal].Zip(measured[side], (ours, theirs) => theirs.Cpu / ours.Cpu));
        Target[] targets =
        [
            new("journal.values-per-cpu-second-vs-fasterlog", LessCpuThan(faster), AtLeast: true, Required: 0.8, Aim: 2),
            new("journal.bytes-vs-fasterlog", BytesPerValue(journal) / BytesPerValue(faster), AtLeast: false, Required: 0.35, Aim: 0.15),
            new("journal.less-cpu-than-sqlite-rows", LessCpuThan(sqlite), AtLeast: true, Required: 25, Aim: 75),
            new("journal.less-cpu-than-litedb", LessCpuThan(liteDb), AtLeast: true, Required: 100, Aim: 400),
            new("journal.allocated-bytes-per-value", Median(measured[journal].Select(m => m.Allocated)), AtLeast: false, Required: 1, Aim: 0),
        ];
        foreach (Target target in targets)
            Console.WriteLine(target);
        foreach (IAppendSide side in sides)
            side.Dispose();
        return targets.All(target => target.Kept);
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

    static (double Encode, double Decode, double Bytes) Codec(FactBatch[] batches)
    {
        const int Times = 3;
        var buffer = new ArrayBufferWriter<byte>();
        var names = new TagNames();
        double values = batches.Sum(batch => batch.Count);
        byte[][] encoded = new byte[batches.Length][];
        double[] encode = new double[Times];
        double[] decode = new double[Times];
        for (int time = 0; time < Times; time++)
        {
            encode[time] = Cpu(() =>
            {
                foreach (FactBatch batch in batches)
                {
                    buffer.ResetWrittenCount();
                    FactCodec.Encode(batch, buffer);
                }
            }) / values;
            for (int i = 0; i < batches.Length; i++)
            {
                buffer.ResetWrittenCount();
                FactCodec.Encode(batches[i], buffer);
                encoded[i] = buffer.WrittenSpan.ToArray();
            }

            decode[time] = Cpu(() =>
            {
                foreach (byte[] bytes in encoded)
                    _ = FactCodec.DecodeBatch(bytes, names);
            }) / values;
        }

        return (Median(encode), Median(decode), encoded.Sum(bytes => bytes.Length) / values);
    }

    static double Cpu(Action work)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan cpu = process.TotalProcessorTime;
        work();
        process.Refresh();
        return (process.TotalProcessorTime - cpu).TotalNanoseconds;
    }

    static void Ratio(List<(double Rate, double Cpu, double Allocated)> ours, List<(double Rate, double Cpu, double Allocated)> theirs, string name) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"journal / {name}: {Median(ours.Zip(theirs, (a, b) => a.Rate / b.Rate)):N1}x the values/s, {Median(ours.Zip(theirs, (a, b) => b.Cpu / a.Cpu)):N1}x less CPU per value"));

    // How long one small batch takes to be durable, and from there to a follower.
    static void Follow(string folder)
    {
        const int Count = 2000;
        FactBatch[] batches = PlantData.Repeated(Count);
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
            store.AppendAsync(batches[i - 1]).GetAwaiter().GetResult();
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

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
