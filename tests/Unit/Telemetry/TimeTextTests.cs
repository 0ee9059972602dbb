using System.Text;
using EdgeRuntime.Facts;
using EdgeRuntime.Telemetry.Times;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Telemetry;

public sealed class TimeTextTests
{
    [Theory]
    [InlineData("iso", "utc", "2026-03-15T14:47:00Z", "2026-03-15T14:47:00Z")]
    [InlineData("iso", "", "2026-03-15t14:47:00.123456789z", "2026-03-15T14:47:00.123456789Z")]
    [InlineData("iso", "", "2026-03-15T14:47:00.1234567899Z", "2026-03-15T14:47:00.123456789Z")]
    [InlineData("iso", "", "2026-03-15 14:47:00+02:00", "2026-03-15T12:47:00Z")]
    [InlineData("iso", "", "2026-03-15T14:47:00-0330", "2026-03-15T18:17:00Z")]
    [InlineData("iso", "utc", "2020-03-09 10:14:33", "2020-03-09T10:14:33Z")]
    [InlineData("iso", "Europe/Berlin", "2026-07-01T12:00:00,5", "2026-07-01T10:00:00.5Z")]
    [InlineData("iso", "Europe/Berlin", "2026-10-25T02:30:00", "2026-10-25T01:30:00Z")]
    [InlineData("s", "", "1767225605", "2026-01-01T00:00:05Z")]
    [InlineData("s", "", "1767225605.123456789", "2026-01-01T00:00:05.123456789Z")]
    [InlineData("s", "", "1.767225605e9", "2026-01-01T00:00:05Z")]
    [InlineData("ms", "", "1767225605001", "2026-01-01T00:00:05.001Z")]
    [InlineData("ms", "", "1767225605001.5", "2026-01-01T00:00:05.0015Z")]
    [InlineData("us", "", "1767225605000001", "2026-01-01T00:00:05.000001Z")]
    [InlineData("ns", "", "1767225605000000001", "2026-01-01T00:00:05.000000001Z")]
    [InlineData("dd.MM.yyyy HH:mm", "utc", "15.03.2026 14:47", "2026-03-15T14:47:00Z")]
    [InlineData("dd.MM.yyyy HH:mm zzz", "", "15.03.2026 14:47 +01:00", "2026-03-15T13:47:00Z")]
    public void A_time_is_read_to_the_nanosecond(string format, string zone, string text, string moment)
    {
        Assert.True(TimeText.TryRead(Mapping(format, zone), Encoding.UTF8.GetBytes(text), out long nanoseconds, out string why), why);
        Assert.Equal(moment, new EventTime(nanoseconds).ToString());
    }

    [Theory]
    [InlineData("iso", "", "2026-03-15T14:47:00", "has no zone")]
    [InlineData("iso", "Europe/Berlin", "2026-03-29T02:30:00", "does not exist in Europe/Berlin")]
    [InlineData("iso", "utc", "2026-02-29T00:00:00Z", "not a moment that exists")]
    [InlineData("iso", "utc", "2026-03-15T24:00:00Z", "not a moment that exists")]
    [InlineData("iso", "utc", "15.03.2026 14:47:00", "not ISO 8601")]
    [InlineData("iso", "utc", "2026-03-15T14:47:00+", "not ISO 8601")]
    [InlineData("iso", "utc", "2026-03-15T14:47:00.Z", "not ISO 8601")]
    [InlineData("iso", "utc", "0001-01-01T00:00:00Z", "outside 1677 to 2262")]
    [InlineData("s", "", "9223372036854775807", "out of range")]
    [InlineData("s", "", "soon", "not a number")]
    [InlineData("s", "", "", "not a number")]
    [InlineData("s", "", "NaN", "not a number")]
    [InlineData("dd.MM.yyyy HH:mm", "utc", "32.03.2026 14:47", "does not have the form")]
    [InlineData("dd.MM.yyyy HH:mm", "", "15.03.2026 14:47", "has no zone")]
    public void A_time_that_is_none_is_told_why(string format, string zone, string text, string said)
    {
        Assert.False(TimeText.TryRead(Mapping(format, zone), Encoding.UTF8.GetBytes(text), out _, out string why));
        Assert.Contains(said, why, StringComparison.Ordinal);
    }

    static TimeMapping Mapping(string format, string zone) => new(
        "t",
        format switch
        {
            "iso" => TimeFormat.Iso8601,
            "s" => TimeFormat.UnixSeconds,
            "ms" => TimeFormat.UnixMilliseconds,
            "us" => TimeFormat.UnixMicroseconds,
            "ns" => TimeFormat.UnixNanoseconds,
            _ => TimeFormat.Custom,
        },
        format,
        zone.Length == 0 ? null : zone == "utc" ? TimeZoneInfo.Utc : TimeZoneInfo.FindSystemTimeZoneById(zone));
}
