using EdgeRuntime.Facts;
using EdgeRuntime.Outputs;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Outputs;

public sealed class OutgoingQueueTests
{
    [Fact]
    public void While_it_flows_everything_is_told_in_order()
    {
        var queue = new OutgoingQueue();
        for (int i = 0; i < 10; i++)
            queue.Add(Decision("P-101", i));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), Drain(queue));
    }

    [Fact]
    public void After_an_outage_the_newest_of_each_asset_is_told_and_every_finding()
    {
        var queue = new OutgoingQueue();
        queue.Add(Decision("P-101", 1));
        queue.Add(new Outgoing(new Finding(FindingLayer.Runtime, FindingPriority.Low, "journal", "x", "y"), default));
        queue.Add(Decision("P-102", 2));
        queue.Add(Decision("P-101", 3));
        queue.Condense();
        Assert.Equal([double.NaN, 2, 3], Drain(queue));
        Assert.Equal(1, queue.Superseded);
    }

    [Fact]
    public void What_could_not_be_told_is_next_unless_something_newer_says_the_same()
    {
        var queue = new OutgoingQueue();
        queue.Add(Decision("P-101", 1));
        queue.Add(Decision("P-102", 2));
        Assert.True(queue.TryTake(out Outgoing first));
        queue.PutBack(first);
        Assert.Equal([1, 2], Drain(queue));
        queue.Add(Decision("P-101", 4));
        queue.PutBack(first);
        Assert.Equal([4], Drain(queue));
    }

    [Fact]
    public void A_broker_that_is_away_for_a_week_takes_no_memory()
    {
        var queue = new OutgoingQueue();
        for (int i = 0; i < 100_000; i++)
            queue.Add(Decision(i % 3 == 0 ? "P-101" : "P-102", i));
        Assert.InRange(queue.Count, 2, OutgoingQueue.WaitingMax + 1);
        queue.Condense();
        Assert.Equal([99_998, 99_999], Drain(queue));
    }

    static Outgoing Decision(string asset, double score) => new(DecisionJsonTests.Decision() with { Asset = asset, Score = score }, SampleBuilder.IngestAt(0));

    static List<double> Drain(OutgoingQueue queue)
    {
        List<double> told = [];
        while (queue.TryTake(out Outgoing next))
            told.Add(next.What is Decision decision ? decision.Score : double.NaN);
        return told;
    }
}
