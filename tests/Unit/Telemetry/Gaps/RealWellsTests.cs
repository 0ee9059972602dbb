using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Features;
using EdgeRuntime.Journal;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Telemetry.Gaps;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Features;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry.Gaps;

/// <summary>3W's oil wells with their dead, frozen and dropping tags, against plain counts over the rows of the file.</summary>
public sealed class RealWellsTests
{
    const int StuckSeconds = 60;

    /// <summary>A gauge that is frozen from its first value on and silent at the beginning; tags that drop out; tags that freeze for a while.</summary>
    [Theory]
    [InlineData("2/WELL-00011_20140515110134.csv")]
    [InlineData("2/WELL-00011_20140824000118.csv")]
    [InlineData("3/WELL-00014_20170917150000.csv")]
    [InlineData("3/WELL-00014_20170926120103.csv")]
    [InlineData("4/WELL-00002_20131209010000.csv")]
    public void Frozen_values_are_quarantined_and_dropping_tags_are_silent_exactly_where_the_file_says(string file)
    {
        (long[] times, string[] tags, double?[][] rows) = Read(file);
        GapView view = Run(times, tags, rows, noValue: false, out List<Gap> closed);
        for (int i = 0; i < tags.Length; i++)
        {
            double?[] column = [.. rows.Select(r => r[i])];
            long frozen = closed.Where(g => g.Tag == tags[i] && g.Cause == GapCause.Quarantined).Sum(g => g.Values) + view.Open.Where(g => g.Tag == tags[i] && g.Cause == GapCause.Quarantined).Sum(g => g.Values);
            Assert.Equal((tags[i], Frozen(times, column)), (tags[i], frozen));
            Assert.Equal(
                Silences(times, rows, column),
                closed.Where(g => g.Tag == tags[i] && g.Cause == GapCause.Unknown).Select(g => (g.From.UnixNanoseconds, g.To.UnixNanoseconds))
                    .Concat(view.Open.Where(g => g.Tag == tags[i] && g.Cause == GapCause.Unknown).Select(g => (g.From.UnixNanoseconds, long.MaxValue))));
        }

        Assert.Equal(rows.Sum(r => (long)r.Count(v => v is not null)), view.Account.Stored);
    }

    /// <summary>A column without a value all along is a dead instrument: its source says "no value" in every row.</summary>
    [Theory]
    [InlineData("2/WELL-00003_20180206182917.csv")]
    [InlineData("3/WELL-00014_20170917150000.csv")]
    public void Dead_tags_are_of_bad_quality_with_every_value_that_was_none(string file)
    {
        (long[] times, string[] tags, double?[][] rows) = Read(file);
        GapView view = Run(times, tags, rows, noValue: true, out List<Gap> closed);
        Assert.Contains(Enumerable.Range(0, tags.Length), i => rows.All(r => r[i] is null));
        for (int i = 0; i < tags.Length; i++)
        {
            long none = closed.Where(g => g.Tag == tags[i] && g.Cause == GapCause.BadQuality).Sum(g => g.Values) + view.Open.Where(g => g.Tag == tags[i] && g.Cause == GapCause.BadQuality).Sum(g => g.Values);
            Assert.Equal((tags[i], rows.Count(r => r[i] is null)), (tags[i], (int)none));
            if (rows.All(r => r[i] is null))
                Assert.Equal(new OpenGap("well", tags[i], new EventTime(times[0]), GapCause.BadQuality, rows.Length), view.Open.Single(g => g.Tag == tags[i]));
        }
    }

