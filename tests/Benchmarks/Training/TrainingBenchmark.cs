using System.Diagnostics;
using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;
using EdgeRuntime.Inference;
using EdgeRuntime.Tests.Benchmarks.Journal;

namespace EdgeRuntime.Tests.Benchmarks.Training;

/// <summary>Trains by the verb, then fits boosting and logistic regression on 200,000 rows of 40 features in one process, says what each took, and asks the boosted graph as the box does.</summary>
static class TrainingBenchmark
{
    const int Rows = 200_000, Features = 40, Recordings = 50, Calls = 5_000;

    internal static int Run()
    {
        // First, so that the memory measured is its own.
        IReadOnlyList<Target> verb = TrainVerbBenchmark.Run();
        using var self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        LabelledRows rows = Made();
        Console.WriteLine(FormattableString.Invariant($"{Rows} rows x {Features} features, {rows.IsEvent.Count(e => e)} of them events, {Environment.ProcessorCount} processors"));
        var shown = new Shown();
        long start = Stopwatch.GetTimestamp();
        BoostedTrees trees = BoostingFit.Fit(rows, new BoostingOptions(), shown);
        double boosting = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"boosting, {trees.Trees.Count} trees: {boosting:0.0} s, progress told {shown.Told} times"));
        start = Stopwatch.GetTimestamp();
        LogisticRegression line = LogisticFit.Fit(rows, new LogisticOptions());
        double logistic = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Console.WriteLine(FormattableString.Invariant($"logistic regression: {logistic:0.0} s"));
        self.Refresh();
        double processor = (self.TotalProcessorTime - before).TotalSeconds;
        double peak = self.PeakWorkingSet64 / 1e6;
        (double p50, double p99) = Ask(new CalibratedClassifier(trees, new PlattCalibration(1, 0)), rows);
        Console.WriteLine(FormattableString.Invariant($"a call with contributions, boosting: p50 {p50:0.000} ms, p99 {p99:0.000} ms; a line's weights: {line.Weights.Length}"));

        Target[] targets =
        [
            .. verb,
            new("training.boostingSeconds", boosting, false, 60, 30),
            new("training.logisticSeconds", logistic, false, 60, 30),
            // What it takes whatever else the machine does: the library's one worker waits for every split to be handed over.
            new("training.processorSeconds", processor, false, 60, 30),
            new("training.peakMegabytes", peak, false, 1000, 500),
            new("training.callMilliseconds", p50, false, 1, 0.5),
        ];
        foreach (Target target in targets)
            Console.WriteLine(target);
        return targets.All(t => t.Kept) ? 0 : 1;
    }

    static LabelledRows Made()
    {
        var random = new Random(20260101);
        var rows = new float[Rows][];
        var events = new bool[Rows];
        for (int i = 0; i < Rows; i++)
        {
            var row = new float[Features];
            for (int j = 0; j < Features; j++)
                row[j] = (float)((random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5) * (1 + j));
            rows[i] = row;
            events[i] = (row[0] * row[1] / 2) + (row[2] / 3) + (random.NextDouble() - 0.5) > 0.5;
        }

        return new LabelledRows(rows, events, [.. Enumerable.Range(0, Rows).Select(i => i * Recordings / Rows)]);
    }

    static (double P50, double P99) Ask(CalibratedClassifier classifier, LabelledRows rows)
    {
        var contract = new ModelContract([Tensor(TSquaredQGraph.Input, Features)], [.. classifier.Outputs.Select(o => Tensor(o.Name, o.Width))]);
        using OnnxModel model = OnnxModel.Load(classifier.Write("1.0.0", []), contract, new SessionProfile());
        var outputs = new float[model.OutputLength];
        var took = new double[Calls];
        for (int i = -Calls / 10; i < Calls; i++)
        {
            CallResult call = model.Run(rows.Rows[Math.Abs(i)], outputs);
            if (call.Outcome != CallOutcome.Answered)
                throw new InvalidOperationException(call.Detail);
            took[Math.Max(i, 0)] = call.Latency / 1e6;
        }

        Array.Sort(took);
        return (took[Calls / 2], took[Calls * 99 / 100]);
    }

    static TensorContract Tensor(string name, int width) => new(name, "float32", ["batch", width.ToString(CultureInfo.InvariantCulture)]);

    sealed class Shown : IProgress<double>
    {
        public int Told { get; private set; }

        public void Report(double value) => Told++;
    }
}
