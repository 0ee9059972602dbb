using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Gateway;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Replay;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRuntime.Tests.Benchmarks.Replay;

/// <summary>
/// How many times faster than real time a busy plant is computed again and compared bit for bit, from the journal on the disk. CPU time counts, so that what
/// else runs on the machine does not; the time on the clock is printed beside it.
/// </summary>
static class ReplayBenchmark
{
    const double Target = 5000;
    const int Rounds = 5;

    static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(3);

    /// <returns>0 when the target is met and every decision came out the same.</returns>
    public static int Run(string[] args)
    {
        int messages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 6000;
        string folder = Directory.CreateTempSubdirectory("edgeruntime-bench-").FullName;
        try
        {
            var plant = new BusyPlant();
            Live(folder, plant, messages);
            JournalReader reader = JournalReader.Open(folder, new RealDisk());
            var source = new ReplaySource { Entries = from => reader.ReadTolerant(from), LastFrame = () => reader.LastFrame, Archive = plant, Arms = plant.Arms, ReadsAhead = true };
            double seconds = messages * BusyPlant.Seconds;
            double decode = Median(() => reader.ReadTolerant(1).Count());
            StoredBatch[] inputs = [.. source.Batches(1).Where(b => b.Batch.Origin != Origins.Engine)];
            double engine = Median(() => Decide(inputs, plant, new LiveCalls(withDeadline: false)));
            double features = Median(() => Decide(inputs, plant, new NoCalls()));
            Reproduction? found = null;
            double replay = Median(() => (found = ReplayRun.Run(source, ReplayScope.All, new LiveCalls(withDeadline: false))).Checked, out double wall);
            long bytes = Directory.EnumerateFiles(folder, "*.log").Sum(f => new FileInfo(f).Length);
            Say($"replay: {messages} messages of {BusyPlant.Tags} values, {found!.Checked} decisions, {found.Identical} identical; {bytes >> 20} MiB of segments");
            Say($"  per 100 ms: decode {decode / messages * 1e6:0.0} us, engine {engine / messages * 1e6:0.0} us (without the model {features / messages * 1e6:0.0} us), whole replay {replay / messages * 1e6:0.0} us of CPU; {wall / messages * 1e6:0.0} us on the clock, {seconds / wall:0} times real time");
            bool met = seconds / wall >= Target && found.IsExact && found.Different == 0;
            Say($"TARGET replay.times-real-time {seconds / wall:0} >= {Target:0} {(met ? "ok" : "MISS")}");
            return met ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Live(string folder, BusyPlant plant, int messages)
    {
        JournalStore journal = JournalStore.Open(folder, new JournalOptions(), new RealDisk(), TimeProvider.System, NullLogger<JournalStore>.Instance);
        using var engine = new DecisionEngine(plant, plant.Arms);
        var calls = new LiveCalls(withDeadline: false);
        foreach (FactBatch batch in BusyPlant.Messages(messages).Prepend(plant.Activate()))
        {
            long frame = journal.AppendAsync(batch).GetAwaiter().GetResult();
            if (engine.Take(new StoredBatch(frame, batch), calls) is { Count: > 0 } said)
                journal.AppendAsync(new FactBatch { Ingest = batch.Ingest, Origin = Origins.Engine, Facts = said }).GetAwaiter().GetResult();
        }

        journal.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    static long Decide(StoredBatch[] inputs, BusyPlant plant, IModelCalls calls)
    {
        using var engine = new DecisionEngine(plant, plant.Arms);
        long said = 0;
        foreach (StoredBatch input in inputs)
            said += engine.Take(input, calls).Count;
        return said;
    }

    static double Median(Func<long> work) => Median(work, out _);

    /// <returns>Seconds of CPU of this process; <paramref name="wall"/> on the clock.</returns>
    static double Median(Func<long> work, out double wall)
    {
        // What the runtime compiles in the first seconds is a part of these few minutes of plant, and none of the weeks that people replay.
        for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < s_warmUp;)
            work();
        var cpus = new List<double>();
        var walls = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            long began = Stopwatch.GetTimestamp();
            TimeSpan before = Environment.CpuUsage.TotalTime;
            work();
            cpus.Add((Environment.CpuUsage.TotalTime - before).TotalSeconds);
            walls.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        cpus.Sort();
        walls.Sort();
        wall = walls[Rounds / 2];
        return cpus[Rounds / 2];
    }

    static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));

    sealed class NoCalls : IModelCalls
    {
        static readonly float[] Score = [1];

        public ArmCall Call(ServingArm arm, FeatureVector vector) => new(CallOutcome.Answered, 0, Score, "");
    }
}
