using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Sealed;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using ParquetSharp;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// All of SKAB as a sealed unit against ordinary Parquet of the same samples, and how fast a unit is sealed and read back. Run:
/// <c>dotnet run -c Release --project tests/Benchmarks -- sealed [rounds]</c>
/// </summary>
static class SealedBenchmark
{
    public static int Run(string[] args)
    {
        if (TestData.Folder is null)
        {
            Console.WriteLine(TestData.Absent);
            return 0;
        }

        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sealed-benchmark-");
        try
        {
            FactBatch[] batches = SkabData.Batches(Path.Combine(TestData.Folder, "skab"));
            return Compare(folder.FullName, batches, rounds) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    static bool Compare(string folder, FactBatch[] batches, int rounds)
    {
        int values = batches.Sum(batch => batch.Samples.Count);
        Console.WriteLine(FormattableString.Invariant($"SKAB: {values} values in {batches.Length} batches, zstd 3, {rounds} rounds"));
        long best = Best("ingest time", byBatch: false);
        long bestByBatch = Best("batch number", byBatch: true);
        var seal = new List<double>();
        var read = new List<double>();
        Checkpoint unit = null!;
        for (int round = 0; round <= rounds; round++)
        {
            string journal = Path.Combine(folder, FormattableString.Invariant($"journal-{round}"));
            Append(journal, batches);
            var disk = new RealDisk();
            TimeSpan start = Process.GetCurrentProcess().TotalProcessorTime;
            unit = new Sealer(disk, journal, new FixedSigner()).Seal(1, UnitCatalog.Of(disk, journal, []), CancellationToken.None);
            double sealing = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalNanoseconds / values;
            double reading = ReadBack(disk, journal, unit, values);

            // The first round warms up code and files.
            if (round > 0)
            {
                seal.Add(sealing);
                read.Add(reading);
            }

            if (round == rounds)
                Columns(Path.Combine(journal, unit.File(UnitFile.Samples).Name), values);
        }

        long checkpoint = new FileInfo(Path.Combine(folder, FormattableString.Invariant($"journal-{rounds}"), UnitFile.CheckpointOf(1))).Length;
        long ours = unit.Files.Sum(file => file.Bytes) + checkpoint;
        string parts = string.Join(", ", unit.Files.Select(file => FormattableString.Invariant($"{file.Name[10..]} {(double)file.Bytes / values:0.000}")));
        Console.WriteLine(FormattableString.Invariant($"  {"sealed unit",-22}{(double)ours / values,8:0.000} B/value ({parts}, checkpoint {(double)checkpoint / values:0.000})"));
        Console.WriteLine(FormattableString.Invariant($"  sealed in {Median(seal):0} CPU ns/value: log read, all files written and flushed, read back and compared, signed"));
        Console.WriteLine(FormattableString.Invariant($"  read back at {Median(read):0.0} M values per CPU second, as batches"));
        Target[] targets =
        [
            new Target("sealed.bytes-vs-best-skab", (double)ours / best, AtLeast: false, 0.55, 0.40),
            new Target("sealed.samples-vs-best-skab-by-batch", (double)(ours - unit.File(UnitFile.Batches).Bytes) / bestByBatch, AtLeast: false, 0.55, 0.40),
            new Target("sealed.read-mvalues-per-cpu-s", Median(read), AtLeast: true, 2, 5),
        ];
        foreach (Target target in targets)
            Console.WriteLine(target);
        return targets.All(target => target.Kept);

        long Best(string arrival, bool byBatch)
        {
            long least = long.MaxValue;
            foreach (string way in OrdinaryParquet.Ways)
            {
                long bytes = OrdinaryParquet.Write(Path.Combine(folder, way + ".parquet"), way, byBatch, batches);
                Console.WriteLine(FormattableString.Invariant($"  {way + ", " + arrival,-32}{(double)bytes / values,8:0.000} B/value"));
                least = Math.Min(least, bytes);
            }

            return least;
        }
    }

    static void Append(string folder, FactBatch[] batches)
    {
        JournalStore store = JournalStore.Open(
            folder, new JournalOptions { QueueBatchesMax = batches.Length }, new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance, stepped: true);
        foreach (FactBatch batch in batches)
            _ = store.AppendAsync(batch);
        store.CommitWaiting();
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    static double ReadBack(RealDisk disk, string folder, Checkpoint unit, int values)
    {
        TimeSpan start = Process.GetCurrentProcess().TotalProcessorTime;
        using var reader = new UnitReader(disk, folder, unit, new Dictionary<string, string>(StringComparer.Ordinal));
        int read = 0;
        while (reader.Next() is { } stored)
            read += stored.Batch.Samples.Count;
        double seconds = (Process.GetCurrentProcess().TotalProcessorTime - start).TotalSeconds;
        return read == values ? values / seconds / 1e6 : throw new InvalidOperationException($"{read} of {values} values came back.");
    }

    static void Columns(string path, int values)
    {
        using var reader = new ParquetFileReader(path);
        for (int column = 0; column < reader.FileMetaData.NumColumns; column++)
        {
            long bytes = 0;
            for (int group = 0; group < reader.FileMetaData.NumRowGroups; group++)
                bytes += reader.RowGroup(group).MetaData.GetColumnChunkMetaData(column).TotalCompressedSize;
            Console.WriteLine(FormattableString.Invariant($"    {reader.FileMetaData.Schema.Column(column).Name,-14}{(double)bytes / values,8:0.000} B/value"));
        }
    }

    static double Median(List<double> of)
    {
        of.Sort();
        return of[of.Count / 2];
    }
}
