using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Settings.Site;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class GapLoopTests
{
    static readonly Digest Document = Digest.Of("tags"u8);

    static readonly TagCatalogue Tags = new(Enumerable.Range(0, 300).Select(i => new TagContract($"P.{i}", TagType.Double, "", null, null, "") { ExpectEvery = TimeSpan.FromSeconds(1) }));

    readonly ListJournal _journal = new();

    [Fact]
    public async Task A_closed_gap_is_written_once_however_often_the_box_starts()
    {
        await TellAsync(0, 1, 2, 10);
        for (int start = 0; start < 3; start++)
            await RunAsync();

        Assert.Equal(Expected(), Written());
    }

    [Fact]
    public async Task After_a_stop_between_two_batches_of_one_frame_only_the_rest_is_written()
    {
        await TellAsync(0, 1, 2, 10);
        await RunAsync();
        StoredBatch[] whole = [.. _journal.Read()];
        int batches = whole.Count(b => b.Batch.Origin == Origins.Gaps);
        Assert.True(batches > 1, "One batch holds all gaps of a frame: nothing can be cut between.");
        for (int kept = 0; kept < batches; kept++)
        {
            var cut = new ListJournal();
            foreach (StoredBatch batch in whole.Where(b => b.Batch.Origin != Origins.Gaps).Concat(whole.Where(b => b.Batch.Origin == Origins.Gaps).Take(kept)))
                await cut.AppendAsync(batch.Batch);
            await RunAsync(cut);

            Assert.Equal(Expected(), Written(cut));
        }
    }

    [Fact]
    public async Task Gaps_that_close_while_the_box_runs_are_written_then()
    {
        using var stop = new CancellationTokenSource();
        var loop = Loop(_journal);
        Task running = loop.RunAsync(stop.Token);
        await TellAsync(0, 1, 2);
        await TellAsync(10);
        await WhenAsync(() => Written().Count == 300);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(Expected(), Written());
        Assert.Equal(1203, loop.Look().Account.Stored);
    }

    /// <summary>The first tag speaks every second, all others at second 0 and from second 10 on.</summary>
    static List<string> Expected() => [.. Enumerable.Range(0, 300).Select(i => i == 0 ? "P.0 2-10" : $"P.{i} 0-10").Order(StringComparer.Ordinal)];

    async Task TellAsync(params int[] seconds)
    {
        if (seconds[0] == 0)
            await _journal.AppendAsync(new FactBatch { Ingest = SampleBuilder.IngestAt(0), Origin = Origins.Service, Facts = [new Audit("service", "document", "tags.yaml", "", Document.ToString(), "start")] });
        foreach (int second in seconds)
        {
            // A first value far ahead of the others, so that they are silent before they come.
            if (second == 10)
                await _journal.AppendAsync(SampleBuilder.Batch("plant", second, SampleBuilder.Sample("X", second, 1)));
            await _journal.AppendAsync(SampleBuilder.Batch("plant", second, [.. Enumerable.Range(0, second is 0 or 10 ? 300 : 1).Select(i => SampleBuilder.Sample($"P.{i}", second, 1))]));
        }

        if (seconds[^1] == 10)
            await _journal.AppendAsync(SampleBuilder.Batch("plant", 10, [.. Enumerable.Range(0, 600).Select(i => SampleBuilder.Sample("Y", 10, i))]));
    }

    static GapLoop Loop(ListJournal journal) => new(journal, d => d == Document ? Tags : null, TimeProvider.System, states: null, NullLogger<GapLoop>.Instance);

    Task RunAsync() => RunAsync(_journal);

    static async Task RunAsync(ListJournal journal)
    {
        using var stop = new CancellationTokenSource();
        GapLoop loop = Loop(journal);
        long last = journal.LastFrame;
        Task running = loop.RunAsync(stop.Token);
        await WhenAsync(() => loop.Look().Frame >= last && loop.Look().Frame == journal.LastFrame);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    static async Task WhenAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!holds())
            await Task.Delay(10, limit.Token);
    }

    List<string> Written() => Written(_journal);

    static List<string> Written(ListJournal journal) =>
        [.. journal.Read().Where(b => b.Batch.Origin == Origins.Gaps).SelectMany(b => b.Batch.Facts).Cast<Gap>().Select(g => $"{g.Tag} {Second(g.From)}-{Second(g.To)}").Order(StringComparer.Ordinal)];

    static long Second(EventTime at) => (at.UnixNanoseconds - SampleBuilder.Epoch.UnixNanoseconds) / 1_000_000_000;
}
