using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Features;

/// <summary>Real recordings, row by row, against the plain pipeline: the same float32 bits in every vector.</summary>
public sealed class RealRecordingsTests
{
    static readonly string[] EveryOp = ["last", "mean", "std", "min", "max", "rms", "slope", "rate", "lag", "ewma", "count", "age", "bad-ratio", "kurtosis", "crest"];

    public static TheoryData<string> Skab => Files("skab", "*.csv");

    public static TheoryData<string> Wells => Files("3w", "*.csv");

    [Theory]
    [MemberData(nameof(Skab))]
    public void Every_vector_of_a_pump_rig_is_what_plain_code_makes_of_the_file(string file)
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        FactBatch[] rows = Rows(file, ';', skipLast: file.Contains("anomaly-free", StringComparison.Ordinal) ? 0 : 2, out string[] signals);
        Compare(rows, signals, everySeconds: 0, windowSeconds: 10);
        Compare(rows[..Math.Min(rows.Length, 600)], signals, everySeconds: 1, windowSeconds: 10);
    }

    [Theory]
    [MemberData(nameof(Wells))]
    public void Every_vector_of_a_well_with_empty_cells_and_dead_tags_is_what_plain_code_makes_of_the_file(string file)
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        FactBatch[] rows = Rows(file, ',', skipLast: 1, out string[] signals);
        // One of them starts with 640 rows without any value.
        Compare(rows[400..Math.Min(rows.Length, 1400)], signals, everySeconds: 0, windowSeconds: 30);
        Compare(rows[..Math.Min(rows.Length, 1400)], signals, everySeconds: 5, windowSeconds: 30);
    }

    [Fact]
    public void A_clock_that_steps_back_55_minutes_loses_nothing_and_stops_nothing()
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        FactBatch[] rows = Rows("nab/machine_temperature_system_failure.csv", ',', skipLast: 0, out string[] signals);
        FactBatch[] around = rows[10_000..10_300];
        int late = Compare(around, signals, everySeconds: 0, windowSeconds: 3600, idleAfterSeconds: 600);
        // 02:00 to 02:55 come a second time: all twelve are behind the newest vector but the last one, which is the newest time itself.
        Assert.Equal(12, late + 1);
    }

    [Fact]
    public void A_clock_that_steps_back_further_than_windows_reach_is_quarantined_until_it_has_held_and_no_row_is_lost()
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        FactBatch[] rows = Rows("nab/machine_temperature_system_failure.csv", ',', skipLast: 0, out _);
        Assert.Equal(22_695, rows.Length);
        Assert.Equal(12, rows.GroupBy(r => r.Samples[0].Event).Count(g => g.Count() == 2 && g.Select(r => r.Samples[0].Value).Distinct().Count() == 2));
        (int Jumps, int Late, int Vectors) Faults(string window)
        {
            string yaml = Pipelines.Yaml($"- {{name: m, op: mean, of: value, window: {window}}}", inputs: "- {signal: value}", more: "idleAfter: PT1H");
            List<Fact> facts = Pipelines.Run(Pipelines.Read(yaml), Pipelines.Stored(rows));
            SampleFault[] faults = [.. facts.OfType<Validated>().SelectMany(v => v.Faults).Select(f => f.Fault)];
            Assert.DoesNotContain(faults, f => f is not (SampleFault.ClockJump or SampleFault.Late or SampleFault.Superseded));
            return (faults.Count(f => f == SampleFault.ClockJump), faults.Count(f => f == SampleFault.Late), facts.OfType<FeatureVector>().Count());
        }

        // Late data where a window of an hour can still use it: 22,683 different times, the newest not yet out.
        Assert.Equal((0, 11, 22_682), Faults("PT1H"));
        // A jump where none can: 02:00 to 02:40 are quarantined, 02:45 and 02:50 are as near as late data may be.
        Assert.Equal((9, 2, 22_682), Faults("PT1M"));
    }

    [Theory]
    [InlineData("2/WELL-00011_20140515110134.csv", "P-PDG", SampleFault.OutOfRange, 0, 20_868)]
    [InlineData("4/WELL-00002_20131208230000.csv", "P-PDG", SampleFault.OutOfRange, 0, 7_175)]
    [InlineData("2/WELL-00011_20140720120102.csv", "P-PDG", SampleFault.Stuck, 61, 11_951 - 61)]
    [InlineData("2/WELL-00011_20140726180015.csv", "P-PDG", SampleFault.Stuck, 61, 3_450 - 61)]
    [InlineData("4/WELL-00002_20131208230000.csv", "T-JUS-CKP", SampleFault.Stuck, 61, 7_175 - 61)]
    public void A_dead_and_a_frozen_gauge_are_refused_with_the_reason_and_leave_gaps(string file, string tag, SampleFault fault, int from, int count)
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        FactBatch[] rows = Rows("3w/" + file, ',', skipLast: 1, out _);
        string range = tag == "P-PDG" ? "[1e6, 1e8]" : "[-40, 200]";
        string yaml = Pipelines.Yaml("- {name: m, op: mean, of: gauge, window: PT30S}\n- {name: n, op: count, of: gauge, window: PT30S}", "{every: PT10S}", $"- {{signal: gauge, range: {range}, stuck: PT60S}}");
        List<Fact> facts = Pipelines.Run(Pipelines.Read(yaml), Pipelines.Stored(rows), Pipelines.AssetCalled("a", ("gauge", "a." + tag)));
        SampleFault[] faults = [.. facts.OfType<Validated>().SelectMany(v => v.Faults).Select(f => f.Fault)];
        Assert.All(faults, f => Assert.Equal(fault, f));
        Assert.Equal(count, faults.Length);
        FeatureVector[] vectors = [.. facts.OfType<FeatureVector>()];
        Assert.All(vectors.Skip(from == 0 ? 0 : 10), v => Assert.Equal(new FeatureGap(0, FeatureFault.Rejected), Assert.Single(v.Gaps)));
        Assert.True(vectors.Length > 300);
    }

    [Fact]
    public void A_gauge_that_drops_to_zero_in_the_middle_is_refused_while_it_is_down()
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        FactBatch[] rows = Rows("3w/2/WELL-00011_20140606230115.csv", ',', skipLast: 1, out _);
        string yaml = Pipelines.Yaml("- {name: m, op: mean, of: gauge, window: PT30S}", "{every: PT10S}", "- {signal: gauge, range: [1e6, 1e8], rate: 100000}");
        List<Fact> facts = Pipelines.Run(Pipelines.Read(yaml), Pipelines.Stored(rows), Pipelines.AssetCalled("a", ("gauge", "a.P-PDG")));
        Dictionary<long, SampleFault> faults = facts.OfType<Validated>().ToDictionary(v => v.Input.Frame, v => Assert.Single(v.Faults).Fault);
        int below = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].Samples.First(s => s.Tag == "a.P-PDG").Value.TryNumber(out double value);
            if (value >= 1e6)
                continue;
            below++;
            Assert.Equal(SampleFault.OutOfRange, faults[i + 1]);
        }

        Assert.True(below > 3, $"only {below} rows below");
        // On the way down it falls faster than a well can.
        Assert.Equal(SampleFault.TooFast, faults[faults.Keys.Min()]);
    }

    static int Compare(FactBatch[] batches, string[] signals, double everySeconds, double windowSeconds, double idleAfterSeconds = 5)
    {
        var features = new List<PlainFeature>();
        foreach (string signal in signals)
        {
            foreach (string op in EveryOp)
                features.Add(new PlainFeature($"{signal}.{op}", op, [signal], op == "lag" ? 3 : windowSeconds));
            features.Add(new PlainFeature($"{signal}.band", "band-energy", [signal], windowSeconds, Low: 1 / windowSeconds, High: 3 / windowSeconds));
            features.Add(new PlainFeature($"{signal}.on", "time-in-state", [signal], windowSeconds, Low: 0, High: 30));
            features.Add(new PlainFeature($"{signal}.z", "zscore", [$"{signal}.mean"], Mean: 2.5, Std: 0.3));
        }

        features.Add(new PlainFeature("d", "difference", [$"{signals[0]}.max", $"{signals[0]}.min"]));
        features.Add(new PlainFeature("r", "ratio", [$"{signals[0]}.rms", $"{signals[^1]}.mean"]));
        features.Add(new PlainFeature("e", "residual", [$"{signals[0]}.mean", $"{signals[^1]}.mean", "d"], Weights: [0.1, 0.7, -0.3]));
        PlainInput[] inputs = [.. signals.Select((s, i) => new PlainInput(s, StuckSeconds: i == 0 ? 4 : null, MaxAgeSeconds: i == 1 ? 2 : null))];
        var plain = new PlainPipeline(inputs, [.. features], everySeconds, 0, idleAfterSeconds, s => "a." + s);
        FeaturePipelineDefinition definition = Pipelines.Read(plain.Yaml);
        IReadOnlyList<StoredBatch> journal = Pipelines.Stored([.. batches, Silence(batches[^1])]);
        List<Fact> facts = Pipelines.Run(definition, journal);
        List<FeatureVector> vectors = [.. facts.OfType<FeatureVector>()];
        List<PlainVector> expected = [.. journal.SelectMany(plain.Take)];
        PlainComparison.AssertSame(expected, vectors, [.. definition.Columns.Select(c => c.Name)]);
        Assert.True(vectors.Count > 20, $"only {vectors.Count} vectors");
        return facts.OfType<Validated>().Sum(v => v.Faults.Count(f => f.Fault == SampleFault.Late));
    }

    /// <summary>The tick that closes the last windows.</summary>
    static FactBatch Silence(FactBatch last)
    {
        var at = new IngestTime(last.Ingest.UnixNanoseconds + 601_000_000_000);
        return new FactBatch { Ingest = at, Origin = Origins.Clock, Facts = [new Tick(at)] };
    }

    static FactBatch[] Rows(string file, char delimiter, int skipLast, out string[] signals)
    {
        string[] lines = File.ReadAllLines(Path.Combine(TestData.Folder!, file));
        string[] header = lines[0].Split(delimiter);
        string[] names = [.. header[1..^skipLast].Select(h => h.Replace(' ', '_'))];
        signals = names;
        var batches = new List<FactBatch>();
        foreach (string line in lines.Skip(1).Where(l => l.Length > 0))
        {
            string[] cells = line.Split(delimiter);
            DateTime at = DateTime.Parse(cells[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
            long ns = (at - DateTime.UnixEpoch).Ticks * 100;
            // A hundred times as fast as it was.
            var ingest = new IngestTime(SampleBuilder.Epoch.UnixNanoseconds + batches.Count * 10_000_000L);
            var samples = new List<Sample>();
            for (int i = 0; i < names.Length; i++)
            {
                if (cells[i + 1].Length > 0)
                    samples.Add(new Sample("a." + names[i], new EventTime(ns), null, ingest, Quality.Good, TagValue.Of(double.Parse(cells[i + 1], CultureInfo.InvariantCulture))));
            }

            // A row without a value brings nothing.
            if (samples.Count > 0)
                batches.Add(new FactBatch { Ingest = ingest, Origin = "file", Samples = samples });
        }

        return [.. batches];
    }

    static TheoryData<string> Files(string folder, string pattern)
    {
        var data = new TheoryData<string>();
        if (TestData.Folder is null)
            data.Add("absent");
        else
        {
            foreach (string file in Directory.GetFiles(Path.Combine(TestData.Folder, folder), pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal))
                data.Add(Path.GetRelativePath(TestData.Folder, file));
        }

        return data;
    }
}
