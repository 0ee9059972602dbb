using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Service.Runtime;
using EdgeRuntime.Tests.Kit;
using EdgeRuntime.Tests.Unit.Decisions;
using EdgeRuntime.Tests.Unit.Replay;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public sealed class SelfAuditTests
{
    const long Hour = 3_600_000_000_000;

    /// <summary>Midnight of a day of the journal.</summary>
    static readonly long Midnight = new IngestTime((new DateTimeOffset(2026, 3, 15, 0, 0, 0, TimeSpan.Zero) - DateTimeOffset.UnixEpoch).Ticks * 100).UnixNanoseconds;

    [Fact]
    public async Task Once_a_day_of_ticks_a_finding_says_that_the_past_comes_out_the_same()
    {
        (SelfAudit audit, ListJournal journal) = Box(last: new IngestTime(Midnight));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task running = audit.RunAsync(stop.Token);

        audit.Tick(new IngestTime(Midnight + Hour));
        audit.Tick(new IngestTime(Midnight + (2 * Hour) + (Hour / 2)));
        Finding first = await NextAsync(journal, 1);
        audit.Tick(new IngestTime(Midnight + (3 * Hour)));
        audit.Tick(new IngestTime(Midnight + (27 * Hour)));
        Finding second = await NextAsync(journal, 2);

        Assert.Equal(("audit:2026-03-15", SelfAudit.Rule, FindingPriority.Low), (first.Subject, first.Rule, first.Priority));
        Assert.Equal("audit:2026-03-16", second.Subject);
        Assert.NotEqual(first.Sentence, second.Sentence);
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        Assert.True(running.IsCanceled);
    }

    [Fact]
    public void The_same_day_draws_the_same_sample()
    {
        (SelfAudit audit, _) = Box(last: null);
        (SelfAudit again, _) = Box(last: null);

        Assert.Equal(
            audit.Audit(new IngestTime(Midnight), CancellationToken.None)?.Sentence,
            again.Audit(new IngestTime(Midnight + Hour), CancellationToken.None)?.Sentence);
    }

    [Fact]
    public void One_different_bit_is_a_finding_of_high_priority()
    {
        TinyFloor floor = AuditRunTests.Lived();
        int index = floor.Journal.FindLastIndex(b => b.Batch.Facts.OfType<Decision>().Any());
        StoredBatch batch = floor.Journal[index];
        floor.Journal[index] = batch with { Batch = batch.Batch with { Facts = [.. batch.Batch.Facts.Select(f => f is Decision d ? d with { Confidence = d.Confidence / 2 } : f)] } };
        (SelfAudit audit, _) = Box(last: null, floor, sample: 10_000);

        Finding found = audit.Audit(new IngestTime(Midnight), CancellationToken.None)!;

        Assert.Equal(FindingPriority.High, found.Priority);
        Assert.Contains(batch.Batch.Facts.OfType<Decision>().Last().PredictionId, found.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_box_that_has_not_decided_yet_says_nothing()
    {
        (SelfAudit audit, _) = Box(last: null, new TinyFloor());

        Assert.Null(audit.Audit(new IngestTime(Midnight), CancellationToken.None));
    }

    static async Task<Finding> NextAsync(ListJournal journal, int count)
    {
        int seen = 0;
        await foreach (StoredBatch batch in journal.FollowAsync(1, TestContext.Current.CancellationToken))
        {
            foreach (Finding finding in batch.Batch.Facts.OfType<Finding>())
            {
                if (++seen == count)
                    return finding;
            }
        }

        throw new InvalidOperationException("The journal ended.");
    }

    static (SelfAudit Audit, ListJournal Journal) Box(IngestTime? last, TinyFloor? floor = null, int sample = 10)
    {
        floor ??= AuditRunTests.Lived();
        var journal = new ListJournal();
        foreach (StoredBatch batch in floor.Journal)
            journal.AppendAsync(batch.Batch);
        return (new SelfAudit(journal, floor, floor.Arms, null, TimeSpan.FromHours(2.5), sample, last, new StillClock(), NullLogger<SelfAudit>.Instance), journal);
    }
}
