using EdgeRuntime.FirmwareSim.CsvReplay;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim.CsvReplay;

public sealed class RowTimesTests
{
    static readonly DateTime Now = new(2026, 6, 1, 12, 0, 0, DateTimeKind.Utc);

    static DateTime File(double seconds, int year = 2020) => new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(seconds);

    [Fact]
    public void Shifted_times_begin_now_and_keep_every_step_and_a_second_file_follows_on()
    {
        var times = new RowTimes(Now);
        times.BeginFile();
        Assert.Equal(Now, times.Next(File(0)));
        Assert.Equal(Now.AddSeconds(2), times.Next(File(2)));
        Assert.Equal(Now.AddSeconds(3), times.Next(File(3)));
        times.BeginFile();
        Assert.Equal(Now.AddSeconds(5), times.Next(File(0, 2024)));
        Assert.Equal(Now.AddSeconds(6), times.Next(File(1, 2024)));
        Assert.Equal(TimeSpan.FromSeconds(6), times.Due);
    }

    [Fact]
    public void A_clock_that_steps_back_is_sent_as_it_is_and_nobody_waits_for_it()
    {
        var times = new RowTimes(null);
        times.BeginFile();
        Assert.Equal(File(0), times.Next(File(0)));
        Assert.Equal(File(300), times.Next(File(300)));
        Assert.Equal(File(-3000), times.Next(File(-3000)));
        Assert.Equal(TimeSpan.FromSeconds(300), times.Due);
        Assert.Equal(File(-2700), times.Next(File(-2700)));
        Assert.Equal(TimeSpan.FromSeconds(600), times.Due);
    }
}
