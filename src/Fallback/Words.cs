using System.Globalization;
using EdgeRuntime.Facts;

namespace EdgeRuntime.Fallback;

/// <summary>The words of the floor for rungs, states and outcomes: the same in records, logs, messages and screens.</summary>
public static class Words
{
    public static string Of(Rung rung) => FloorWords.Of(rung);

    public static string Of(CallOutcome outcome) => outcome switch
    {
        CallOutcome.Answered => "answered",
        CallOutcome.TooSlow => "answered too late",
        CallOutcome.Failed => "failed in the runtime",
        CallOutcome.NotFinite => "gave NaN or infinity",
        CallOutcome.BreakerOpen => "has its breaker open",
        CallOutcome.InputIncomplete => "was not asked: inputs are missing",
        CallOutcome.InputStale => "was not asked: inputs are too old",
        CallOutcome.OutOfBounds => "gave a score out of bounds",
        _ => "was dropped",
    };

    public static string Of(FeatureFault fault) => fault switch
    {
        FeatureFault.NoSamples => "no samples came",
        FeatureFault.Stale => "its newest sample is too old",
        FeatureFault.Rejected => "its samples were refused by validation",
        FeatureFault.Uneven => "its samples do not stand evenly in time",
        _ => "its formula gives no finite number",
    };

    public static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture) + " s";
}
