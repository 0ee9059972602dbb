using EdgeRuntime.Facts;
using EdgeRuntime.Tests.Kit;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// What a small plant sends: 20 pumps with 10 measurements each, scanned every 100 ms, each pump with its own milliseconds. 40 % of the
/// values are 12-bit converters scaled to 2 or 3 decimals and wander by a few steps, 30 % are 32-bit floats with noise in their last
/// bits, 20 % are counters and flags, 10 % are computed doubles. The same for a seed.
/// </summary>
static class PlantData
{
    public const int Tags = Pumps * Measurements;
    public const int ValuesPerBatch = 500;

    const int Pumps = 20;
    const int Measurements = 10;

    static readonly string[] s_measurements =
    [
        "flow", "suction-pressure", "motor-current", "running", "bearing-temperature",
        "discharge-pressure", "motor-power", "starts", "vibration-rms", "torque",
    ];

    static readonly string[] s_names =
        [.. from pump in Enumerable.Range(0, Pumps) from name in s_measurements select $"P-{101 + pump}.{name}"];

    /// <summary>The place of a sample's tag in the site's list, as a store that keeps the names elsewhere would write it.</summary>
    public static int TagId(int batch, int index) => (int)((((long)batch * ValuesPerBatch) + index) % Tags);

    /// <summary>A value as a store for numbers only takes it.</summary>
    public static double Number(in Sample sample) => sample.Value.TryNumber(out double number) ? number : double.NaN;

    /// <summary>
    /// So many batches, of which 200 differ: 50 s of the plant. A batch comes fresh from a parser in life; reading each from cold memory would
    /// measure the memory.
    /// </summary>
    public static FactBatch[] Repeated(int count)
    {
        FactBatch[] different = Batches(200);
        return [.. Enumerable.Range(0, count).Select(number => different[number % different.Length])];
    }

    static FactBatch[] Batches(int count)
    {
        var random = new Random(1);
        double[] levels = [.. Enumerable.Range(0, Tags).Select(_ => random.NextDouble())];
        var batches = new FactBatch[count];
        long at = 0;
        long pumpTime = 0;
        for (int b = 0; b < count; b++)
        {
            var samples = new Sample[ValuesPerBatch];
            for (int i = 0; i < samples.Length; i++, at++)
            {
                int tag = (int)(at % Tags);
                if (tag % Measurements == 0)
                    pumpTime = (at / Tags * 100) + random.Next(20);
                samples[i] = new Sample(
                    s_names[tag],
                    new EventTime(SampleBuilder.Epoch.UnixNanoseconds + (pumpTime * 1_000_000)),
                    null,
                    default,
                    random.Next(5000) == 0 ? Quality.Uncertain : Quality.Good,
                    Next(random, tag % Measurements, ref levels[tag]));
            }

            IngestTime ingest = new(SampleBuilder.Epoch.UnixNanoseconds + (at / Tags * 100_000_000) + 3_141_500);
            for (int i = 0; i < samples.Length; i++)
                samples[i] = samples[i] with { Ingest = ingest };
            batches[b] = new FactBatch { Ingest = ingest, Origin = "line-1", Samples = samples };
        }

        return batches;
    }

    static TagValue Next(Random random, int measurement, ref double level)
    {
        switch (measurement)
        {
            case 0: return Converter(random, ref level, range: 120, digits: 2);
            case 1: return Converter(random, ref level, range: 6, digits: 3);
            case 4: return Converter(random, ref level, range: 150, digits: 2);
            case 5: return Converter(random, ref level, range: 16, digits: 3);
            case 3:
                level = random.Next(500) == 0 ? 1 - Math.Round(level) : Math.Round(level);
                return TagValue.Of(level > 0);
            case 7:
                level = Math.Floor(level) + (random.Next(500) == 0 ? 1 : 0);
                return TagValue.Of((long)level + 1200);
            case 8:
                level = Math.Clamp(level + ((random.NextDouble() - 0.5) * 0.01), 0.1, 1);
                return TagValue.Of(Math.Sqrt(level * 7.3) + (random.NextDouble() * 0.02));
            default:
                level = Math.Clamp(level + ((random.NextDouble() - 0.5) * 0.002), 0.1, 1);
                return TagValue.Of((double)(float)((level * 60) + (random.NextDouble() * 0.01)));
        }
    }

    static TagValue Converter(Random random, ref double level, double range, int digits)
    {
        level = Math.Clamp(Math.Round(level * 4096) + random.Next(-2, 3), 0, 4095) / 4096;
        return TagValue.Of(Math.Round(level * range, digits));
    }
}
