using System.Globalization;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Journal.Disks;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Journal.Tables;

/// <summary>docs/operating/samples.sql, run as it is.</summary>
public sealed class SampleViewTests : IDisposable
{
    readonly SealedFloor _floor = new();
    readonly Duck _duck = new();

    [Fact]
    public void The_view_gives_every_sealed_sample_as_the_journal_does_to_the_bit_and_the_nanosecond()
    {
        _floor.With(SealedFloor.Batches(600));

        StoredBatch[] journal = Read();
        List<object?[]> found = View();

        Assert.True(journal.Length > 500 && found.Count > 1000, $"{journal.Length} batches, {found.Count} samples");
        Assert.Equal(journal.SelectMany(s => s.Batch.Samples.Select((sample, i) => Expected(s, sample, i))), found);
        Assert.Equal(6, found.Select(row => row[6]).Distinct().Count());
    }

    [Fact]
    public void A_thinned_unit_and_an_emptied_one_give_what_is_left_and_files_that_no_checkpoint_names_do_not_count()
    {
        _floor.With(SealedFloor.Batches(600), store =>
        {
            // Many samples of a minute, of which few are its outline.
            Assert.NotNull(store.Thin(store.Units[0].Segment, all: false, CancellationToken.None));
            Assert.NotNull(store.Thin(store.Units[1].Segment, all: true, CancellationToken.None));
        });
        File.Copy(PathOf("0000000003.samples.parquet"), PathOf("0000000003-2.samples.parquet"));
        File.WriteAllText(PathOf("0000000004-2.samples.parquet"), "PAR1 being made");

        StoredBatch[] journal = Read();
        List<object?[]> found = View();

        Assert.Contains(journal, s => s.Thinned && s.Batch.Samples.Count > 0);
        Assert.Contains(journal, s => s.SamplesTaken > 0 && s.Batch.Samples.Count == 0);
        Assert.Equal(journal.SelectMany(s => s.Batch.Samples.Select(sample => Expected(s, sample, 0)[..^1])), found.Select(row => row[..^1]));
    }

    public void Dispose()
    {
        _duck.Dispose();
        _floor.Dispose();
    }

    string PathOf(string file) => Path.Combine(_floor.Journal, file);

    StoredBatch[] Read()
    {
        long hot = JournalReader.Open(_floor.Journal, new RealDisk()).LastFrame;
        _duck.Run($"SET VARIABLE journal = {Duck.Quoted(_floor.Journal)}");
        _duck.Run(File.ReadAllText(Path.Combine(TestData.Repository, "docs/operating/samples.sql")));
        long sealedTo = (long)_duck.Rows("SELECT max(batch)::BIGINT FROM read_parquet(getvariable('batch_files'))")[0][0]!;
        Assert.True(sealedTo > hot / 2);
        return [.. JournalReader.Open(_floor.Journal, new RealDisk()).Read().TakeWhile(stored => stored.Frame <= sealedTo)];
    }

    List<object?[]> View() => _duck.Rows("""
        SELECT tag, epoch_ns(event_time), epoch_ns(ingest_time), epoch_ns(server_time), status_code, quality, kind, value, text, batch, "index"
        FROM samples ORDER BY batch, "index"
        """);

    static object?[] Expected(StoredBatch stored, Sample sample, int index) =>
    [
        sample.Tag,
        sample.Event.UnixNanoseconds,
        stored.Batch.Ingest.UnixNanoseconds,
        sample.Server?.UnixNanoseconds,
        sample.Quality.StatusCode,
        sample.Quality.ToString(),
        KindOf(sample.Value),
        sample.Value.TryNumber(out double number) ? BitConverter.DoubleToInt64Bits(number) : null,
        TextOf(sample.Value),
        stored.Frame,
        index,
    ];

    internal static string KindOf(TagValue value) => value.Kind.ToString().ToLowerInvariant();

    internal static string? TextOf(TagValue value) => value.Kind switch
    {
        TagValueKind.String => value.String,
        TagValueKind.Blob => string.Create(CultureInfo.InvariantCulture, $"{value.Blob.Digest} {value.Blob.Size}"),
        TagValueKind.Int64 when Int128.Abs(value.Int64) > 1L << 53 => value.Int64.ToString(CultureInfo.InvariantCulture),
        _ => null,
    };
}
