using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;

namespace EdgeRuntime.Tests.Benchmarks.AsOf;

/// <summary>
/// As-of joins and vectors over sealed units against DuckDB's ASOF JOIN over sorted Parquet, both in one process, round by round in turn,
/// CPU of the process, medians; every answer of both is compared. Run: <c>dotnet run -c Release --project tests/Benchmarks -- asof [rounds] [seconds]</c>
/// </summary>
static class AsOfBenchmark
{
    const int Moments = 1_000_000;
    const int WideMoments = 100_000;
    const int WideTags = 32;
    const int Vectors = 3000;

    public static int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 3;
        int seconds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 50_000;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("asof-benchmark-");
        try
        {
            return Compare(rounds, seconds, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static int Compare(int rounds, int seconds, string folder)
    {
        var floor = new AsOfFloor(seconds, folder);
        floor.Seal();
        long bytes = Directory.EnumerateFiles(folder).Sum(file => new FileInfo(file).Length), index = Directory.EnumerateFiles(folder, "*.index").Sum(file => new FileInfo(file).Length);
        Say($"{floor.Values:N0} values of {AsOfFloor.Tags} tags in {floor.SampleFiles.Count} units, {(double)bytes / floor.Values:0.00} B/value, of these {(double)index / floor.Values:0.000} index");
        using var duck = new DuckAsOf(folder, floor.SampleFiles);
        using AsOfReader reader = AsOfReader.Open(folder, new RealDisk());
        var random = new Random(1);
        long span = seconds * 1_000_000_000L;
        AsOfAsk[] narrow = [.. Enumerable.Range(0, Moments).Select(_ => AsOfFloor.Start + random.NextInt64(span)).Order().Select(at => new AsOfAsk(random.Next(AsOfFloor.Tags), new EventTime(at)))];
        EventTime[] moments = [.. Enumerable.Range(0, WideMoments).Select(_ => new EventTime(AsOfFloor.Start + random.NextInt64(span))).OrderBy(at => at.UnixNanoseconds)];
        string[] wide = [.. Enumerable.Range(0, WideTags).Select(i => floor.Names[i * 6 + 3])];
        duck.Ask(floor.Names, [.. narrow.Select(ask => (ask.Tag, ask.At.UnixNanoseconds))], "narrow");
        duck.Ask(wide, [.. Enumerable.Range(0, WideMoments * WideTags).Select(i => (i % WideTags, moments[i / WideTags].UnixNanoseconds))], "wide");

        bool same = Same("1 tag", duck, "narrow", Moments, sink => reader.Join(floor.Names, narrow, null, sink), (ask, _) => ask)
            & Same("32 tags", duck, "wide", WideMoments * WideTags, sink => reader.Join(wide, moments, null, sink), (ask, tag) => ask * WideTags + tag);
        double one = Ratio("join, 1 tag per moment", rounds, () => duck.Sum("narrow"), sink => reader.Join(floor.Names, narrow, null, sink));
        double many = Ratio("join, 32 tags per moment", rounds, () => duck.Sum("wide"), sink => reader.Join(wide, moments, null, sink));
        (double cold, double warm) = VectorP50(reader, wide, AsOfFloor.Start, span, random);
        bool ok = Target("asof.join-1-tag", one, 6, 25, least: true)
            & Target("asof.join-32-tags", many, 20, 100, least: true)
            & Target("asof.vector-p50-ms", cold, 0.5, 0.02, least: false);
        Say($"vector with its pages in the cache: p50 {warm:0.0000} ms");
        return ok && same ? 0 : 1;
    }

    static bool Same(string what, DuckAsOf duck, string table, int asks, Action<JoinedRows> join, Func<int, int, int> number)
    {
        long[] times = new long[asks];
        double[] values = new double[asks];
        duck.Answers(table, times, values);
        int given = 0, differ = 0;
        join((in Joined row, ReadOnlySpan<int> of) =>
        {
            foreach (int one in of)
            {
                given++;
                int ask = number(one, row.Tag);
                bool equal = row.IsThere
                    ? times[ask] == row.Event.UnixNanoseconds && BitConverter.DoubleToInt64Bits(values[ask]) == BitConverter.DoubleToInt64Bits(row.Value.Double)
                    : times[ask] == -1;
                differ += equal ? 0 : 1;
            }
        });
        Say($"{what}: {given:N0} answers, {differ + Math.Abs(asks - given)} differ from DuckDB's");
        return differ == 0 && given == asks;
    }

    static double Ratio(string what, int rounds, Func<(long Rows, long Times, long Hundredths)> duck, Action<JoinedRows> join)
    {
        List<double> theirs = [], ours = [], ratios = [];
        for (int round = 0; round <= rounds; round++)
        {
            (long, long, long) expected = default, got = default;
            double duckCpu = Cpu(() => expected = duck());
            double ownCpu = Cpu(() => got = Sum(join));
            if (expected != got)
                throw new InvalidDataException($"{what}: DuckDB sums up to {expected}, ours to {got}.");

            // The first round warms up code and files.
            if (round == 0)
                continue;
            theirs.Add(duckCpu);
            ours.Add(ownCpu);
            ratios.Add(duckCpu / ownCpu);
        }

        Say($"{what}: DuckDB {Median(theirs):0} ms CPU, ours {Median(ours):0} ms");
        return Median(ratios);
    }

    static (long Rows, long Times, long Hundredths) Sum(Action<JoinedRows> join)
    {
        long count = 0, times = 0, hundredths = 0;
        join((in Joined row, ReadOnlySpan<int> of) =>
        {
            if (!row.IsThere)
                return;
            long time = (row.Event.UnixNanoseconds - DuckAsOf.Base) / 1_000_000, value = (long)Math.Round(row.Value.Double * 100);
            foreach (int _ in of)
            {
                count++;
                times += time;
                hundredths += value;
            }
        });
        return (count, times, hundredths);
    }

    // Cold: no page is unpacked when the question comes, as when a person asks about March; the files are in the system's cache.
    static (double Cold, double Warm) VectorP50(AsOfReader reader, string[] tags, long start, long span, Random random)
    {
        var found = new KnownSample[tags.Length];
        List<double> cold = [], warm = [];
        for (int i = 0; i < Vectors; i++)
        {
            var at = new EventTime(start + random.NextInt64(span));
            reader.ForgetPages();
            cold.Add(Milliseconds(() => reader.Vector(tags, at, null, found)));
            warm.Add(Milliseconds(() => reader.Vector(tags, at, null, found)));
        }

        // Code is at its best after the first half.
        cold.RemoveRange(0, Vectors / 2);
        warm.RemoveRange(0, Vectors / 2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            reader.Vector(tags, new EventTime(start + span / 2 + i), null, found);
        Say($"vector of {tags.Length} tags: {(GC.GetAllocatedBytesForCurrentThread() - before) / 1000.0:0.0} B allocated with its pages in the cache");
        return (Median(cold), Median(warm));
    }

    static double Milliseconds(Action act)
    {
        long from = Stopwatch.GetTimestamp();
        act();
        return Stopwatch.GetElapsedTime(from).TotalMilliseconds;
    }

    static double Cpu(Action act)
    {
        using var process = Process.GetCurrentProcess();
        TimeSpan before = process.TotalProcessorTime;
        act();
        process.Refresh();
        return (process.TotalProcessorTime - before).TotalMilliseconds;
    }

    static bool Target(string name, double value, double limit, double aim, bool least)
    {
        bool ok = least ? value >= limit : value <= limit;
        Say($"TARGET {name} {value:0.###} {(least ? ">=" : "<=")} {limit} {(ok ? "ok" : "MISS")} (aim {aim})");
        return ok;
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    static void Say(FormattableString line) => Console.WriteLine(FormattableString.Invariant(line));
}
