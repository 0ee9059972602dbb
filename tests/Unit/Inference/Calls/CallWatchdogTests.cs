using EdgeRuntime.Facts;
using EdgeRuntime.Inference;
using EdgeRuntime.Inference.Calls;
using EdgeRuntime.Tests.Kit;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EdgeRuntime.Tests.Unit.Inference.Calls;

public sealed class CallWatchdogTests
{
    readonly FakeTimeProvider _time = new();
    readonly List<bool> _flag = [];

    CallWatchdog Watchdog() => new(_time, _flag.Add);

    long In(int milliseconds) => _time.GetTimestamp() + (_time.TimestampFrequency / 1000 * milliseconds);

    [Fact]
    public void A_call_that_returns_in_time_is_left_alone()
    {
        using CallWatchdog watchdog = Watchdog();
        watchdog.Begin(In(10));
        _time.Advance(TimeSpan.FromMilliseconds(9));
        Assert.False(watchdog.End());
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(_flag);
    }

    [Fact]
    public void A_call_that_does_not_is_asked_to_stop_once_and_the_flag_is_clear_for_the_next()
    {
        using CallWatchdog watchdog = Watchdog();
        watchdog.Begin(In(10));
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal([true], _flag);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([true], _flag);
        Assert.True(watchdog.End());
        Assert.Equal([true, false], _flag);
    }

    [Fact]
    public void The_timer_of_one_call_does_not_stop_the_next_one_early()
    {
        using CallWatchdog watchdog = Watchdog();
        watchdog.Begin(In(10));
        Assert.False(watchdog.End());
        _time.Advance(TimeSpan.FromMilliseconds(8));
        watchdog.Begin(In(10));
        _time.Advance(TimeSpan.FromMilliseconds(9));
        Assert.Empty(_flag);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([true], _flag);
        Assert.True(watchdog.End());
    }

    [Fact]
    public void A_shorter_deadline_after_a_longer_one_is_kept()
    {
        using CallWatchdog watchdog = Watchdog();
        watchdog.Begin(In(1000));
        Assert.False(watchdog.End());
        watchdog.Begin(In(5));
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal([true], _flag);
        Assert.True(watchdog.End());
    }

    [Fact]
    public void After_a_quiet_hour_a_deadline_is_kept()
    {
        using CallWatchdog watchdog = Watchdog();
        watchdog.Begin(In(5));
        Assert.False(watchdog.End());
        _time.Advance(TimeSpan.FromHours(1));
        watchdog.Begin(In(5));
        _time.Advance(TimeSpan.FromMilliseconds(5));
        Assert.Equal([true], _flag);
        Assert.True(watchdog.End());
    }

    [Fact(Timeout = 300_000)]
    public async Task Deadlines_right_where_calls_end_never_stop_the_call_after() => await Task.Run(
        () =>
        {
            const int Seed = 20260103;
            TestContext.Current.TestOutputHelper?.WriteLine($"seed {Seed}");
            var random = new Random(Seed);
            using OnnxModel model = OnnxModel.Load(TinyOnnx.Loop(2, 1_000), Contracts.Vector(2), new SessionProfile());
            var outputs = new float[2];
            for (int round = 0; round < 600; round++)
            {
                CallOutcome raced = model.Run([1, 2], outputs, TimeSpan.FromMicroseconds(random.Next(50, 3_000))).Outcome;
                Assert.True(raced is CallOutcome.Answered or CallOutcome.TooSlow, $"round {round}: {raced}");
                CallResult after = model.Run([1, 2], outputs);
                Assert.Equal((CallOutcome.Answered, ""), (after.Outcome, after.Detail));
                Assert.Equal(2_002, outputs[1]);
            }
        },
        TestContext.Current.CancellationToken);
}
