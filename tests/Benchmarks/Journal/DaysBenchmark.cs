using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Retention;
using EdgeRuntime.Settings;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// Days of a plant in virtual time on a real disk: 100 tags at 1 Hz go into the journal and a feature pipeline, segments are sealed in the background, the
/// oldest are thinned and emptied when the room is used, and merged then. Memory and the number of files must stay flat.
/// Run: <c>dotnet run -c Release --project tests/Benchmarks -- days [days] [folder]</c>
/// </summary>
static class DaysBenchmark
{
    const int Tags = 100;
    const int SecondsPerDay = 86_400;

    /// <summary>So small that the first days fill it: then as much goes as comes.</summary>
    const long ReserveBytes = 90L << 20;

    /// <summary>A fourth of what a box has: two units a day, so that a month has as many as a quarter of a year.</summary>
    const long SegmentBytes = 16 << 20;

    /// <summary>The one that is written, and the one that stays hot.</summary>
    const int HotSegments = 2;

    /// <summary>Frames on their way to the disk at once.</summary>
    const int Ahead = 512;

    public static int Run(string[] args)
    {
        int days = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 30;
        DirectoryInfo folder = args.Length > 1 ? Directory.CreateDirectory(Path.Combine(args[1], "days-benchmark")) : Directory.CreateTempSubdirectory("days-benchmark-");
        try
        {
            return Live(days, folder.FullName) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static bool Live(int days, string folder)
    {
        var clock = new StillClock();
        JournalStore store = JournalStore.Open(
            folder, new JournalOptions { SegmentBytes = SegmentBytes }, new RealDisk(), clock, NullLogger<JournalStore>.Instance, new FixedSigner());
        var pipeline = new FeaturePipeline(Pipeline(), Asset());
        var said = new List<Fact>();
        var waiting = new Queue<Task<long>>();
        var random = new Random(1);
        double[] values = new double[Tags];
        string[] tags = [.. Enumerable.Range(0, Tags).Select(i => $"L-1.tag_{i:D3}")];
        long vectors = 0;
        var megabytes = new List<double>();
        var files = new List<int>();
        long began = Stopwatch.GetTimestamp();
        for (int day = 0; day < days; day++)
        {
            for (int second = 0; second < SecondsPerDay; second++)
            {
                FactBatch batch = Batch(((long)day * SecondsPerDay) + second, tags, values, random);
                clock.Now = DateTimeOffset.UnixEpoch.AddTicks(batch.Ingest.UnixNanoseconds / 100);
                waiting.Enqueue(store.AppendAsync(batch));
                if (waiting.Count > Ahead)
                {
                    long frame = waiting.Dequeue().GetAwaiter().GetResult();
                    if (frame == 0)
                        throw new InvalidOperationException("A batch got no frame.");
                }

                pipeline.Take(new StoredBatch(store.LastFrame + 1, batch), said);
                vectors += said.Count;
                said.Clear();
            }

            while (waiting.TryDequeue(out Task<long>? last))
                last.GetAwaiter().GetResult();
            WaitForSealing(store, folder);
            MakeRoom(store, folder);
            while (store.Merge(CancellationToken.None) is not null)
            {
            }

            GC.Collect();
            using var process = Process.GetCurrentProcess();
            megabytes.Add(process.WorkingSet64 / 1048576.0);
            files.Add(Directory.GetFiles(folder).Length);
            if (day % 5 == 4 || day == days - 1)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"day {day + 1}: {(day + 1L) * SecondsPerDay * Tags / 1e6:N1} M values, {vectors} vectors, {megabytes[^1]:N0} MiB in memory, {files[^1]} files, {SizeOf(folder) / 1048576.0:N0} MiB on disk, {store.Units.Count} units, {Stopwatch.GetElapsedTime(began).TotalSeconds:N0} s"));
            }
        }

        if (store.SealingTrouble is { } trouble)
            throw new InvalidOperationException(trouble);
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        return Judge(days, megabytes, files);
    }

    /// <summary>The last third against the third before it: what grows with time shows there, what is filled once at the start does not.</summary>
    static bool Judge(int days, List<double> megabytes, List<int> files)
    {
        int third = Math.Max(1, days / 3);
        double memory = megabytes[^third..].Max() / megabytes[Math.Max(0, days - (2 * third))..Math.Max(1, days - third)].Max();
        double more = (double)files[^third..].Max() / files[Math.Max(0, days - (2 * third))..Math.Max(1, days - third)].Max();
        double filesPerDay = days < 2 ? 0 : (double)(files[^1] - files[Math.Max(0, days - third - 1)]) / third;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{filesPerDay:N2} files more a day in the last third"));
        Target[] targets =
        [
            new("days.memory-last-third-vs-before", memory, AtLeast: false, Required: 1.2, Aim: 1),
            new("days.files-last-third-vs-before", more, AtLeast: false, Required: 1.1, Aim: 1),
        ];
        foreach (Target target in targets)
            Console.WriteLine(target);
        return targets.All(t => t.Kept);
    }

    /// <summary>A day of the plant takes seconds here; the sealer, which has a day for it, needs longer.</summary>
    static void WaitForSealing(JournalStore store, string folder)
    {
        while (store.SealingTrouble is null && Directory.GetFiles(folder, "*.log").Length > HotSegments)
            Thread.Sleep(20);
    }

    /// <summary>As the service does it when the room is tight.</summary>
    static void MakeRoom(JournalStore store, string folder)
    {
        foreach (SealedUnit unit in store.Units)
        {
            if (SizeOf(folder) < ReserveBytes)
                return;
            if (unit.Samples > 0 && !unit.Thinned)
                store.Thin(unit.Segment, all: false, CancellationToken.None);
        }

        foreach (SealedUnit unit in store.Units)
        {
            if (SizeOf(folder) < ReserveBytes)
                return;
            if (unit.Samples > 0)
                store.Thin(unit.Segment, all: true, CancellationToken.None);
        }
    }

    static FactBatch Batch(long second, string[] tags, double[] values, Random random)
    {
        var samples = new Sample[Tags];
        for (int i = 0; i < Tags; i++)
        {
            values[i] = i % 5 == 0 ? random.Next(2) : Math.Round(values[i] + ((random.NextDouble() - 0.5) * 0.2), 2);
            samples[i] = SampleBuilder.Sample(tags[i], second, values[i]);
        }

        return new FactBatch { Ingest = SampleBuilder.IngestAt(second), Origin = "line-1", Samples = samples };
    }

    static long SizeOf(string folder) => Directory.GetFiles(folder).Sum(f => new FileInfo(f).Length);

    static FeaturePipelineDefinition Pipeline()
    {
        IEnumerable<string> inputs = Enumerable.Range(0, Tags).Select(i => $"  - {{signal: tag_{i:D3}, unit: bar}}");
        IEnumerable<string> features = Enumerable.Range(0, Tags).Select(i => $"  - {{name: m{i}, op: mean, of: tag_{i:D3}, window: PT60S}}");
        return FeaturePipelineDefinition.Read(SettingsDocument.Parse("pipeline.yaml", System.Text.Encoding.UTF8.GetBytes(
            $"kind: FeaturePipeline\nid: days\nversion: 1.0.0\nvector: {{every: PT60S}}\ninputs:\n{string.Join('\n', inputs)}\nfeatures:\n{string.Join('\n', features)}\n")));
    }

    static AssetDefinition Asset() => SiteDefinition.Read(SettingsDocument.Parse("site.yaml", "kind: Site\nname: days\nassets:\n  - {id: L-1, pipeline: pipeline.yaml}\n"u8.ToArray())).Assets[0];
}
