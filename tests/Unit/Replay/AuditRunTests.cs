using EdgeRuntime.Decisions;
using EdgeRuntime.Facts;
using EdgeRuntime.Journal;
using EdgeRuntime.Replay;
using EdgeRuntime.Tests.Unit.Decisions;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

public sealed class AuditRunTests
{
    [Fact]
    public void A_sample_of_the_past_comes_out_the_same_and_a_seed_draws_it_again()
    {
        TinyFloor floor = Lived();

        AuditRun first = Audit(floor, 10, 7), again = Audit(floor, 10, 7), all = Audit(floor, 1000, 7);

        Assert.Equal((10L, 10L), (first.Found.Checked, first.Found.Identical));
        Assert.Equal(first.Sentence, again.Sentence);
        Assert.Equal(all.Decisions, all.Found.Checked);
        Assert.Equal($"10 of {all.Decisions} decisions (seed 7) were computed again: 10 identical.", first.Sentence);
    }

    [Fact]
    public void One_bit_of_one_record_is_found_and_told()
    {
        TinyFloor floor = Lived();
        int index = floor.Journal.FindLastIndex(b => b.Batch.Facts.OfType<Prediction>().Any(p => p.Outputs.Count > 0));
        StoredBatch batch = floor.Journal[index];
        floor.Journal[index] = batch with
        {
            Batch = batch.Batch with { Facts = [.. batch.Batch.Facts.Select(f => f is Prediction { Outputs.Count: > 0 } p ? p with { Outputs = [MathF.BitIncrement(p.Outputs[0])] } : f)] },
        };

        AuditRun audit = Audit(floor, 1000, 7);

        Assert.Equal(1L, audit.Found.Different);
        Assert.Contains("1 different; the first is ", audit.Sentence, StringComparison.Ordinal);
        Assert.Contains("stage model", audit.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void It_stops_when_it_is_told_to()
    {
        TinyFloor floor = Lived();
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(() => AuditRun.Run(SourceOf(floor), 10, 1, stop.Token));
    }

    [Fact]
    public void A_journal_without_decisions_has_nothing_to_draw_from()
    {
        AuditRun audit = Audit(new TinyFloor(), 10, 7);

        Assert.Equal((0L, 0L), (audit.Decisions, audit.Found.Checked));
    }

    internal static TinyFloor Lived()
    {
        TinyFloor floor = DecisionEngineTests.Busy(out _);
        using var engine = new DecisionEngine(floor, floor.Arms);
        floor.Live(engine);
        return floor;
    }

    static AuditRun Audit(TinyFloor floor, int sample, ulong seed) =>
        AuditRun.Run(SourceOf(floor), sample, seed, TestContext.Current.CancellationToken);

    static ReplaySource SourceOf(TinyFloor floor) => new()
    {
        Entries = from => floor.Journal.Where(b => b.Frame >= from).Select(b => new JournalEntry(b, null)),
        LastFrame = () => floor.Journal.Count,
        Archive = floor,
        Arms = floor.Arms,
    };
}
