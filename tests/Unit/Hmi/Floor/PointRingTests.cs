using CsCheck;
using EdgeRuntime.Hmi.Floor;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi.Floor;

public sealed class PointRingTests
{
    [Fact]
    public void It_holds_the_newest_points_in_order_of_arrival_and_never_more_than_it_may() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[0, 1_000]).Sample((max, count) =>
        {
            var ring = new PointRing(max);
            for (int i = 0; i < count; i++)
                ring.Add(i, i * 2.0);
            int kept = Math.Min(max, count);
            return ring.Count == kept
                && ring.Added == count
                && Enumerable.Range(0, kept).All(i => ring[i] == (count - kept + i, (count - kept + i) * 2.0));
        });

    [Theory]
    [InlineData(0, 0)]
    [InlineData(96, 6)]
    [InlineData(100, 10)]
    public void A_reader_that_remembers_how_many_were_added_gets_what_came_since(long added, int index)
    {
        var ring = new PointRing(10);
        for (int i = 0; i < 100; i++)
            ring.Add(i, i);
        Assert.Equal(index, ring.IndexSince(added));
    }
}
