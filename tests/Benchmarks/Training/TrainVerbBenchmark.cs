using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using EdgeRuntime.Hq.Datasets;
using EdgeRuntime.Hq.Releases;
using EdgeRuntime.Hq.Verbs;
using EdgeRuntime.Tests.Benchmarks.Journal;

namespace EdgeRuntime.Tests.Benchmarks.Training;

/// <summary><c>edgehq train</c> itself on 200,000 rows of 40 ready-made features: read from 50 CSV files, searched for shared rows, held out in four folds for calibration and threshold, fitted, written and asked the golden questions.</summary>
static class TrainVerbBenchmark
{
    const int Files = 50, RowsPerFile = 4_000, Features = 40;

    // Two faults in each recording, of 300 rows each: one shifts four features a little, the other ties two together.
    const int FaultRows = 300, FirstFault = 1_200, SecondFault = 2_800;

    /// <summary>Runs it as the first of a process, whose memory it measures.</summary>
    internal static IReadOnlyList<Target> Run()
    {
        string folder = Directory.CreateTempSubdirectory("train-verb").FullName;
        try
        {
            Write(folder);
            var told = new Told();
            var root = new RootCommand { TrainVerb.Create((recipe, _) => new ReadyVectors(recipe.Pipeline!, recipe.Source.Csv!.Columns), new OnnxRuntimeScorer(), told) };
            using var said = new StringWriter();
            using var complained = new StringWriter();
            using var self = Process.GetCurrentProcess();
            TimeSpan before = self.TotalProcessorTime;
            long start = Stopwatch.GetTimestamp();
            int code = root.Parse(["train", "--recipe", Path.Combine(folder, "recipe.yaml"), "--json"]).Invoke(new InvocationConfiguration { Output = said, Error = complained });
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (code != VerbEnd.Done)
                throw new InvalidOperationException($"{said}{complained}");
            self.Refresh();
            double processor = (self.TotalProcessorTime - before).TotalSeconds, peak = self.PeakWorkingSet64 / 1e6;
            Console.WriteLine(FormattableString.Invariant($"edgehq train, {Files} files of {RowsPerFile} rows x {Features}, boosting, Platt, 4 folds: {seconds:0.0} s, {processor:0.0} s of processor, {peak:0} MB, progress told {told.Times} times"));
            Console.WriteLine(FormattableString.Invariant($"  of the processor's: reading {told.Begun:0.0} s, trees {told.Trees - told.Begun:0.0} s, calibration, threshold and the small model {told.Ended - told.Trees:0.0} s, quality, release and golden questions {processor - told.Ended:0.0} s"));
            return
            [
                new("training.verbSeconds", seconds, false, 60, 30),
                new("training.verbPeakMegabytes", peak, false, 1000, 500),
                new("training.verbProgressTold", told.Times, true, 50, 500),
            ];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static void Write(string folder)
    {
        var recipe = new StringBuilder("""
            kind: Recipe
            name: two-hundred-thousand
            version: 1.0.0
            pipeline: {id: ready, version: 1.0.0, sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
            model: {type: boosting}
            calibration: {method: platt}
            split: {by: recording, folds: 4}
            labels: {column: fault}
            seed: 3
            data:
              csv: "data/*.csv"
              time: {column: t}
              columns:

            """);
        string header = "t";
        for (int j = 0; j < Features; j++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"f{j:D2}");
            recipe.Append(CultureInfo.InvariantCulture, $"    {name}: {{signal: {name}}}\n");
            header += "," + name;
        }

        File.WriteAllText(Path.Combine(folder, "recipe.yaml"), recipe.ToString());
        Directory.CreateDirectory(Path.Combine(folder, "data"));
        var random = new Random(20260102);
        for (int file = 0; file < Files; file++)
        {
            using var to = new StreamWriter(Path.Combine(folder, "data", string.Create(CultureInfo.InvariantCulture, $"recording-{file:D2}.csv")));
            to.Write(header + ",fault\n");
            for (int i = 0; i < RowsPerFile; i++)
                to.Write(Line(random, new DateTime(2026, 1, 1).AddDays(file).AddSeconds(i), i));
        }
    }

    static string Line(Random random, DateTime at, int i)
    {
        bool shifts = i is >= FirstFault and < FirstFault + FaultRows, ties = i is >= SecondFault and < SecondFault + FaultRows;
        var line = new StringBuilder(at.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture));
        double first = 0;
        for (int j = 0; j < Features; j++)
        {
            double value = random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5 + (shifts && j < 4 ? 0.6 : 0);
            if (j == 0)
                first = value;
            if (ties && j == 5)
                value = first + (0.2 * value);
            line.Append(CultureInfo.InvariantCulture, $",{(float)(value * (1 + j)):R}");
        }

        return line.Append(shifts || ties ? ",1\n" : ",0\n").ToString();
    }

    /// <summary>Also notes when a part began and ended, in seconds of processor since it was made: those hold whatever else the machine does.</summary>
    sealed class Told : IProgress<double>
    {
        // What of the training is trees: behind it comes the small model.
        const double TreesShare = 0.9;

        readonly TimeSpan _start = Environment.CpuUsage.TotalTime;

        internal int Times { get; private set; }

        internal double Begun { get; private set; }

        internal double Trees { get; private set; }

        internal double Ended { get; private set; }

        public void Report(double value)
        {
            double now = (Environment.CpuUsage.TotalTime - _start).TotalSeconds;
            Begun = Times++ == 0 ? now : Begun;
            Trees = value <= TreesShare ? now : Trees;
            Ended = now;
        }
    }
}
