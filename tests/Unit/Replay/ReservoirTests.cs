using EdgeRuntime.Replay;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Replay;

public sealed class ReservoirTests
{
    static int[] Drawn(int size, ulong seed, int of)
    {
        var reservoir = new Reservoir<int>(size, seed);
        for (int i = 0; i < of; i++)
            reservoir.Offer(i);
        return [.. reservoir.Kept];
    }

    [Fact]
    public void A_seed_draws_the_same_sample_again_and_another_seed_another()
    {
        Assert.Equal(Drawn(20, 7, 1000), Drawn(20, 7, 1000));
        Assert.NotEqual(Drawn(20, 7, 1000), Drawn(20, 8, 1000));
    }

    [Fact]
    public void A_short_stream_is_kept_whole() => Assert.Equal([0, 1, 2], Drawn(20, 7, 3));

    [Fact]
    public void Every_place_of_the_stream_is_drawn_about_as_often()
    {
        var tenths = new int[10];
        for (ulong seed = 0; seed < 500; seed++)
        {
            foreach (int i in Drawn(10, seed, 1000))
                tenths[i / 100]++;
        }

        // 500 expected in each; six standard deviations.
        Assert.All(tenths, n => Assert.InRange(n, 370, 630));
    }
}
