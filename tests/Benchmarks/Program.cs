using BenchmarkDotNet.Running;
using EdgeRuntime.Tests.Benchmarks.AsOf;
using EdgeRuntime.Tests.Benchmarks.Inference;
using EdgeRuntime.Tests.Benchmarks.Journal;

// A benchmark that compares two sides in one run has its own name; everything else goes to BenchmarkDotNet.
switch (args.FirstOrDefault())
{
    case "journal":
        return AppendBenchmark.Run(args[1..]);
    case "sealed":
        return SealedBenchmark.Run(args[1..]);
    case "asof":
        return AsOfBenchmark.Run(args[1..]);
    case "inference":
        return InferenceAgainstBareSession.Run();
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        return 0;
}
