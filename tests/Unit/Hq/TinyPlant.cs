using EdgeRuntime.Facts;
using EdgeRuntime.Hq.Training;

namespace EdgeRuntime.Tests.Unit.Hq;

/// <summary>Telemetry of a plant small enough to reason about: a few hidden causes move many instruments, each with its own noise and magnitude.</summary>
static class TinyPlant
{
    internal static float[][] Rows(int seed, int rows, int width, Func<int, double>? magnitude = null)
    {
        var random = new Random(seed);
        magnitude ??= _ => 1;
        double[][] mix = [.. Enumerable.Range(0, width).Select(_ => new[] { Normal(random), Normal(random) })];
        var made = new float[rows][];
        for (int i = 0; i < rows; i++)
        {
            double load = Normal(random), heat = Normal(random);
            made[i] = [.. mix.Select((m, j) => (float)(magnitude(j) * (10 + (m[0] * load) + (m[1] * heat) + (0.2 * Normal(random)))))];
        }

        return made;
    }

    internal static FeatureMatrix Matrix(float[][] rows) => new(
        [.. Enumerable.Range(0, rows[0].Length).Select(j => new VectorColumn($"f{j}", "bar"))], rows, [.. rows.Select((_, i) => new EventTime(i * 1_000_000_000L))]);

    /// <summary>Box and Muller.</summary>
    internal static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
