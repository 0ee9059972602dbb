using EdgeRuntime.Telemetry;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry;

public sealed class TopicTemplateTests
{
    [Theory]
    [InlineData("plant/{asset}/{signal}", "plant/P-101/flow", "P-101 flow")]
    [InlineData("+/{asset}/#", "x/P-101/a/b", "P-101")]
    [InlineData("plant/{asset}/#", "plant/P-101", "P-101")]
    [InlineData("plant/{asset}", "plant/P-101/flow", null)]
    [InlineData("plant/{asset}/flow", "plant/P-101/level", null)]
    [InlineData("#", "$SYS/broker/uptime", null)]
    [InlineData("plant/{asset}", "plant/", "")]
    public void A_topic_gives_its_names(string template, string topic, string? names) =>
        Assert.Equal(names, TopicTemplate.Parse(template, out _)!.Match(topic) is { } values ? string.Join(' ', values) : null);

    [Fact]
    public void A_name_is_subscribed_to_as_one_level() => Assert.Equal("plant/+/+", TopicTemplate.Parse("plant/{asset}/{signal}", out _)!.Filter);
}
