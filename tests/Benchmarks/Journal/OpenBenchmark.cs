using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// How long a journal of many gigabytes takes to open after its process was killed in the middle of writing.
/// Run: <c>dotnet run -c Release --project tests/Benchmarks -- open [gigabytes] [folder]</c>
/// </summary>
static class OpenBenchmark
{
    const int TextBytes = 4096;
    const int TextsPerBatch = 64;
    const int Ahead = 64;

    public static int Run(string[] args)
    {
        int gigabytes = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 20;
        DirectoryInfo folder = args.Length > 1 ? Directory.CreateDirectory(Path.Combine(args[1], "open-benchmark")) : Directory.CreateTempSubdirectory("open-benchmark-");
        try
        {
            using (Process child = Process.Start(Environment.ProcessPath!, ["open-fill", folder.FullName, gigabytes.ToString(CultureInfo.InvariantCulture)]))
                child.WaitForExit();
            long bytes = folder.GetFiles().Sum(f => f.Length);
            long began = Stopwatch.GetTimestamp();
            JournalStore store = Open(folder.FullName);
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:N1} GB, killed while writing: {store.Opened.Sentence}"));
            bool isWhole = store.Opened is { Clean: false, Frames: > 0 } && store.Read(store.LastFrame).Count() == 1;
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Target[] targets =
            [
                new("open.gigabytes", bytes / 1e9, AtLeast: true, Required: gigabytes, Aim: gigabytes),
                new("open.seconds-after-a-crash", isWhole ? seconds : double.PositiveInfinity, AtLeast: false, Required: 3, Aim: 1),
            ];
            foreach (Target target in targets)
                Console.WriteLine(target);
            return targets.All(t => t.Kept) ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Fills the folder and dies as a killed process does.</summary>
    public static int Fill(string folder, long gigabytes)
    {
        JournalStore store = Open(folder);
        var random = new Random(1);
        byte[] noise = new byte[TextBytes / 2];
        var waiting = new Queue<Task<long>>();
        for (long written = 0; written < (gigabytes + 1) * 1_000_000_000; written += TextBytes * TextsPerBatch)
        {
            Sample[] samples = [.. Enumerable.Range(0, TextsPerBatch).Select(i => SampleBuilder.Sample("L-1.note", i, 0) with { Value = TagValue.Of(Noise(random, noise)) })];
            waiting.Enqueue(store.AppendAsync(SampleBuilder.Batch("line-1", 0, samples)));
            if (waiting.Count > Ahead)
                waiting.Dequeue().GetAwaiter().GetResult();
        }

        Process.GetCurrentProcess().Kill();
        return 1;
    }

    /// <summary>Another text each time: the same ones would be stored once.</summary>
    static string Noise(Random random, byte[] noise)
    {
        random.NextBytes(noise);
        return Convert.ToHexString(noise);
    }

    /// <summary>Unsealed, so that all of it is what an opening might have to look at.</summary>
    static JournalStore Open(string folder) =>
        JournalStore.Open(folder, new JournalOptions { Seal = false }, new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);
}
