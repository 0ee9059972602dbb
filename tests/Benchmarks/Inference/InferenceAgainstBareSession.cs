using System.Diagnostics;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Benchmarks.Inference;

/// <summary>
/// OnnxModel.Run, with and without a deadline, against a bare preallocated session on the same model and questions. Rounds are interleaved, so that
/// a busy neighbour is busy for all; every call is timed alone.
/// </summary>
static class InferenceAgainstBareSession
{
    const int Rounds = 9;
    const int CallsPerRound = 20_000;
    const int Features = 32;

    internal static int Run()
    {
        Console.WriteLine(FormattableString.Invariant($"Inference call against a bare InferenceSession.RunWithBinding: {Rounds} interleaved rounds of {CallsPerRound} calls, each timed alone."));
        Console.WriteLine(EnvironmentFingerprint.Describe(new SessionProfile()));
        Measure("MLP 32-64-32-1", TinyOnnx.Perceptron(1, Features, 64, 32, 1));
        Measure("MLP 32-512-512-256-1", TinyOnnx.Perceptron(2, Features, 512, 512, 256, 1));
        return 0;
    }

    static void Measure(string name, byte[] onnx)
    {
        var contract = new ModelContract([new TensorContract("x", "float32", ["batch", $"{Features}"])], [new TensorContract("score", "float32", ["batch", "1"])]);
        using OnnxModel model = OnnxModel.Load(onnx, contract, new SessionProfile());
        using var bare = new BareSession(onnx, Features, 1);
        var random = new Random(20260101);
        float[] input = [.. Enumerable.Range(0, Features).Select(_ => random.NextSingle())];
        var outputs = new float[1];
        TimeSpan deadline = TimeSpan.FromMilliseconds(100);
        (string Name, Func<float> Call, List<Round> Rounds)[] sides =
        [
            ("bare RunWithBinding", () => bare.Run(input), []),
            ("OnnxModel.Run", () => model.Run(input, outputs).Outcome == CallOutcome.Answered ? outputs[0] : float.NaN, []),
            ("OnnxModel.Run, deadline 100 ms", () => model.Run(input, outputs, deadline).Outcome == CallOutcome.Answered ? outputs[0] : float.NaN, []),
        ];
        float expected = bare.Run(input);
        foreach ((string _, Func<float> call, List<Round> _) in sides)
            Time(call, expected);
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string _, Func<float> call, List<Round> rounds) in sides)
                rounds.Add(Time(call, expected));
        }

        Console.WriteLine();
        Console.WriteLine(name);
        Console.WriteLine($"  {"",-32}{"p50 ns",10}{"p99 ns",10}{"over bare, p50",16}{"bytes/call",12}");
        foreach ((string side, Func<float> _, List<Round> rounds) in sides)
        {
            double over = Median(rounds.Zip(sides[0].Rounds, (ours, theirs) => ours.P50 - theirs.P50));
            Console.WriteLine(FormattableString.Invariant(
                $"  {side,-32}{Median(rounds.Select(r => r.P50)),10:0}{Median(rounds.Select(r => r.P99)),10:0}{over,13:+0;-0;0} ns{rounds.Sum(r => r.Bytes) / (double)(Rounds * CallsPerRound),12:0.###}"));
        }
    }

    static Round Time(Func<float> call, float expected)
    {
        var nanoseconds = new double[CallsPerRound];
        double tick = 1e9 / Stopwatch.Frequency;
        int wrong = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < nanoseconds.Length; i++)
        {
            long start = Stopwatch.GetTimestamp();
            float answer = call();
            nanoseconds[i] = (Stopwatch.GetTimestamp() - start) * tick;
            if (BitConverter.SingleToInt32Bits(answer) != BitConverter.SingleToInt32Bits(expected))
                wrong++;
        }

        long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        if (wrong > 0)
            throw new InvalidOperationException($"{wrong} of {CallsPerRound} answers were not the same bits as the bare session's.");
        Array.Sort(nanoseconds);
        return new Round(nanoseconds[CallsPerRound / 2], nanoseconds[CallsPerRound * 99 / 100], bytes);
    }

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    sealed record Round(double P50, double P99, long Bytes);
}
