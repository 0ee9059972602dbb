using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry;
using EdgeRuntime.Tests.Kit;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry;

public sealed class RedeliveryWindowTests
{
    [Fact]
    public void A_message_with_its_own_time_is_known_by_its_content()
    {
        var window = new RedeliveryWindow();
        Assert.False(window.IsRedelivery(Message("a"), marked: true));
        window.Remember(Message("a"));
        Assert.True(window.IsRedelivery(Message("a"), marked: false));
        Assert.False(window.IsRedelivery(Message("b"), marked: true));
    }

    [Fact]
    public void A_message_without_its_own_time_is_only_known_when_the_broker_says_so_too()
    {
        var window = new RedeliveryWindow();
        window.Remember(Message("on", RedeliveryRule.Flag));
        Assert.False(window.IsRedelivery(Message("on", RedeliveryRule.Flag), marked: false));
        Assert.True(window.IsRedelivery(Message("on", RedeliveryRule.Flag), marked: true));
    }

    [Fact]
    public void A_message_without_a_name_is_always_news()
    {
        var window = new RedeliveryWindow();
        window.Remember(Message("a", RedeliveryRule.None));
        Assert.False(window.IsRedelivery(Message("a", RedeliveryRule.None), marked: true));
        Assert.Equal(0, window.Count);
    }

    [Fact]
    public void Only_the_newest_are_known_and_one_that_came_again_stays()
    {
        var window = new RedeliveryWindow(capacity: 3);
        foreach (string text in (string[])["a", "b", "a", "c", "d"])
            window.Remember(Message(text));
        Assert.Equal([true, false, true, true], ((string[])["a", "b", "c", "d"]).Select(t => window.IsRedelivery(Message(t), false)));
        window.Remember(Message("e"));
        Assert.False(window.IsRedelivery(Message("a"), false));
    }

    [Fact]
    public void What_the_disk_did_not_take_is_news_when_it_comes_again()
    {
        var window = new RedeliveryWindow(capacity: 2);
        window.Remember(Message("a"));
        window.Forget(Message("a"));
        Assert.False(window.IsRedelivery(Message("a"), marked: true));
        window.Remember(Message("a"));
        window.Remember(Message("b"));
        // The place of the forgotten one was given away, not the name of the one that came again.
        Assert.True(window.IsRedelivery(Message("a"), marked: false));
    }

    static FactBatch Message(string text, RedeliveryRule rule = RedeliveryRule.Content) =>
        SampleBuilder.Batch("line-1", 0) with { Key = RedeliveryKey.Of(rule, "line-1", "t", System.Text.Encoding.UTF8.GetBytes(text)) };
}
