using EdgeRuntime.FirmwareSim;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeRuntime.Tests.Unit.FirmwareSim;

public sealed class PlantPaceTests
{
    [Fact]
    public async Task A_late_scan_does_not_delay_the_ones_after_it()
    {
        var time = new FakeTimeProvider();
        var pace = new PlantPace(time, 2);
        Task first = pace.WaitUntilAsync(TimeSpan.FromSeconds(1), CancellationToken.None).AsTask();
        Assert.False(first.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.75));
        await first;
        Assert.Equal(TimeSpan.FromSeconds(0.25), pace.LateMax);
        // Two plant seconds at speed 2 are due one wall second after the start, not after the late scan.
        Task second = pace.WaitUntilAsync(TimeSpan.FromSeconds(2), CancellationToken.None).AsTask();
        Assert.False(second.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.25));
        await second;
        // What is overdue waits for nothing.
        Assert.True(pace.WaitUntilAsync(TimeSpan.FromSeconds(1.5), CancellationToken.None).AsTask().IsCompleted);
    }

    [Fact]
    public async Task Waiting_ends_when_asked_to_stop()
    {
        using var stop = new CancellationTokenSource();
        var pace = new PlantPace(new FakeTimeProvider(), 1);
        Task waiting = pace.WaitUntilAsync(TimeSpan.FromHours(1), stop.Token).AsTask();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
