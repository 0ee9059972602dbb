using System.Globalization;
using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry;

public sealed class CsvSourceTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("csv-").FullName;
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
    readonly ListIntake _intake = new();

    [Fact]
    public async Task Lines_may_end_in_CRLF_in_LF_and_the_last_in_nothing()
    {
        Write("a.csv", "t;flow;starts\r\n2026-01-01 00:00:01;1,5;1\n2026-01-01 00:00:02;2,5;2\r\n\r\n2026-01-01 00:00:03;3,5;3");
        await ReadAsync();
        Assert.Equal([1.5, 2.5, 3.5], Values("P-101.flow"));
        Assert.Equal([1, 2, 3], _intake.Batches.Select(b => b.Samples[0].Event.UnixNanoseconds / 1_000_000_000 % 60));
    }

    [Fact]
    public async Task An_empty_cell_is_no_value_and_no_refusal()
    {
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:01;;1\n2026-01-01 00:00:02;;\n");
        await ReadAsync();
        FactBatch only = Assert.Single(_intake.Batches);
        Assert.Equal("P-101.starts", Assert.Single(only.Samples).Tag);
        Assert.Empty(only.Facts);
    }

    [Fact]
    public async Task An_empty_cell_is_stored_as_no_value_where_that_is_asked_for()
    {
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:01;;1\n");
        await ReadAsync("empty: none");
        Assert.Equal([TagValueKind.None, TagValueKind.Int64], Assert.Single(_intake.Batches).Samples.Select(s => s.Value.Kind));
    }

    [Fact]
    public async Task A_bad_row_is_quarantined_with_its_line_and_the_others_go_on()
    {
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:01;1;1\nrubbish\n2026-01-01 00:00:03;x;3\nyesterday;4;4\n2026-01-01 00:00:05;5;5\n");
        await ReadAsync();
        Assert.Equal([1.0, 5.0], Values("P-101.flow"));
        Refusal[] refusals = [.. _intake.Batches.SelectMany(b => b.Facts).OfType<Refusal>()];
        Assert.Equal(["a.csv:3", "a.csv:4", "a.csv:5"], refusals.Select(r => Path.GetFileName(r.Subject)));
        Assert.Equal([("bad-row", 2), ("wrong-type", 1), ("time-unreadable", 2)], refusals.Select(r => (r.Rule, r.Values)));
    }

    [Fact]
    public async Task A_line_that_is_not_UTF8_or_endless_is_quarantined()
    {
        byte[] file = [.. "t;flow;starts\n2026-01-01 00:00:01;1;1\n"u8, 0xFF, 0xFE, (byte)'\n', .. new byte[TelemetryLimits.RowBytesMax + 200_000].Select(_ => (byte)'x'), .. "\n2026-01-01 00:00:03;3;3\n"u8];
        await File.WriteAllBytesAsync(Path.Combine(_folder, "a.csv"), file);
        await ReadAsync();
        Assert.Equal([1.0, 3.0], Values("P-101.flow"));
        Assert.Equal(["not-utf8", "too-large"], _intake.Batches.SelectMany(b => b.Facts).OfType<Refusal>().Select(r => r.Rule));
    }

    [Fact]
    public async Task Reading_the_same_file_again_gives_the_same_names()
    {
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:01;1;1\n2026-01-01 00:00:02;1;1\n");
        await ReadAsync();
        await ReadAsync();
        string[] names = [.. _intake.Batches.Select(b => Convert.ToHexString(b.Key.Span))];
        Assert.Equal(2, names.Distinct().Count());
        Assert.Equal(names[..2], names[2..]);
    }

    [Fact]
    public async Task Files_are_read_in_the_order_of_their_names_and_one_without_the_column_does_not_stop_the_others()
    {
        Write("b.csv", "t;flow;starts\n2026-01-01 00:00:02;2;2\n");
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:01;1;1\n");
        Write("c.csv", "t;level;starts\n2026-01-01 00:00:03;3;3\n");
        Write("d.csv", "");
        Write("e.csv", "\uFEFFt;flow;starts\n2026-01-01 00:00:05;5;5\n");
        ITelemetrySource source = await ReadAsync();
        Assert.Equal([1.0, 2.0, 5.0], Values("P-101.flow"));
        Assert.Equal(["file-unreadable", "file-unreadable"], _intake.Batches.SelectMany(b => b.Facts).OfType<Refusal>().Select(r => r.Rule));
        Assert.Equal(SourceState.Finished, source.Status.State);
        Assert.Contains("2 of 5 files could not be read", source.Status.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_is_said_and_read_when_it_comes()
    {
        ITelemetrySource source = Source("");
        Task running = source.RunAsync(_intake, CancellationToken.None);
        Assert.Equal(SourceState.Down, source.Status.State);
        Assert.Contains("There is no file", source.Status.Sentence, StringComparison.Ordinal);
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:01;1;1\n");
        _time.Advance(TimeSpan.FromSeconds(5));
        await running;
        Assert.Equal([1.0], Values("P-101.flow"));
    }

    [Fact]
    public async Task Ten_times_as_fast_as_it_was_recorded()
    {
        Write("a.csv", "t;flow;starts\n2026-01-01 00:00:00;0;0\n2026-01-01 00:00:10;1;1\n2026-01-01 00:00:30;2;2\n");
        ITelemetrySource source = Source("speed: 10x");
        Task running = source.RunAsync(_intake, CancellationToken.None);
        Assert.Single(_intake.Batches);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _intake.WhenAsync(2);
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(2, _intake.Batches.Count);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await running;
        Assert.Equal([0, 1, 3], _intake.Batches.Select(b => (b.Ingest.UnixNanoseconds - IngestTime.Now(_time).UnixNanoseconds) / 1_000_000_000 + 3));
    }

    [Fact]
    public async Task Every_file_of_SKAB_is_read_to_its_last_row()
    {
        Assert.SkipUnless(TestData.Folder is not null, TestData.Absent);
        string file = Path.Combine(TestData.Folder!, "skab", "valve1", "0.csv");
        await ReadAsync(path: file, columns: "{Pressure: P-101.pressure, Volume Flow RateRMS: P-101.flow}", column: "datetime", more: "decimal: \".\"");
        string[] rows = await File.ReadAllLinesAsync(file);
        Assert.Equal(rows.Length - 1, _intake.Batches.Count);
        Assert.Equal(
            rows.Skip(1).Select(r => double.Parse(r.Split(';')[4], CultureInfo.InvariantCulture)),
            Values("P-101.pressure"));
        Assert.Empty(_intake.Batches.SelectMany(b => b.Facts));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    async Task<ITelemetrySource> ReadAsync(string more = "", string? path = null, string columns = "{flow: P-101.flow, starts: P-101.starts}", string column = "t")
    {
        ITelemetrySource source = Source(more, path, columns, column);
        await source.RunAsync(_intake, CancellationToken.None);
        return source;
    }

    ITelemetrySource Source(string more, string? path = null, string columns = "{flow: P-101.flow, starts: P-101.starts}", string column = "t")
    {
        string point = more.Contains("decimal", StringComparison.Ordinal) ? "" : "decimal: \",\"";
        return TelemetrySources.Create(Sites.Sources($$"""
            kind: Sources
            sources:
              - name: files
                type: csv
                path: {{path ?? Path.Combine(_folder, "*.csv")}}
                delimiter: ";"
                columns: {{columns}}
                time: {column: {{column}}, format: "yyyy-MM-dd HH:mm:ss", zone: naive-as-utc}
                {{point}}
                {{more}}
            """), Sites.Tags, _time, NullLoggerFactory.Instance)[0];
    }

    void Write(string name, string text) => File.WriteAllText(Path.Combine(_folder, name), text, new UTF8Encoding(false));

    IEnumerable<double> Values(string tag) => _intake.Batches.SelectMany(b => b.Samples).Where(s => s.Tag == tag).Select(s => s.Value.Double);

    sealed class ListIntake : IIntake
    {
        TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal List<FactBatch> Batches { get; } = [];

        internal async Task WhenAsync(int count)
        {
            while (true)
            {
                Task more;
                lock (Batches)
                {
                    if (Batches.Count >= count)
                        return;
                    more = _more.Task;
                }

                await more.WaitAsync(TimeSpan.FromSeconds(60));
            }
        }

        public Task TakeAsync(FactBatch batch, bool marked)
        {
            lock (Batches)
            {
                Batches.Add(batch);
                _more.TrySetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return Task.CompletedTask;
        }
    }
}
