using EdgeRuntime.Hq.Evaluation;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hq.Evaluation;

public sealed class BlockBootstrapTests
{
    [Fact]
    public void The_interval_is_that_of_drawing_whole_blocks()
    {
        // Blocks of 0 and of 1, as many of each: the mean of n draws has the deviation 1/(2√n), whatever the blocks hold inside.
        double[] blocks = [.. Enumerable.Range(0, 100).Select(i => (double)(i % 2))];
        Estimate mean = new BlockBootstrap(1).Of(100, times => times.Zip(blocks, (t, b) => t * b).Sum() / times.Sum(), _ => true);
        Assert.Equal(0.5, mean.Value);
        Assert.InRange(mean.Low!.Value, 0.5 - (1.96 * 0.05) - 0.02, 0.5 - (1.96 * 0.05) + 0.02);
        Assert.InRange(mean.High!.Value, 0.5 + (1.96 * 0.05) - 0.02, 0.5 + (1.96 * 0.05) + 0.02);
        Assert.Equal(100, mean.Blocks);
    }

    [Fact]
    public void The_same_seed_gives_the_same_interval_and_another_seed_another()
    {
        double[] blocks = [.. Enumerable.Range(0, 9).Select(i => Math.Sqrt(i))];
        Estimate Of(int seed) => new BlockBootstrap(seed).Of(9, times => times.Zip(blocks, (t, b) => t * b).Sum() / times.Sum(), _ => true);
        Assert.Equal(Of(3), Of(3));
        Assert.NotEqual(Of(3), Of(4));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void With_fewer_than_five_blocks_the_interval_is_unknown_instead_of_narrow(int blocks, bool known)
    {
        Estimate estimate = new BlockBootstrap(1).Of([.. Enumerable.Repeat(new AlarmTally(5, 1, 5, 9, 1, 1), blocks)], t => t.Hits / t.EventRows);
        Assert.Equal(known, estimate.HasInterval);
        Assert.Equal(known ? "0.5 (0.5 to 0.5)" : $"0.5 (interval unknown: {blocks} block{(blocks == 1 ? "" : "s")})", estimate.Words("0.0"));
    }

    [Fact]
    public void Blocks_that_hold_nothing_of_what_is_measured_do_not_count()
    {
        AlarmTally withEvents = new(5, 1, 5, 9, 1, 1), without = new(0, 1, 0, 9, 1, 1);
        Estimate estimate = new BlockBootstrap(1).Of([withEvents, withEvents, .. Enumerable.Repeat(without, 20)], t => t.EventRows > 0 ? t.Hits / t.EventRows : null);
        Assert.Equal(new Estimate(0.5, null, null, 2), estimate);
    }
}
