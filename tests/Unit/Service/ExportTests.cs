using System.CommandLine;
using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using EdgeRuntime.Decisions.Plans;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal.AsOf;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Journal.Tables;
using EdgeRuntime.Service.Verbs;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Journal.Tables;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed partial class ExportTests : IClassFixture<ExportTests.Floor>, IDisposable
{
    const string Site = """
        kind: Site
        name: test
        assets:
          - id: P-101
            pipeline: pipeline.yaml
            signals: { level: "mixed", temperature: "Ω.temperature", count: "Z" }
          - id: P-101.motor
            pipeline: pipeline.yaml
        """;

    static readonly string[] s_tags = ["P-101.flow", "P-101.on", "P-101.picture", "P-101.state", "Z", "mixed", "Ω.temperature"];

    readonly SealedFloor _floor;
    readonly DirectoryInfo _out = Directory.CreateTempSubdirectory("edgeruntime-export-");
    readonly Duck _duck = new();
    readonly AsOfReader _reader;

    public ExportTests(Floor floor)
    {
        _floor = floor.Sealed;
        _reader = AsOfReader.Open(_floor.Journal, new RealDisk());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_DuckDB_reads_of_an_exported_file_is_what_the_journal_knows_in_sealed_and_open_segments(bool csv)
    {
        string file = Of(csv ? "p101.csv" : "p101.parquet");

        Assert.Equal(Exit.Ok, await Export("--from", "2026-01-01T00:10:00Z", "--to", "2026-01-02T00:00:00+01:00", "-o", file));

        List<object?[]> expected = Expected(SampleBuilder.At(600), SampleBuilder.At(23 * 3600), null, csv);
        Assert.True(expected.Count > 1000);
        Assert.Equal(["", "l/min", "m3/h"], expected.Select(row => (string)row[2]!).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(expected, _duck.Rows(csv ? CsvSql(file) : ParquetSql(file)));
        if (csv)
            Assert.Equal("asset,tag,unit,event_time,ingest_time,server_time,status_code,quality,kind,value,text\r\n", (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))[..87]);
    }

    [Fact]
    public async Task Only_what_was_asked_for_and_known_by_then_is_exported_the_end_left_out()
    {
        Assert.Equal(Exit.Ok, await Export("--tag", "P-101.flow", "mixed", "--from", "2026-01-01T00:17:00Z", "--to", "2026-01-01T00:18:20Z", "--known-at", "2026-01-01T01:00:00Z", "-o", Of("known.parquet")));
        Assert.Equal(Exit.Ok, await Export("--tag", "mixed", "--from", "2026-01-01T00:17:00Z", "--to", "2026-01-01T00:18:20.0000001Z", "-o", Of("all.parquet")));

        List<object?[]> known = Expected(SampleBuilder.At(1020), SampleBuilder.At(1100), _reader.KnownAt(SampleBuilder.IngestAt(3600)), csv: false);
        known.RemoveAll(row => (string)row[1]! is not ("P-101.flow" or "mixed"));
        Assert.Contains(_reader.Range("P-101.flow", SampleBuilder.At(1020), SampleBuilder.At(1099), null), k => k.Sample.Value == TagValue.Of(7.5));
        Assert.DoesNotContain(known, row => Equals(row[9], BitConverter.DoubleToInt64Bits(7.5)));
        Assert.True(known.Count > 50);
        Assert.Equal(known, _duck.Rows(ParquetSql(Of("known.parquet"))));
        Assert.Contains(_duck.Rows(ParquetSql(Of("all.parquet"))), row => Equals(row[9], BitConverter.DoubleToInt64Bits(8.5)));
    }

    [Fact]
    public async Task The_same_samples_give_the_same_bytes_and_a_file_that_is_there_stays_without_force()
    {
        string[] interval = ["--from", "2026-01-01", "--to", "2026-01-02", "--zone", "UTC", "-o"];
        foreach (string form in (string[])["a.parquet", "a.csv"])
        {
            Assert.Equal(Exit.Ok, await Export([.. interval, Of(form)]));
            byte[] made = await File.ReadAllBytesAsync(Of(form), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Of(form), "mine", TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Of(form + ".writing"), "of an export that was killed", TestContext.Current.CancellationToken);

            Assert.Equal(Exit.Refused, await Export([.. interval, Of(form)]));
            Assert.Equal("mine", await File.ReadAllTextAsync(Of(form), TestContext.Current.CancellationToken));
            Assert.Equal(Exit.Ok, await Export([.. interval, Of(form), "--force"]));
            Assert.Equal(made, await File.ReadAllBytesAsync(Of(form), TestContext.Current.CancellationToken));
        }

        Assert.Equal(["a.csv", "a.parquet"], _out.GetFiles().Select(f => f.Name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("none.parquet")]
    [InlineData("none.csv")]
    public async Task An_interval_without_samples_is_a_table_without_rows(string name)
    {
        Assert.Equal(Exit.Ok, await Export("--from", "2031-01-01T00:00:00Z", "--to", "2031-01-02T00:00:00Z", "-o", Of(name)));

        Assert.Empty(_duck.Rows($"SELECT asset, tag, unit, value FROM {Duck.Quoted(Of(name))}"));
    }

    [Fact]
    public async Task What_cannot_be_exported_is_refused_and_nothing_is_written()
    {
        Assert.Equal(Exit.Refused, await Export("--from", "2026-01-02T00:00:00Z", "--to", "2026-01-01T00:00:00Z", "-o", Of("a.csv")));
        Assert.Equal(Exit.Refused, await Export("--from", "2026-01-02T00:00:00Z", "--to", "2026-01-02T01:00:00+01:00", "-o", Of("a.csv")));
        Assert.Equal(Exit.Refused, await Export("--from", "2026-01-02T00:00:00Z", "-o", Of("a.csv")));
        Assert.Empty(_out.GetFiles());
        DataFolder folder = DataFolder.Open(_floor.Data, "none.json", TimeProvider.System);
        SiteOverTime site = SiteOverTime.Of(folder);

        Assert.Equal(
            "No asset is called 'P-999'; known are P-101, P-101.motor.",
            Assert.Throws<VerbRefusedException>(() => ExportVerb.TagsOf(Asked("P-999"), site, _reader, folder)).Message);
        Assert.Equal(
            "'P-101.motor.amps' is no tag of P-101; it has P-101.flow, P-101.on, P-101.picture, P-101.spare, P-101.state, Z, mixed, Ω.temperature.",
            Assert.Throws<VerbRefusedException>(() => ExportVerb.TagsOf(Asked("P-101", "P-101.motor.amps"), site, _reader, folder)).Message);
        Assert.Equal(["P-101.spare"], ExportVerb.TagsOf(Asked("P-101", "P-101.spare"), site, _reader, folder));
        Assert.Empty(ExportVerb.TagsOf(Asked("P-101.motor"), site, _reader, folder));
        Assert.Contains("ends neither with .parquet nor with .csv", Assert.Throws<VerbRefusedException>(() => ExportVerb.Target(Of("a.xlsx"), folder, force: false)).Message, StringComparison.Ordinal);
        Assert.Contains("belongs to the box", Assert.Throws<VerbRefusedException>(() => ExportVerb.Target(Path.Combine(_floor.Journal, "0000000001.samples.parquet"), folder, force: true)).Message, StringComparison.Ordinal);
        Assert.Contains("There is no folder", Assert.Throws<VerbRefusedException>(() => ExportVerb.Target(Of("no/a.csv"), folder, force: false)).Message, StringComparison.Ordinal);
        Assert.Contains("--force", Assert.Throws<VerbRefusedException>(() => ExportVerb.Target(Existing(), folder, force: false)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_that_are_not_kept_any_more_are_said()
    {
        Directory.CreateDirectory(Of("journal"));
        foreach (string file in Directory.GetFiles(_floor.Journal))
            File.Copy(file, Path.Combine(Of("journal"), Path.GetFileName(file)));
        DataFolder folder = DataFolder.Open(_out.FullName, "none.json", TimeProvider.System);

        SiteOverTime site = SiteOverTime.Of(folder);

        Assert.Equal(3, site.Missing.Count);
        Assert.Contains("names no asset", Assert.Throws<VerbRefusedException>(() => ExportVerb.TagsOf(Asked("P-101"), site, _reader, folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(".parquet")]
    [InlineData(".csv")]
    public void A_table_of_more_rows_than_a_row_group_is_whole_and_one_that_is_given_up_leaves_nothing(string form)
    {
        const int Rows = 140_000;
        string path = Of("many" + form);
        using (SampleTable given = SampleTable.Create(new RealDisk(), path))
            given.Add(Row(1));
        Assert.Empty(_out.GetFiles());

        using (SampleTable table = SampleTable.Create(new RealDisk(), path))
        {
            for (int i = 0; i < Rows; i++)
                table.Add(Row(i));
            Assert.Equal(Rows, table.Rows);
            Assert.False(File.Exists(path));
            table.Finish();
        }

        Assert.Equal(
            [(long)Rows, BitConverter.DoubleToInt64Bits(70_000.0 * 69_999), 70_000L, "Bad"],
            _duck.Rows($"SELECT count(*), sum(value)::DOUBLE, count(text), last(quality) FROM {Duck.Quoted(path)}")[0]);

        static SampleTableRow Row(int i) => new("A", "bar", SampleBuilder.Sample("A.p", i, i) with
        {
            Quality = Quality.Bad,
            Value = i % 2 == 0 ? TagValue.Of((long)i) : TagValue.Of("text"),
        });
    }

    [Fact]
    public void What_is_printed_is_the_view_of_the_documentation() =>
        Assert.Equal(File.ReadAllText(Path.Combine(TestData.Repository, "docs/operating/samples.sql")), ExportVerb.View());

    [Fact]
    public async Task The_pandas_lines_of_the_documentation_run_over_an_exported_file()
    {
        string lines = PythonBlock.Match(await File.ReadAllTextAsync(Path.Combine(TestData.Repository, "docs/operating/data.md"), TestContext.Current.CancellationToken)).Groups["python"].Value;
        Assert.Equal(10, lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        if (Python("import pandas") is not (0, _))
            Assert.Skip("python3 with pandas is not there, so the lines of docs/operating/data.md are not run.");
        Assert.Equal(Exit.Ok, await Export("--from", "2026-01-01T00:00:00Z", "--to", "2026-01-02T00:00:00Z", "-o", Of("p101.csv")));

        (int exit, string said) = Python(lines);

        Assert.True(exit == 0, said);
        Assert.Contains("P-101.flow", said, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _reader.Dispose();
        _duck.Dispose();
        _out.Delete(recursive: true);
    }

    /// <summary>The system's, which has the system's packages, before any other.</summary>
    (int Exit, string Said) Python(string lines)
    {
        try
        {
            string program = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
            var start = new ProcessStartInfo(program, ["-c", lines]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _out.FullName };
            using var python = Process.Start(start)!;
            Task<string> errors = python.StandardError.ReadToEndAsync();
            string said = python.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
            python.WaitForExit();
            return (python.ExitCode, said);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return (-1, "there is no python3");
        }
    }

    string Of(string name) => Path.Combine(_out.FullName, name);

    string Existing()
    {
        File.WriteAllText(Of("there.csv"), "");
        return Of("there.csv");
    }

    Task<int> Export(params string[] arguments) =>
        new RootCommand { ExportVerb.Command() }.Parse(["export", "--asset", "P-101", "--data", _floor.Data, "--json", .. arguments]).InvokeAsync(cancellationToken: TestContext.Current.CancellationToken);

    static ExportVerb.Ask Asked(string asset, params string[] tags)
    {
        var moment = new Moment(SampleBuilder.Epoch, "then");
        return new ExportVerb.Ask(asset, tags, moment, moment, null);
    }

    /// <param name="end">Not in it.</param>
    List<object?[]> Expected(EventTime first, EventTime end, Position? known, bool csv) =>
    [
        .. from tag in s_tags
           from one in _reader.Range(tag, first, new EventTime(end.UnixNanoseconds - 1), known)
           select new object?[]
           {
               "P-101",
               tag,
               tag != "P-101.flow" ? "" : one.Position.Frame <= 252 ? "l/min" : "m3/h",
               one.Sample.Event.UnixNanoseconds,
               one.Sample.Ingest.UnixNanoseconds,
               one.Sample.Server?.UnixNanoseconds,
               one.Sample.Quality.StatusCode,
               one.Sample.Quality.ToString(),
               SampleViewTests.KindOf(one.Sample.Value),
               NumberOf(one.Sample.Value, csv),
               SampleViewTests.TextOf(one.Sample.Value),
           },
    ];

    // In text one NaN is as another.
    static long? NumberOf(TagValue value, bool csv) =>
        !value.TryNumber(out double number) ? null : BitConverter.DoubleToInt64Bits(csv && double.IsNaN(number) ? double.CopySign(double.NaN, 1) : number);

    static string ParquetSql(string file) =>
        $"SELECT asset, tag, unit, epoch_ns(event_time), epoch_ns(ingest_time), epoch_ns(server_time), status_code, quality, kind, value, text FROM {Duck.Quoted(file)}";

    static string CsvSql(string file) =>
        $"""
        SELECT asset, tag, unit, epoch_ns(event_time::TIMESTAMP_NS), epoch_ns(ingest_time::TIMESTAMP_NS), epoch_ns(server_time::TIMESTAMP_NS), status_code::UINTEGER, quality, kind,
            CASE WHEN isnan(value::DOUBLE) THEN 'NaN'::DOUBLE ELSE value::DOUBLE END, text
        FROM read_csv({Duck.Quoted(file)}, header = true, all_varchar = true, allow_quoted_nulls = false)
        """;

    [GeneratedRegex(@"^```python\n(?<python>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex PythonBlock { get; }

    /// <summary>What is exported; made once.</summary>
    public sealed class Floor : IDisposable
    {
        public Floor()
        {
            FactBatch[] batches = [.. SealedFloor.Batches(500)];
            FactBatch late = SampleBuilder.Batch("line-1", 5000, SampleBuilder.Sample("P-101.flow", 1060, 7.5), SampleBuilder.Sample("mixed", 1100, 8.5));
            Sealed.With([Document("site.yaml", Site), Document("tags.yaml", TagsIn("l/min")), .. batches[..250], Document("tags.yaml", TagsIn("m3/h")), .. batches[250..], late]);
        }

        internal SealedFloor Sealed { get; } = new();

        public void Dispose() => Sealed.Dispose();

        FactBatch Document(string name, string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            new PlanArchive(Sealed.Data).KeepDocument(bytes);
            return new FactBatch
            {
                Ingest = SampleBuilder.IngestAt(1),
                Origin = Origins.Service,
                Facts = [new Audit("service", "document", name, "", Digest.Of(bytes).ToString(), "test")],
            };
        }

        static string TagsIn(string unit) => $$"""
            kind: Tags
            tags:
              P-101.flow: { unit: {{unit}} }
              P-101.spare: { unit: bar }
            """;
    }
}
