using EdgeRuntime.Facts.Canonical;
using EdgeRuntime.Features.Definition;

namespace EdgeRuntime.Features.Time;

/// <summary>How far one source's own time has come, when the box learned of that, and how the source's clock stands to the box's.</summary>
/// <param name="signals">How many signals the pipeline reads.</param>
sealed class SourceClock(SourceTimeRules rules, TimeSpan hold, int signals)
{
    const long Never = long.MinValue;

    readonly long[] _newestOf = Nothing(signals);

    public string Origin => rules.Source;

    /// <summary>Nanoseconds that the source is waited for.</summary>
    public long Lateness { get; } = rules.Lateness.Nanoseconds();

    /// <summary>A larger step of the clock is not believed at once.</summary>
    public long Jump { get; } = rules.Jump.Nanoseconds();

    public ClockOffsetEstimate Offset { get; } = new();

    /// <summary>The step that is not believed yet.</summary>
    public ClockStep Step { get; } = new(rules.Jump.Nanoseconds(), hold.Nanoseconds());

    /// <summary>Newest event time of an input sample, in nanoseconds since 1970.</summary>
    public long Newest { get; private set; }

    /// <summary>Continuous box time of the batch that brought <see cref="Newest"/>.</summary>
    public long HeardAt { get; private set; } = Never;

    public bool HasTime => HeardAt != Never;

    /// <summary>How far the source was known to be ahead of the box; 0 when it was behind.</summary>
    public long Lead => Math.Max(0, -Offset.Offset);

    /// <summary>Newest event time of one signal from this source.</summary>
    public long? NewestOf(int signal) => _newestOf[signal] == Never ? null : _newestOf[signal];

    /// <summary>The sample follows the one before it of its signal by no more than a jump: then no rule can say anything but that it is believed.</summary>
    public bool GoesOn(int signal, long at)
    {
        long own = _newestOf[signal];
        return own != Never && at >= own && at - own <= Jump && Newest - at <= FeatureLimits.AheadNanosecondsMax && at <= FeatureLimits.EventNanosecondsMax;
    }

    /// <returns>True: its time has come further.</returns>
    public bool Hear(int signal, long eventTime, long boxTime)
    {
        _newestOf[signal] = Math.Max(_newestOf[signal], eventTime);
        if (HasTime && eventTime <= Newest)
            return false;
        (Newest, HeardAt) = (eventTime, boxTime);
        return true;
    }

    /// <summary>A step was believed: each signal begins anew, and so does the estimate.</summary>
    public void BeginAnew()
    {
        Array.Fill(_newestOf, Never);
        Offset.Forget();
        Step.Forget();
    }

    public void Save(CanonicalWriter to)
    {
        to.Text(Origin);
        to.Fixed64(Newest);
        to.Fixed64(HeardAt);
        foreach (long newest in _newestOf)
            to.Fixed64(newest);
        Offset.Save(to);
        Step.Save(to);
    }

    /// <summary>The rest of what <see cref="Save"/> wrote, behind the name.</summary>
    public void Restore(ref CanonicalReader from)
    {
        (Newest, HeardAt) = (from.Fixed64(), from.Fixed64());
        for (int i = 0; i < _newestOf.Length; i++)
            _newestOf[i] = from.Fixed64();
        Offset.Restore(ref from);
        Step.Restore(ref from);
    }

    static long[] Nothing(int signals)
    {
        var nothing = new long[signals];
        Array.Fill(nothing, Never);
        return nothing;
    }
}
