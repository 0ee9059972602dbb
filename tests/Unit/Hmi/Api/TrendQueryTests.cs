using EdgeRuntime.Hmi.Api;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Hmi.Api;

public sealed class TrendQueryTests
{
    [Fact]
    public void Without_a_window_the_five_minutes_up_to_the_newest_sample_are_given()
    {
        (TrendQuery? query, _) = TrendQuery.Parse(null, null, null);
        Assert.Equal((400_000_000_001 - 300_000_000_000, 400_000_000_001, null), query!.Window(400_000_000_000));
    }

    [Fact]
    public void A_time_is_milliseconds_or_iso_8601()
    {
        (TrendQuery? query, _) = TrendQuery.Parse("1773586020000", "2026-03-15T14:48:00Z", "100");
        Assert.Equal((1_773_586_020_000_000_000, 1_773_586_080_000_000_000, null), query!.Window(0));
    }

    [Theory]
    [InlineData("yesterday", null, null, "from is 'yesterday'")]
    [InlineData(null, "1e30", null, "to is '1e30'")]
    [InlineData(null, "99999999999999", null, "to is '99999999999999'")]
    [InlineData(null, null, "0", "columns is '0'")]
    [InlineData(null, null, "2001", "columns is '2001'")]
    [InlineData(null, null, "many", "columns is 'many'")]
    public void What_cannot_be_read_is_said_in_one_sentence(string? from, string? to, string? columns, string said)
    {
        (TrendQuery? query, string? wrong) = TrendQuery.Parse(from, to, columns);
        Assert.Null(query);
        Assert.StartsWith(said, wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("5000", "4000", "from must be earlier than to.")]
    [InlineData("0", "9000000000000", "The window is longer than 31 days; ask for a shorter one.")]
    public void A_window_that_makes_no_sense_is_said_in_one_sentence(string from, string to, string said)
    {
        (TrendQuery? query, _) = TrendQuery.Parse(from, to, null);
        Assert.Equal(said, query!.Window(0).Wrong);
    }
}
