using BenchmarkDotNet.Running;
using EdgeRuntime.Tests.Benchmarks.AsOf;
using EdgeRuntime.Tests.Benchmarks.Inference;
using EdgeRuntime.Tests.Benchmarks.Journal;
using EdgeRuntime.Tests.Benchmarks.Replay;
using EdgeRuntime.Tests.Benchmarks.Training;

// A benchmark that compares two sides in one run has its own name; everything else goes to BenchmarkDotNet.
switch (args.FirstOrDefault())
{
    case "journal":
        return AppendBenchmark.Run(args[1..]);
    case "days":
        return DaysBenchmark.Run(args[1..]);
    case "open":
        return OpenBenchmark.Run(args[1..]);
    case "open-fill":
        return OpenBenchmark.Fill(args[1], long.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture));
    case "sealed":
        return SealedBenchmark.Run(args[1..]);
    case "asof":
        return AsOfBenchmark.Run(args[1..]);
    case "inference":
        return InferenceAgainstBareSession.Run();
    case "replay":
        return ReplayBenchmark.Run(args[1..]);
    case "training":
        return TrainingBenchmark.Run();
    default:
        BenchmarkSwitcher.FromAssembly(typeof(TrainingBenchmark).Assembly).Run(args);
        return 0;
}
