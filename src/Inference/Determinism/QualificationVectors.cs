using System.Buffers.Binary;
using EdgeRuntime.Facts;
using EdgeRuntime.Inference.Golden;

namespace EdgeRuntime.Inference.Determinism;

/// <summary>The questions of a qualification run: always the same for one release.</summary>
static class QualificationVectors
{
    /// <summary>How far beyond the golden inputs the made-up ones go, as a share of their range.</summary>
    const double Beyond = 0.1;

    /// <summary>At most <paramref name="max"/> rows, spread evenly over all of them, the first always among them.</summary>
    public static GoldenRow[] Thinned(IReadOnlyList<GoldenRow> rows, int max)
    {
        int count = Math.Min(rows.Count, max);
        return [.. Enumerable.Range(0, count).Select(i => rows[(int)((long)i * rows.Count / count)])];
    }

    /// <summary>Even over the usual range of each feature in the golden inputs and a little beyond; from -1 to 1 where there are none.</summary>
    public static IEnumerable<float[]> Synthetic(int features, IReadOnlyList<GoldenRow> golden, Digest seed, int count)
    {
        (double Low, double High)[] ranges = [.. Enumerable.Range(0, features).Select(f => RangeOf(golden, f))];
        ulong state = BinaryPrimitives.ReadUInt64LittleEndian(seed.ToBytes());
        for (int i = 0; i < count; i++)
        {
            var vector = new float[features];
            for (int f = 0; f < features; f++)
                vector[f] = (float)(ranges[f].Low + (Next(ref state) * (ranges[f].High - ranges[f].Low)));
            yield return vector;
        }
    }

    static (double Low, double High) RangeOf(IReadOnlyList<GoldenRow> golden, int feature)
    {
        if (golden.Count == 0)
            return (-1, 1);
        // Without the outermost tenths: golden rows hold extremes on purpose, and questions spread over all floats would ask nothing of the model.
        double[] sorted = [.. golden.Select(r => (double)r.Inputs[feature]).Order()];
        double low = sorted[sorted.Length / 10], high = sorted[sorted.Length - 1 - (sorted.Length / 10)];
        double more = Beyond * (high - low);
        return (Math.Max(low - more, float.MinValue), Math.Min(high + more, float.MaxValue));
    }

    /// <summary>SplitMix64, as a number from 0 to below 1.</summary>
    static double Next(ref ulong state)
    {
        state += 0x9E3779B97F4A7C15;
        ulong z = state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        z ^= z >> 31;
        return (z >> 11) * (1.0 / (1UL << 53));
    }
}
