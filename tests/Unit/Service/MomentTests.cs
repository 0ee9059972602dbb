using EdgeRuntime.Service.Verbs;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Service;

public class MomentTests
{
    static readonly TimeZoneInfo s_berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("2026-03-15T14:47:00", "2026-03-15T13:47:00Z")]
    [InlineData("2026-07-15 14:47", "2026-07-15T12:47:00Z")]
    [InlineData("2026-03-15T14:47:00Z", "2026-03-15T14:47:00Z")]
    [InlineData("2026-03-15T14:47:00.25+02:00", "2026-03-15T12:47:00.25Z")]
    [InlineData("2026-10-25T02:30:00+01:00", "2026-10-25T01:30:00Z")]
    [InlineData("2026-03-15", "2026-03-14T23:00:00Z")]
    public void A_moment_is_read_in_the_zone_that_is_said(string text, string utc) => Assert.Equal(utc, Moment.Parse(text, s_berlin).Time.ToString());

    [Fact]
    public void The_answer_names_the_zone_of_a_local_time() =>
        Assert.Equal("2026-03-15T14:47:00+01:00 in Europe/Berlin, 2026-03-15T13:47:00Z", Moment.Parse("2026-03-15T14:47:00", s_berlin).Reading);

    [Fact]
    public void A_local_time_that_the_clocks_showed_twice_is_refused_with_both_readings()
    {
        string sentence = Assert.Throws<VerbRefusedException>(() => Moment.Parse("2026-10-25T02:30:00", s_berlin)).Message;
        Assert.Contains("2026-10-25T02:30:00+02:00 (2026-10-25T00:30:00Z) or 2026-10-25T02:30:00+01:00 (2026-10-25T01:30:00Z)", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_time_that_the_clocks_never_showed_is_refused() =>
        Assert.Contains("does not exist in Europe/Berlin", Assert.Throws<VerbRefusedException>(() => Moment.Parse("2026-03-29T02:30:00", s_berlin)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("yesterday")]
    [InlineData("15.03.2026 14:47")]
    [InlineData("2026-03-15T25:00:00")]
    [InlineData("0001-01-01T00:00:00Z")]
    public void What_is_no_moment_is_refused(string text) => Assert.Throws<VerbRefusedException>(() => Moment.Parse(text, s_berlin));

    [Fact]
    public void A_zone_that_the_machine_does_not_know_is_refused() =>
        Assert.Contains("Mars/Olympus", Assert.Throws<VerbRefusedException>(() => Moment.Zone("Mars/Olympus")).Message, StringComparison.Ordinal);
}
