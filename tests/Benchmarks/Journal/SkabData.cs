using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Tests.Benchmarks.Journal;

/// <summary>
/// All files of SKAB as a box would get them: a batch for each line, with its eight measurements, which arrive a fifth of a second
/// later, give or take some milliseconds. The same each time.
/// </summary>
static class SkabData
{
    public static FactBatch[] Batches(string folder)
    {
        var random = new Random(1);
        var batches = new List<FactBatch>();
        foreach (string path in Directory.GetFiles(folder, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            string[] lines = File.ReadAllLines(path);
            string[] tags = [.. lines[0].Split(';').Skip(1).Where(name => name is not ("anomaly" or "changepoint")).Select(name => "testbed." + name)];
            foreach (string line in lines.Skip(1))
            {
                string[] cells = line.Split(';');
                var at = new EventTime(DateTimeOffset.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).ToUnixTimeMilliseconds() * 1_000_000);
                var ingest = new IngestTime(at.UnixNanoseconds + 200_000_000 + (random.Next(20_000) * 1000L));
                batches.Add(new FactBatch
                {
                    Ingest = ingest,
                    Origin = "testbed",
                    Samples = [.. tags.Select((tag, i) => new Sample(tag, at, null, ingest, Quality.Good, TagValue.Of(double.Parse(cells[i + 1], CultureInfo.InvariantCulture))))],
                });
            }
        }

        return [.. batches];
    }
}
