using EdgeRuntime.Mqtt;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Mqtt;

public sealed class ReconnectDelayTests
{
    const int Seed = 7;

    [Fact]
    public void The_first_try_is_quick_and_the_later_ones_are_rarer_up_to_half_a_minute()
    {
        var delay = new ReconnectDelay(new FakeTimeProvider(), new Random(Seed));
        double[] seconds = [.. Enumerable.Range(0, 20).Select(_ => delay.Next().TotalSeconds)];
        Assert.InRange(seconds[0], 0.1, 0.2);
        Assert.InRange(seconds[3], 0.8, 1.6);
        Assert.All(seconds[8..], s => Assert.InRange(s, 15, 30));
    }

    [Fact]
    public void Two_boxes_do_not_come_back_in_step()
    {
        var one = new ReconnectDelay(new FakeTimeProvider(), new Random(Seed));
        var other = new ReconnectDelay(new FakeTimeProvider(), new Random(Seed + 1));
        Assert.DoesNotContain(Enumerable.Range(0, 10), _ => one.Next() == other.Next());
    }

    [Fact]
    public void A_connection_that_held_starts_over_and_one_that_broke_at_once_does_not()
    {
        var time = new FakeTimeProvider();
        var delay = new ReconnectDelay(time, new Random(Seed));
        for (int i = 0; i < 6; i++)
            delay.Next();
        delay.Connected();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.InRange(delay.Next().TotalSeconds, 6, 13);
        delay.Connected();
        time.Advance(ReconnectDelay.Settled);
        Assert.InRange(delay.Next().TotalSeconds, 0.1, 0.2);
    }
}
