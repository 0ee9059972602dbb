namespace EdgeRuntime.Features.Time;

/// <summary>What to make of the time of a sample.</summary>
enum ClockVerdict
{
    Believed,

    /// <summary>Too far ahead of everything: one such sample would make all that follow late.</summary>
    Refused,

    /// <summary>The source had been far ahead of the box and came back: what it said about time before is void.</summary>
    SetBack,
}

static class ClockJudgement
{
    const long Day = FeatureLimits.AheadNanosecondsMax;

    /// <param name="eventTime">Of the sample.</param>
    /// <param name="ingest">Of its batch, by the box's clock as it stood.</param>
    /// <param name="source">Newest event time of its source; null for a source that is new.</param>
    /// <param name="asset">Newest event time of all sources; null when there is none.</param>
    public static ClockVerdict Of(long eventTime, long ingest, long? source, long? asset)
    {
        if (eventTime is > FeatureLimits.EventNanosecondsMax or < -FeatureLimits.EventNanosecondsMax)
            return ClockVerdict.Refused;
        long box = Math.Clamp(ingest, -FeatureLimits.EventNanosecondsMax, FeatureLimits.EventNanosecondsMax);
        bool isAhead = eventTime > box + Day;
        // A box without a clock starts in 1970 and is behind everybody: so ahead of the box alone is no reason.
        if (isAhead && (source ?? asset) is { } before && eventTime > before + Day)
            return ClockVerdict.Refused;
        return !isAhead && source is { } newest && newest > eventTime + Day && newest > box + Day ? ClockVerdict.SetBack : ClockVerdict.Believed;
    }
}
