using EdgeRuntime.Facts;
using EdgeRuntime.Fallback;
using Xunit;
using static EdgeRuntime.Tests.Kit.SampleBuilder;

namespace EdgeRuntime.Tests.Unit.Fallback;

public sealed class BreakerTests
{
    static readonly BreakerOptions Options = new() { WindowCalls = 10, MinCalls = 4, FailureRatio = 0.5, SlowCall = TimeSpan.FromMilliseconds(10), OpenFor = TimeSpan.FromSeconds(60), HalfOpenCalls = 2 };

    [Fact]
    public void One_failure_at_three_in_the_morning_does_not_open_it()
    {
        var breaker = new Breaker(Options);

        Assert.Null(breaker.Record(CallOutcome.Failed, 0, At(0)));
        Assert.Null(breaker.Record(CallOutcome.Failed, 0, At(60)));
        Assert.Null(breaker.Record(CallOutcome.Failed, 0, At(120)));

        Assert.Equal(BreakerPermit.Use, breaker.Ask(At(180), out _));
    }

    [Fact]
    public void It_opens_at_one_prediction_a_minute_because_it_counts_calls_and_not_seconds()
    {
        var breaker = new Breaker(Options);
        for (int minute = 0; minute < 2; minute++)
            Assert.Null(breaker.Record(CallOutcome.Answered, 1000, At(minute * 60)));
        Assert.Null(breaker.Record(CallOutcome.Failed, 0, At(120)));

        BreakerChange? change = breaker.Record(CallOutcome.Failed, 0, At(180));

        Assert.Equal(BreakerState.Open, change?.To);
        Assert.Equal("2 of its last 4 calls failed.", change?.Why);
        Assert.Equal(BreakerPermit.Refuse, breaker.Ask(At(200), out _));
    }

    public static TheoryData<string, CallOutcome, long> WaysToFail => new()
    {
        { "the call crashed", CallOutcome.Failed, 0 },
        { "the answer came after the deadline", CallOutcome.TooSlow, 1 },
        { "the answer was NaN", CallOutcome.NotFinite, 1 },
        { "the score was below zero", CallOutcome.OutOfBounds, 1 },
        { "the answer was right but slow", CallOutcome.Answered, 10_000_001 },
    };

    [Theory]
    [MemberData(nameof(WaysToFail))]
    public void A_wrong_answer_counts_as_a_failure(string what, CallOutcome outcome, long latency)
    {
        var breaker = new Breaker(Options);
        for (int i = 0; i < 4; i++)
            breaker.Record(outcome, latency, At(i));

        Assert.True(breaker.State == BreakerState.Open, what);
    }

    [Theory]
    [InlineData(CallOutcome.InputIncomplete)]
    [InlineData(CallOutcome.InputStale)]
    [InlineData(CallOutcome.Dropped)]
    public void What_is_not_the_models_fault_does_not_count(CallOutcome outcome)
    {
        var breaker = new Breaker(Options);
        for (int i = 0; i < 100; i++)
            breaker.Record(outcome, 0, At(i));

        Assert.Equal(BreakerState.Closed, breaker.State);
    }

    [Fact]
    public void After_its_time_the_next_calls_are_probes_and_enough_good_ones_close_it()
    {
        Breaker breaker = Opened(At(3));

        Assert.Equal(BreakerPermit.Refuse, breaker.Ask(At(62), out _));
        Assert.Equal(BreakerPermit.Probe, breaker.Ask(At(63), out BreakerChange? half));
        Assert.Equal(BreakerState.HalfOpen, half?.To);
        Assert.Null(breaker.Record(CallOutcome.Answered, 1, At(63)));
        Assert.Equal(BreakerPermit.Probe, breaker.Ask(At(64), out _));
        Assert.Equal(BreakerState.Closed, breaker.Record(CallOutcome.Answered, 1, At(64))?.To);
        Assert.Equal(BreakerPermit.Use, breaker.Ask(At(65), out _));
    }

    [Fact]
    public void A_bad_probe_opens_it_for_the_whole_time_again()
    {
        Breaker breaker = Opened(At(3));
        breaker.Ask(At(63), out _);

        Assert.Equal(BreakerState.Open, breaker.Record(CallOutcome.TooSlow, 1, At(63))?.To);
        Assert.Equal(BreakerPermit.Refuse, breaker.Ask(At(122), out _));
        Assert.Equal(BreakerPermit.Probe, breaker.Ask(At(123), out _));
    }

    [Fact]
    public void Old_failures_leave_the_window()
    {
        var breaker = new Breaker(Options);
        for (int i = 0; i < 3; i++)
            breaker.Record(CallOutcome.Failed, 0, At(i));
        // Three failures of three: one more call of any kind would make four, so ten good ones must push them out first in a fresh window.
        var fresh = new Breaker(Options with { MinCalls = 10 });
        for (int i = 0; i < 4; i++)
            fresh.Record(CallOutcome.Failed, 0, At(i));
        for (int i = 4; i < 40; i++)
            fresh.Record(CallOutcome.Answered, 0, At(i));
        for (int i = 40; i < 44; i++)
            Assert.Null(fresh.Record(CallOutcome.Failed, 0, At(i)));

        Assert.Equal(BreakerState.Open, fresh.Record(CallOutcome.Failed, 0, At(44))?.To);
    }

    static Breaker Opened(EventTime at)
    {
        var breaker = new Breaker(Options);
        for (int i = 3; i >= 0; i--)
            breaker.Record(CallOutcome.Failed, 0, new EventTime(at.UnixNanoseconds - (i * 1_000_000_000L)));
        Assert.Equal(BreakerState.Open, breaker.State);
        return breaker;
    }
}
