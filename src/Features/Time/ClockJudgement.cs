namespace EdgeRuntime.Features.Time;

/// <summary>What to make of the time of a sample.</summary>
enum ClockVerdict
{
    Believed,

    /// <summary>Too far ahead of everything: one such sample would make all that follow late.</summary>
    Refused,

    /// <summary>The source had been far ahead of the box and came back: what it said about time before is void.</summary>
    SetBack,

    /// <summary>A step ahead that only a clock makes: to where neither the source nor the box was.</summary>
    JumpedAhead,

    /// <summary>A step back to where no window and no correction could use the sample.</summary>
    JumpedBack,
}

/// <summary>
/// Judges the time of a sample by what its source said before. A step ahead is a clock's only when it leads past the box too: in a recording, and after
/// a silence, event time moves on in steps, but never past the box. A step back is a clock's only when it is further than late data is of use.
/// </summary>
static class ClockJudgement
{
    const long Day = FeatureLimits.AheadNanosecondsMax;

    /// <param name="eventTime">Of the sample.</param>
    /// <param name="ingest">Of its batch, by the box's clock as it stood.</param>
    /// <param name="asset">Newest event time of all sources; null when there is none.</param>
    /// <param name="reach">How far back of the newest time a late sample is of use.</param>
    public static ClockVerdict Of(long eventTime, long ingest, SourceClock source, int signal, long? asset, long reach)
    {
        if (eventTime is > FeatureLimits.EventNanosecondsMax or < -FeatureLimits.EventNanosecondsMax)
            return ClockVerdict.Refused;
        long box = Math.Clamp(ingest, -FeatureLimits.EventNanosecondsMax, FeatureLimits.EventNanosecondsMax);
        long? newest = source.HasTime ? source.Newest : null;
        bool isAhead = eventTime > box + Day;
        // A box without a clock starts in 1970 and is behind everybody: so ahead of the box alone is no reason.
        if (isAhead && (newest ?? asset) is { } before && eventTime > before + Day)
            return ClockVerdict.Refused;
        if (!isAhead && newest > eventTime + Day && newest > box + Day)
            return ClockVerdict.SetBack;
        long? own = source.NewestOf(signal);
        if (eventTime > box + source.Lead + source.Jump && eventTime > (own ?? newest ?? asset) + source.Jump)
            return ClockVerdict.JumpedAhead;
        return eventTime < own - Math.Max(source.Jump, reach + source.Lateness) ? ClockVerdict.JumpedBack : ClockVerdict.Believed;
    }
}
