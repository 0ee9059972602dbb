using BenchmarkDotNet.Running;
using EdgeRuntime.Tests.Benchmarks.Inference;

if (args is ["inference"])
    return InferenceAgainstBareSession.Run();

BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
return 0;
