using BenchmarkDotNet.Running;
using EdgeRuntime.Tests.Benchmarks.Journal;

// A benchmark that compares two sides in one run has its own name; everything else goes to BenchmarkDotNet.
switch (args.FirstOrDefault())
{
    case "journal":
        AppendBenchmark.Run(args[1..]);
        break;
    default:
        BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
        break;
}