    /// <summary>The rows through the real validation, its verdicts behind them, and all of it through the ledger.</summary>
    static GapView Run(long[] times, string[] tags, double?[][] rows, bool noValue, out List<Gap> closed)
    {
        string inputs = string.Join('\n', tags.Select(t => $"- {{signal: {t[2..]}, stuck: PT{StuckSeconds}S}}"));
        string features = string.Join('\n', tags.Select(t => $"- {{name: {t[2..]}, op: last, of: {t[2..]}}}"));
        var pipeline = new FeaturePipeline(Pipelines.Read(Pipelines.Yaml(features, inputs: inputs)), Pipelines.Asset);
        var document = Digest.Of("tags"u8);
        var catalogue = new TagCatalogue(tags.Select(t => new TagContract(t, TagType.Double, "", null, null, "") { ExpectEvery = TimeSpan.FromSeconds(1) }));
        var ledger = new GapLedger(d => d == document ? catalogue : null, _ => null);
        closed = [];
        long frame = 0;
        ledger.Take(++frame, new FactBatch { Ingest = new IngestTime(times[0]), Origin = Origins.Service, Facts = [new Audit("service", "document", "tags.yaml", "", document.ToString(), "start")] });
        for (int row = 0; row < rows.Length; row++)
        {
            var ingest = new IngestTime(times[row]);
            Sample[] samples = [.. tags.Select((t, i) => (Tag: t, Value: rows[row][i])).Where(v => noValue || v.Value is not null)
                .Select(v => new Sample(v.Tag, new EventTime(times[row]), null, ingest, Quality.Good, v.Value is { } value ? TagValue.Of(value) : TagValue.None))];
            if (samples.Length == 0)
                continue;
            var batch = new FactBatch { Ingest = ingest, Origin = "well", Samples = samples };
            closed.AddRange(ledger.Take(++frame, batch));
            var said = new List<Fact>();
            pipeline.Take(new StoredBatch(frame, batch), said);
            if (said.Count > 0)
                closed.AddRange(ledger.Take(++frame, new FactBatch { Ingest = ingest, Origin = Origins.Engine, Facts = said }));
        }

        closed.AddRange(ledger.Take(++frame, new FactBatch { Ingest = new IngestTime(times[^1] + 600_000_000_000), Origin = Origins.Clock, Facts = [] }));
        return ledger.Look();
    }

    /// <summary>Values that are the same as for more than a minute before; a silence longer than that minute starts the count anew.</summary>
    static long Frozen(long[] times, double?[] column)
    {
        long frozen = 0, from = 0, last = 0;
        double? before = null;
        for (int i = 0; i < column.Length; i++)
        {
            if (column[i] is not { } value)
                continue;
            if (value != before || times[i] - last > StuckSeconds * 1_000_000_000L)
                (from, before) = (times[i], value);
            last = times[i];
            frozen += times[i] - from > StuckSeconds * 1_000_000_000L ? 1 : 0;
        }

        return frozen;
    }

    /// <summary>From each value after which some row with any value lies more than three seconds later, to the tag's next value; open at the end.</summary>
    static List<(long From, long To)> Silences(long[] times, double?[][] rows, double?[] column)
    {
        var silences = new List<(long, long)>();
        long? last = null, spoken = null;
        for (int i = 0; i < rows.Length; i++)
        {
            if (column[i] is not null)
            {
                if (last is { } from && spoken - from > 3_000_000_000)
                    silences.Add((from, times[i]));
                last = times[i];
            }

            if (rows[i].Any(v => v is not null))
                spoken = times[i];
        }

        if (last is { } open && spoken - open > 3_000_000_000)
            silences.Add((open, long.MaxValue));
        return silences;
    }

    static (long[] Times, string[] Tags, double?[][] Rows) Read(string file)
    {
        Assert.SkipWhen(TestData.Folder is null, TestData.Absent);
        string[] lines = File.ReadAllLines(Path.Combine(TestData.Folder, "3w", file));
        // The last column is the label.
        string[] tags = [.. lines[0].Split(',')[1..^1].Select(t => "a." + t)];
        string[][] cells = [.. lines.Skip(1).Where(l => l.Length > 0).Select(l => l.Split(','))];
        return (
            [.. cells.Select(c => (DateTime.Parse(c[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal) - DateTime.UnixEpoch).Ticks * 100)],
            tags,
            [.. cells.Select(c => tags.Select((_, i) => c[i + 1].Length > 0 ? double.Parse(c[i + 1], CultureInfo.InvariantCulture) : (double?)null).ToArray())]);
    }
}
